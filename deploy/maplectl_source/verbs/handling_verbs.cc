// Agreements, transfers, escalations.
#include "deploy/maplectl_source/verbs/verb.h"

namespace maplebridge::maplectl {
namespace {

const std::vector<Column> kAgreement = {{"agreement", "name"},
                                        {"number", "number"},
                                        {"form", "form"},
                                        {"state", "state"},
                                        {"obligations", "obligations.obligation_id"},
                                        {"due", "obligations.due_day"},
                                        {"sums", "obligations.amount_fen"},
                                        {"signed by", "signatures.party_id"},
                                        {"in effect", "effective_day"},
                                        {"document", "document.document"},
                                        {"sha256", "document.sha256"}};
constexpr Input kAgreementName{"AGREEMENT", "name", "Name of the agreement", Form::kName,
                               "disputes/"};

const std::vector<Column> kTransfer = {{"transfer", "name"},          {"state", "state"},
                                       {"from", "from_organisation"}, {"to", "to_organisation"},
                                       {"due", "deadline.due_day"},   {"because", "explanation"},
                                       {"answer", "answer"}};
constexpr Input kTransferName{"TRANSFER", "name", "Name of the transfer", Form::kName, "disputes/"};

const std::vector<Column> kEscalation = {
    {"escalation", "name"},     {"state", "state"},
    {"kind", "kind"},           {"level", "level"},
    {"due", "due_time"},        {"told", "told_authority"},
    {"missed", "missed_count"}, {"description", "description"}};

constexpr Input kOfAnyDispute{"DISPUTE", "parent",
                              "Number of the dispute, or - for all of the caller's", Form::kName,
                              "disputes/"};

}  // namespace

std::vector<Verb> AgreementVerbs() {
  return {
      {"create",
       "AgreementService.CreateAgreement",
       "Draw up an agreement",
       "maplectl agreement create D-330681-2026-00000017 --form WRITTEN "
       "--facts 双方对排水沟的走向有争议。 --pay p2,p1,1200.50,+20,赔偿款 "
       "--act p2,p1,+10,恢复排水沟",
       {kOfDispute,
        {"--form", "agreement.form", "Written or oral"},
        {"--facts", "agreement.facts", "Facts of the dispute and what is contested"},
        {"--pay", "agreement.obligations", "Who pays whom how much by when; o1, o2, … in order",
         Form::kPayment},
        {"--act", "agreement.obligations", "Who does what for whom by when", Form::kAct},
        {"--terms", "agreement.performance_terms", "How and where it is performed"},
        {"--day", "agreement.agreed_day", "Day on which they came to it; today by itself"}},
       kAgreement},
      {"sign",
       "AgreementService.SignAgreement",
       "Record one signature or the seal",
       "maplectl agreement sign D-330681-2026-00000017/agreements/1 --party p1 "
       "--method SIGNATURE",
       {kAgreementName,
        {"--party", "signature.party_id", "A party, such as p1"},
        {"--mediator", "signature.mediator", "Or an assigned mediator", Form::kName,
         "organisations/"},
        {"--organisation", "signature.organisation", "Or the committee, by its seal", Form::kName,
         "organisations/"},
        {"--method", "signature.method", "How"},
        {"--day", "signature.sign_day", "Day on which it was put; today by itself"},
        {"--sha256", "document_sha256", "Digest of the document that was signed"}},
       kAgreement},
      {"get",
       "AgreementService.GetAgreement",
       "Show one agreement",
       "maplectl agreement get D-330681-2026-00000017/agreements/1",
       {kAgreementName},
       kAgreement},
  };
}

std::vector<Verb> TransferVerbs() {
  return {
      {"offer",
       "TransferService.OfferTransfer",
       "Offer a dispute to another organisation",
       "maplectl transfer offer D-330681-2026-00000017 --to organisations/b2 "
       "--because 当事人均在该辖区",
       {kOfDispute,
        {"--to", "transfer.to_organisation", "To whom", Form::kName, "organisations/"},
        {"--because", "transfer.explanation", "Why"}},
       kTransfer},
      {"accept",
       "TransferService.AcceptTransfer",
       "Accept an offered dispute",
       "maplectl transfer accept D-330681-2026-00000017/transfers/1",
       {kTransferName},
       kTransfer},
      {"decline",
       "TransferService.DeclineTransfer",
       "Decline an offered dispute",
       "maplectl transfer decline D-330681-2026-00000017/transfers/1 --answer 人手不足",
       {kTransferName, {"--answer", "answer", "Why"}},
       kTransfer},
      {"cancel",
       "TransferService.CancelTransfer",
       "Take an offer back",
       "maplectl transfer cancel D-330681-2026-00000017/transfers/1",
       {kTransferName},
       kTransfer},
      {"list",
       "TransferService.ListTransfers",
       "List offers",
       "maplectl transfer list - --state OFFERED",
       {kOfAnyDispute, {"--state", "state", "Only this state"}},
       kTransfer,
       "transfers"},
  };
}

std::vector<Verb> EscalationVerbs() {
  return {
      {"report",
       "EscalationService.ReportEscalation",
       "Report signs that a dispute may turn violent (PML 25)",
       "maplectl escalation report D-330681-2026-00000017 --kind VIOLENCE "
       "--description 一方持械到场 --measures 劝离，双方分开 --told 枫桥派出所 --at now",
       {kOfDispute,
        {"--kind", "escalation.kind", "What is feared"},
        {"--description", "escalation.description", "What was seen"},
        {"--measures", "escalation.measures", "How the parties were calmed"},
        {"--told", "escalation.told_authority", "Police station or authority that was told"},
        {"--at", "escalation.told_time", "When it was told"}},
       kEscalation},
      {"acknowledge",
       "EscalationService.AcknowledgeEscalation",
       "Take an escalation up",
       "maplectl escalation acknowledge D-330681-2026-00000017/escalations/1 "
       "--response 司法所与派出所共同到场",
       {{"ESCALATION", "name", "Name of the escalation", Form::kName, "disputes/"},
        {"--response", "response", "What the bureau does"}},
       kEscalation},
      {"list",
       "EscalationService.ListEscalations",
       "List escalations by the end of their clock",
       "maplectl escalation list - --state REPORTED",
       {kOfAnyDispute, {"--state", "state", "Only this state"}},
       kEscalation,
       "escalations"},
  };
}

}  // namespace maplebridge::maplectl
