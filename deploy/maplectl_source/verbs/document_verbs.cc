// Documents, and the workflows that say what may follow what.
#include "deploy/maplectl_source/verbs/verb.h"

namespace maplebridge::maplectl {
namespace {

const std::vector<Column> kDocument = {
    {"document", "name"}, {"kind", "kind"},        {"number", "number"}, {"pages", "page_count"},
    {"bytes", "size"},    {"made", "create_time"}, {"sha256", "sha256"}};
constexpr Input kDocumentName{"DOCUMENT", "name", "Name of the document", Form::kName, "disputes/"};

const std::vector<Column> kTransition = {{"from", "from"},     {"event", "event"},
                                         {"to", "to"},         {"by", "authority"},
                                         {"source", "source"}, {"guard", "guard"}};

}  // namespace

std::vector<Verb> DocumentVerbs() {
  return {
      {"create",
       "DocumentService.CreateDocument",
       "Make a document of a dispute as it stands",
       "maplectl document create D-330681-2026-00000017 --kind ACCEPTANCE_NOTICE",
       {kOfDispute,
        {"--kind", "kind", "Which one"},
        {"--ordinal", "ordinal", "Of a record: of which session or visit, from 1"}},
       kDocument},
      {"list",
       "DocumentService.ListDocuments",
       "List the documents of a dispute",
       "maplectl document list D-330681-2026-00000017",
       {kOfDispute},
       kDocument,
       "documents"},
      {"get",
       "DocumentService.GetDocument",
       "Show what a document is",
       "maplectl document get D-330681-2026-00000017/documents/agreement-1",
       {kDocumentName},
       kDocument},
      {"download",
       "DocumentService.DownloadDocument",
       "Read the bytes and check them; the read is recorded",
       "maplectl document download D-330681-2026-00000017/documents/agreement-1 "
       "--output agreement.pdf",
       {kDocumentName},
       kDocument},
      {"verify",
       "DocumentService.VerifyDocument",
       "Ask whether a copy is genuine; anyone may",
       "maplectl document verify 〔2026〕330681人调协字第0000001-1号 ABCD-EFGH-JKLM",
       {{"NUMBER", "number", "Number printed on it"},
        {"CODE", "verification_code", "Code printed on its last line"}},
       {{"kind", "kind"},
        {"organisation", "organisation_name"},
        {"made", "create_day"},
        {"pages", "page_count"},
        {"bytes", "size"},
        {"sha256", "sha256"},
        {"sm3", "sm3"}}},
  };
}

std::vector<Verb> WorkflowVerbs() {
  return {
      {"dispute",
       "DisputeService.DescribeDisputeWorkflow",
       "The life of a dispute",
       "maplectl workflow dispute",
       {},
       kTransition,
       "transitions"},
      {"risk",
       "RiskService.DescribeRiskWorkflow",
       "The life of a risk entry",
       "maplectl workflow risk",
       {},
       kTransition,
       "transitions"},
      {"organisation",
       "OrganisationService.DescribeOrganisationWorkflow",
       "The life of an organisation",
       "maplectl workflow organisation",
       {},
       kTransition,
       "transitions"},
      {"referral",
       "ReferralService.DescribeReferralWorkflow",
       "The life of a referral",
       "maplectl workflow referral",
       {},
       kTransition,
       "transitions"},
      {"confirmation",
       "JudicialConfirmationService.DescribeConfirmationWorkflow",
       "The life of a judicial confirmation",
       "maplectl workflow confirmation",
       {},
       kTransition,
       "transitions"},
  };
}

}  // namespace maplebridge::maplectl
