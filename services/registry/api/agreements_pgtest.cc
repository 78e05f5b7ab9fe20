#include <absl/strings/escaping.h>
#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>
#include <openssl/evp.h>

#include "services/registry/api/agreements.h"
#include "services/registry/api/documents.h"
#include "services/registry/api/mediate.h"
#include "services/registry/api/report_dispute.h"
#include "services/registry/api/words.h"
#include "services/registry/testing/pdf_text.h"
#include "services/registry/testing/received_document.h"
#include "services/registry/testing/registry_fixture.h"

namespace maplebridge::registry {
namespace {

using absl::StatusCode;

constexpr absl::CivilDay kDue(2030, 6, 30);

std::string Sha256(const std::string& bytes) {
  unsigned char digest[32];
  EVP_Digest(bytes.data(), bytes.size(), digest, nullptr, EVP_sha256(), nullptr);
  return absl::BytesToHexString(std::string(reinterpret_cast<char*>(digest), sizeof digest));
}

class AgreementsTest : public RegistryTest {
 protected:
  absl::StatusOr<v1::Agreement> Create(const std::string& name, const v1::Agreement& agreement) {
    v1::CreateAgreementRequest request;
    request.set_parent(name);
    *request.mutable_agreement() = agreement;
    return Ask(&CreateAgreement, HeadCall(), request);
  }
  absl::StatusOr<v1::Agreement> TrySign(const std::string& agreement,
                                        const v1::Signature& signature,
                                        const std::string& digest = "") {
    v1::SignAgreementRequest request;
    request.set_name(agreement);
    *request.mutable_signature() = signature;
    request.set_document_sha256(digest);
    return Ask(&SignAgreement, HeadCall(), request);
  }
  ReceivedDocument Download(const std::string& name, Call call) {
    ReceivedDocument received;
    v1::DownloadDocumentRequest request;
    request.set_name(name);
    absl::Status done = Run(DownloadDocument(registry(), call, request, received));
    EXPECT_TRUE(done.ok()) << done;
    return received;
  }
};

TEST_F(AgreementsTest, AWrittenAgreementHasItsPdfInChinese) {
  const std::string name = Mediating().name();
  const v1::Agreement agreement = Agree(name, kDue);
  EXPECT_EQ(agreement.name(), name + "/agreements/1");
  EXPECT_EQ(agreement.state(), v1::AGREEMENT_STATE_DRAFT);
  EXPECT_EQ(agreement.obligations(0).amount_in_words(), "人民币贰万伍仟元整");
  const std::string serial = name.substr(name.size() - 8, 7);
  EXPECT_TRUE(absl::EndsWith(agreement.number(), "330102人调协字第" + serial + "-1号"))
      << agreement.number();

  const ReceivedDocument file = Download(agreement.document().document(), HeadCall());
  EXPECT_EQ(file.bytes.substr(0, 5), "%PDF-");
  EXPECT_EQ(file.document.number(), agreement.number());
  EXPECT_EQ(file.document.size(), static_cast<std::int64_t>(file.bytes.size()));
  EXPECT_EQ(file.document.sha256(), Sha256(file.bytes));
  EXPECT_EQ(file.document.sha256(), agreement.document().sha256());
  const std::string text = PdfText(file.bytes);
  for (const std::string& expected :
       {agreement.number(), std::string("张三"), std::string("李四"),
        Draft().parties(0).identity_number(), Draft().parties(1).identity_number(),
        std::string("上城区清波街道人民调解委员会"), std::string("王调解"),
        std::string("贰万伍仟元整"), std::string("2030年6月30日")}) {
    EXPECT_NE(text.find(expected), std::string::npos) << expected << "\n" << text;
  }
}

TEST_F(AgreementsTest, TheNoticeOfAFailureSaysWhyAndWhereElse) {
  v1::ConcludeWithoutAgreementRequest request;
  request.set_name(Mediating().name());
  request.set_reason(v1::CONCLUSION_REASON_LIMIT_EXPIRED);
  request.set_explanation("期限届满。");
  const v1::Dispute failed = Must(&ConcludeWithoutAgreement, HeadCall(), request);
  const ReceivedDocument file = Download(failed.conclusion().document().document(), HeadCall());
  EXPECT_EQ(file.document.kind(), v1::DOCUMENT_KIND_CONCLUSION_NOTICE);
  EXPECT_EQ(Sha256(file.bytes), failed.conclusion().document().sha256());
  const std::string text = PdfText(file.bytes);
  for (const std::string& expected :
       {failed.conclusion().document().number(), std::string("张三"), std::string("李四"),
        std::string("调解期限届满未能达成调解协议"), std::string("仲裁、行政、司法")}) {
    EXPECT_NE(text.find(expected), std::string::npos) << expected << "\n" << text;
  }
}

TEST_F(AgreementsTest, ADocumentIsForThoseWhoSeeItsDispute) {
  const std::string name = Mediating().name();
  const std::string document = Agree(name, kDue).document().document();
  v1::GetDocumentRequest get;
  get.set_name(document);
  EXPECT_EQ(Must(&GetDocument, HeadCall(), get).name(), document);
  ExpectError(Ask(&GetDocument, StrangerCall(), get).status(), StatusCode::kNotFound,
              reason::kResourceNotFound);
  get.set_name(name + "/documents/agreement-9");
  ExpectError(Ask(&GetDocument, HeadCall(), get).status(), StatusCode::kNotFound,
              reason::kResourceNotFound);
  Agree(name, kDue);
  v1::ListDocumentsRequest list;
  list.set_parent(name);
  list.set_page_size(1);
  std::vector<std::string> names;
  for (int i = 0; i < 3; ++i) {
    v1::ListDocumentsResponse page = Must(&ListDocumentPage, HeadCall(), list);
    for (const v1::Document& each : page.documents()) names.push_back(each.name());
    list.set_page_token(page.next_page_token());
    if (list.page_token().empty()) break;
  }
  EXPECT_EQ(names, (std::vector<std::string>{name + "/documents/agreement-1",
                                             name + "/documents/agreement-2"}));
}

TEST_F(AgreementsTest, EverySignatureTogetherPutItInEffect) {
  const std::string name = Agree(Mediating().name(), kDue).name();
  EXPECT_EQ(Sign(name, PartySignature("p1")).state(), v1::AGREEMENT_STATE_DRAFT);
  const v1::Agreement signed_by_all = [&] {
    v1::Agreement last = Sign(name, PartySignature("p2"));
    EXPECT_EQ(last.state(), v1::AGREEMENT_STATE_DRAFT);
    v1::Signature mediator;
    mediator.set_mediator(kMediator);
    mediator.set_method(v1::SIGNATURE_METHOD_FINGERPRINT);
    last = Sign(name, mediator);
    EXPECT_EQ(last.state(), v1::AGREEMENT_STATE_DRAFT);
    v1::Signature seal;
    seal.set_organisation(kOrganisation);
    seal.set_method(v1::SIGNATURE_METHOD_SEAL);
    return Sign(name, seal);
  }();
  EXPECT_EQ(signed_by_all.state(), v1::AGREEMENT_STATE_IN_EFFECT);
  EXPECT_EQ(signed_by_all.signatures_size(), 4);
  EXPECT_EQ(signed_by_all.effective_day(), DayWord(calendar::ChinaDay(absl::Now())));
  v1::GetAgreementRequest get;
  get.set_name(name);
  EXPECT_EQ(Must(&GetAgreement, HeadCall(), get).SerializeAsString(),
            signed_by_all.SerializeAsString());
}

TEST_F(AgreementsTest, ItTakesEffectOnTheLastDayOfSigningWheneverItIsEntered) {
  const std::string name = Mediating().name();
  const absl::CivilDay today = calendar::ChinaDay(absl::Now());
  Execute("UPDATE disputes SET accept_time = accept_time - interval '9 days'");
  v1::Agreement draft = AgreementDraft(today - 5);
  ExpectError(Create(name, draft).status(), StatusCode::kInvalidArgument, reason::kFieldInvalid,
              "agreement.obligations[0].due_day");
  for (const absl::CivilDay wrong : {today + 1, today - 10}) {
    draft.set_agreed_day(DayWord(wrong));
    ExpectError(Create(name, draft).status(), StatusCode::kInvalidArgument, reason::kFieldInvalid,
                "agreement.agreed_day");
  }
  draft.set_agreed_day(DayWord(today - 8));
  const std::string agreement = Create(name, draft)->name();
  v1::Signature mediator;
  mediator.set_mediator(kMediator);
  mediator.set_method(v1::SIGNATURE_METHOD_SIGNATURE);
  v1::Signature seal;
  seal.set_organisation(kOrganisation);
  seal.set_method(v1::SIGNATURE_METHOD_SEAL);
  v1::Signature late = PartySignature("p1");
  late.set_sign_day(DayWord(today - 9));
  ExpectError(TrySign(agreement, late).status(), StatusCode::kInvalidArgument,
              reason::kFieldInvalid, "signature.sign_day");
  int days_ago = 8;
  v1::Agreement last;
  for (v1::Signature signature : {PartySignature("p1"), PartySignature("p2"), mediator, seal}) {
    signature.set_sign_day(DayWord(today - std::max(--days_ago, 6)));
    last = Sign(agreement, signature);
  }
  EXPECT_EQ(last.state(), v1::AGREEMENT_STATE_IN_EFFECT);
  EXPECT_EQ(last.effective_day(), DayWord(today - 6));
  HoldSession(name);
  v1::ConcludeByAgreementRequest conclude;
  conclude.set_name(name);
  conclude.set_agreement(agreement);
  const v1::Dispute concluded = Must(&ConcludeByAgreement, HeadCall(), conclude);
  EXPECT_EQ(concluded.conclusion().confirmation_deadline().due_day(),
            DayWord(ConfirmationDeadline(registry().calendar(), today - 6)->due_day));
}

TEST_F(AgreementsTest, OnlyTheHeadPutsTheSealOn) {
  v1::SignAgreementRequest request;
  request.set_name(Agree(Mediating().name(), kDue).name());
  request.mutable_signature()->set_organisation(kOrganisation);
  request.mutable_signature()->set_method(v1::SIGNATURE_METHOD_SEAL);
  Caller mediator = HeadCall().caller();
  mediator.roles = {options::v1::ROLE_MEDIATOR};
  ExpectError(Ask(&SignAgreement, CallBy(mediator), request).status(),
              StatusCode::kPermissionDenied, reason::kRoleNotAllowed);
  *request.mutable_signature() = PartySignature("p1");
  EXPECT_TRUE(Ask(&SignAgreement, CallBy(mediator), request).ok());
}

TEST_F(AgreementsTest, ASignatureIsOfWhoMaySignOnceAndOfThisDocument) {
  const v1::Agreement agreement = Agree(Mediating().name(), kDue);
  const std::string& name = agreement.name();
  ExpectError(TrySign(name, PartySignature("p3")).status(), StatusCode::kInvalidArgument,
              reason::kFieldInvalid, "signature.signer");
  v1::Signature mediator;
  mediator.set_mediator("organisations/qingbo/mediators/zhao");
  mediator.set_method(v1::SIGNATURE_METHOD_SIGNATURE);
  ExpectError(TrySign(name, mediator).status(), StatusCode::kInvalidArgument, reason::kFieldInvalid,
              "signature.signer");
  ExpectError(TrySign(name, PartySignature("p1"), std::string(64, '0')).status(),
              StatusCode::kInvalidArgument, reason::kDigestDiffers, "document_sha256");
  ASSERT_TRUE(TrySign(name, PartySignature("p1"), agreement.document().sha256()).ok());
  ExpectError(TrySign(name, PartySignature("p1")).status(), StatusCode::kAlreadyExists,
              reason::kResourceExists);
  EXPECT_EQ(Value("SELECT count(*)::text FROM signatures"), "1");
}

TEST_F(AgreementsTest, ARepeatedSignatureIsOneSignature) {
  v1::SignAgreementRequest request;
  request.set_name(Agree(Mediating().name(), kDue).name());
  *request.mutable_signature() = PartySignature("p1");
  request.set_request_id(NewRequestId());
  const v1::Agreement first = Must(&SignAgreement, HeadCall(), request);
  EXPECT_EQ(Must(&SignAgreement, HeadCall(), request).SerializeAsString(),
            first.SerializeAsString());
}

TEST_F(AgreementsTest, ANewDraftReplacesTheOneBefore) {
  const std::string name = Mediating().name();
  const std::string first = Agree(name, kDue).name();
  const v1::Agreement second = Agree(name, kDue);
  EXPECT_EQ(second.name(), name + "/agreements/2");
  v1::GetAgreementRequest get;
  get.set_name(first);
  EXPECT_EQ(Must(&GetAgreement, HeadCall(), get).state(), v1::AGREEMENT_STATE_REPLACED);
  ExpectError(TrySign(first, PartySignature("p1")).status(), StatusCode::kFailedPrecondition,
              reason::kStateForbids);
}

TEST_F(AgreementsTest, AnOralAgreementIsInEffectAtOnceAndHasNoDocument) {
  const std::string name = Mediating().name();
  v1::Agreement draft = AgreementDraft(kDue);
  draft.set_form(v1::AGREEMENT_FORM_ORAL);
  auto oral = Create(name, draft);
  ASSERT_TRUE(oral.ok()) << oral.status();
  EXPECT_EQ(oral->state(), v1::AGREEMENT_STATE_IN_EFFECT);
  EXPECT_FALSE(oral->has_document());
  EXPECT_EQ(Value("SELECT count(*)::text FROM documents"), "0");
  v1::ConcludeByAgreementRequest conclude;
  conclude.set_name(name);
  conclude.set_agreement(oral->name());
  EXPECT_EQ(Must(&ConcludeByAgreement, HeadCall(), conclude).state(), v1::DISPUTE_STATE_AGREED);
}

TEST_F(AgreementsTest, WhatIsWrongWithADraftIsNamedAndNothingIsStored) {
  const std::string name = Mediating().name();
  const std::string before = RowCounts();
  v1::Agreement draft = AgreementDraft(kDue);
  draft.mutable_obligations(1)->set_creditor_party_id("p9");
  ExpectError(Create(name, draft).status(), StatusCode::kInvalidArgument, reason::kFieldInvalid,
              "agreement.obligations[1].creditor_party_id");
  draft = AgreementDraft(kDue);
  draft.mutable_obligations(0)->set_amount_in_words("贰万元整");
  ExpectError(Create(name, draft).status(), StatusCode::kInvalidArgument, reason::kFieldInvalid,
              "agreement.obligations[0].amount_in_words");
  draft = AgreementDraft(kDue);
  draft.mutable_obligations(0)->set_due_day("2026-02-30");
  ExpectError(Create(name, draft).status(), StatusCode::kInvalidArgument, reason::kFieldInvalid,
              "agreement.obligations[0].due_day");
  EXPECT_EQ(RowCounts(), before);
}

}  // namespace
}  // namespace maplebridge::registry
