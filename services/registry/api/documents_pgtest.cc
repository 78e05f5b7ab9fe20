#include <absl/strings/escaping.h>
#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>

#include "services/registry/api/agreements.h"
#include "services/registry/api/case_document.h"
#include "services/registry/api/closing.h"
#include "services/registry/api/create_document.h"
#include "services/registry/api/documents.h"
#include "services/registry/api/follow_up.h"
#include "services/registry/api/mediate.h"
#include "services/registry/api/report_dispute.h"
#include "services/registry/api/take_on.h"
#include "services/registry/api/transfers.h"
#include "services/registry/api/words.h"
#include "services/registry/documents/document_values.h"
#include "services/registry/testing/pdf_text.h"
#include "services/registry/testing/received_document.h"
#include "services/registry/testing/registry_fixture.h"

namespace maplebridge::registry {
namespace {

using absl::StatusCode;

constexpr char kCommittee[] = "上城区清波街道人民调解委员会";
constexpr absl::CivilDay kDue(2030, 6, 30);

absl::CivilDay Today() { return calendar::ChinaDay(absl::Now()); }

class DocumentsTest : public RegistryTest {
 protected:
  static v1::CreateDocumentRequest Order(const std::string& dispute, v1::DocumentKind kind,
                                         int ordinal = 0) {
    v1::CreateDocumentRequest request;
    request.set_parent(dispute);
    request.set_kind(kind);
    request.set_ordinal(ordinal);
    return request;
  }
  v1::Document Make(const std::string& dispute, v1::DocumentKind kind, int ordinal = 0) {
    return Must(&CreateDocument, HeadCall(), Order(dispute, kind, ordinal));
  }
  absl::Status Refusal(const std::string& dispute, v1::DocumentKind kind, int ordinal = 0) {
    return Ask(&CreateDocument, HeadCall(), Order(dispute, kind, ordinal)).status();
  }
  // Refused by the point at which the dispute is, and nothing is stored.
  void ExpectGuarded(const std::string& dispute, v1::DocumentKind kind, int ordinal = 0) {
    const std::string before = RowCounts();
    ExpectError(Refusal(dispute, kind, ordinal), StatusCode::kFailedPrecondition,
                reason::kGuardFailed);
    EXPECT_EQ(RowCounts(), before) << v1::DocumentKind_Name(kind);
  }
  std::string TextOf(const v1::Document& document) {
    ReceivedDocument received;
    v1::DownloadDocumentRequest request;
    request.set_name(document.name());
    Call call = HeadCall();
    absl::Status done = Run(DownloadDocument(registry(), call, request, received));
    EXPECT_TRUE(done.ok()) << done;
    EXPECT_EQ(received.document.SerializeAsString(), document.SerializeAsString());
    EXPECT_EQ(document.size(), static_cast<std::int64_t>(received.bytes.size()));
    ContentDigest digest;
    digest.Update(received.bytes);
    const ContentDigest::Hex hex = digest.Finish();
    EXPECT_EQ(document.sha256(), hex.sha256);
    EXPECT_EQ(document.sm3(), hex.sm3);
    return PdfText(received.bytes);
  }
  // The text, which holds the number, the committee, both parties and every expected piece.
  std::string ExpectText(const v1::Document& document, std::vector<std::string> expected) {
    const std::string text = TextOf(document);
    for (std::string piece : {document.number(), std::string(kCommittee), std::string("张三"),
                              "验证码：" + CodeOf(document)}) {
      expected.push_back(std::move(piece));
    }
    for (const std::string& piece : expected) {
      EXPECT_NE(text.find(piece), std::string::npos) << piece << "\n" << text;
    }
    return text;
  }
  std::string CodeOf(const v1::Document& document) {
    const std::vector<std::string> parts = NameParts("disputes/*/documents/*", document.name());
    return VerificationCodeOf(registry(), document.number(), parts.at(0));
  }
  static v1::VerifyDocumentRequest Pair(const std::string& number, const std::string& code) {
    v1::VerifyDocumentRequest request;
    request.set_number(number);
    request.set_verification_code(code);
    return request;
  }
  // Anyone, without an identity.
  static Call PublicCall() {
    Caller anyone;
    anyone.roles = {options::v1::ROLE_PUBLIC};
    return CallBy(anyone);
  }
  v1::Dispute Declined() {
    v1::DeclineDisputeRequest request;
    request.set_name(Reported().name());
    request.set_reason(v1::DECLINE_REASON_ELSEWHERE);
    request.set_advice("可以向上城区人民法院查询。");
    return Must(&DeclineDispute, HeadCall(), request);
  }
  v1::Agreement AgreeOrally(const std::string& dispute) {
    v1::CreateAgreementRequest request;
    request.set_parent(dispute);
    *request.mutable_agreement() = AgreementDraft(kDue);
    request.mutable_agreement()->set_form(v1::AGREEMENT_FORM_ORAL);
    return Must(&CreateAgreement, HeadCall(), request);
  }
  void Visit(const std::string& dispute) {
    v1::RecordFollowUpRequest request;
    request.set_parent(dispute);
    request.mutable_follow_up()->set_visit_day(DayWord(Today()));
    request.mutable_follow_up()->set_method(v1::FOLLOW_UP_METHOD_TELEPHONE);
    request.mutable_follow_up()->add_party_ids("p1");
    request.mutable_follow_up()->set_satisfaction(4);
    request.mutable_follow_up()->set_notes("货款已收到。");
    Must(&RecordFollowUp, HeadCall(), request);
  }
};

TEST_F(DocumentsTest, AnApplicationIsMadeOfADisputeThatAPartyBrought) {
  const std::string name = Reported().name();
  const v1::Document made = Make(name, v1::DOCUMENT_KIND_APPLICATION);
  EXPECT_EQ(made.name(), name + "/documents/application-1");
  EXPECT_EQ(made.kind(), v1::DOCUMENT_KIND_APPLICATION);
  EXPECT_EQ(made.template_(), "application/2");
  EXPECT_EQ(made.page_count(), 1);
  EXPECT_TRUE(absl::StrContains(made.number(), "330102人调申字第")) << made.number();
  EXPECT_EQ(Get(name).revision(), 1) << "no step in the dispute's life";
  // Its committee's name is not yet in the dispute: the roster told it.
  ExpectText(made, {"人民调解申请书", "李四", "货款未付", "人民币50,000.00元",
                    Draft().parties(0).identity_number(), Draft().parties(1).identity_number(),
                    Draft().parties(0).telephone(), "申请人（张三）签名"});
  v1::ReportDisputeRequest own;
  *own.mutable_dispute() = Draft(2);
  own.mutable_dispute()->set_source(v1::DISPUTE_SOURCE_INITIATIVE);
  ExpectGuarded(Must(&ReportDispute, HeadCall(), own).name(), v1::DOCUMENT_KIND_APPLICATION);
}

TEST_F(DocumentsTest, TheNoticeOfAcceptanceWaitsForIt) {
  const std::string name = Reported().name();
  ExpectGuarded(name, v1::DOCUMENT_KIND_ACCEPTANCE_NOTICE);
  v1::AcceptDisputeRequest accept;
  accept.set_name(name);
  const v1::Dispute accepted = Must(&AcceptDispute, HeadCall(), accept);
  const absl::CivilDay last_day = *DayOf(accepted.deadline().due_day());
  const v1::Document made = Make(name, v1::DOCUMENT_KIND_ACCEPTANCE_NOTICE);
  ExpectText(made,
             {"人民调解受理通知书", "人调受字", "李四", name.substr(9),
              "已于" + ChineseDay(Today()) + "受理", "调解期限至" + ChineseDay(last_day) + "届满"});
}

TEST_F(DocumentsTest, TheNoticeOfARefusalSaysWhyAndWhereElse) {
  ExpectGuarded(Accepted(2).name(), v1::DOCUMENT_KIND_DECLINE_NOTICE);
  const v1::Document made = Make(Declined().name(), v1::DOCUMENT_KIND_DECLINE_NOTICE);
  ExpectText(made, {"人民调解不予受理通知书", "人调不字", "李四", "已经受理该纠纷",
                    "可以向上城区人民法院查询。"});
}

TEST_F(DocumentsTest, ARecordIsOfOneSession) {
  const std::string name = Mediating().name();
  ExpectGuarded(name, v1::DOCUMENT_KIND_MEDIATION_RECORD, 1);
  HoldSession(name);
  const v1::Document made = Make(name, v1::DOCUMENT_KIND_MEDIATION_RECORD, 1);
  ExpectText(made, {"人民调解笔录", "人调笔字", "李四", "第1次", "清波街道调解室", "现场调解",
                    "人民调解员：王调解", "双方到场，陈述了事实与理由。", "权利、义务"});
  ExpectGuarded(name, v1::DOCUMENT_KIND_MEDIATION_RECORD, 2);
}

TEST_F(DocumentsTest, ARecordNamesAMediatorWhoHasLeftTheDispute) {
  const std::string name = Mediating().name();
  HoldSession(name);
  const std::string second = "organisations/qingbo/mediators/chen";
  roster().mediators[second] = roster().mediators[kMediator];
  roster().mediators[second].set_display_name("陈调解");
  v1::AssignMediatorsRequest assign;
  assign.set_name(name);
  assign.add_mediators(second);
  Must(&AssignMediators, HeadCall(), assign);
  const std::string text = TextOf(Make(name, v1::DOCUMENT_KIND_MEDIATION_RECORD, 1));
  EXPECT_NE(text.find("人民调解员：王调解"), std::string::npos) << text;
  EXPECT_EQ(text.find("陈调解"), std::string::npos) << "was not there\n" << text;
}

TEST_F(DocumentsTest, TheRegisterIsOfTheLastOralAgreementInEffect) {
  const std::string name = Mediating().name();
  ExpectGuarded(name, v1::DOCUMENT_KIND_ORAL_AGREEMENT_REGISTER);
  Agree(name, kDue);
  ExpectGuarded(name, v1::DOCUMENT_KIND_ORAL_AGREEMENT_REGISTER);
  const v1::Agreement oral = AgreeOrally(name);
  const v1::Document made = Make(name, v1::DOCUMENT_KIND_ORAL_AGREEMENT_REGISTER);
  ExpectText(made, {"人民调解口头协议登记表", "人调口字", "李四", "协议编号：" + oral.number(),
                    "达成日期：" + ChineseDay(Today()), "货已交付，货款未付。",
                    "以银行转账方式支付货款。", "贰万伍仟元整", "2030年6月30日", "2030年7月10日",
                    Draft().parties(1).identity_number()});
}

TEST_F(DocumentsTest, ARecordIsOfOneVisit) {
  const std::string name = Declined().name();
  ExpectGuarded(name, v1::DOCUMENT_KIND_FOLLOW_UP_RECORD, 1);
  Visit(name);
  const v1::Document made = Make(name, v1::DOCUMENT_KIND_FOLLOW_UP_RECORD, 1);
  const std::string text =
      ExpectText(made, {"人民调解回访记录", "人调访字", "第1次", "回访日期：" + ChineseDay(Today()),
                        "电话回访", "被回访申请人：张三", "4分", "纠纷反复：无", "货款已收到。"});
  EXPECT_EQ(text.find("协议编号"), std::string::npos);
  ExpectGuarded(name, v1::DOCUMENT_KIND_FOLLOW_UP_RECORD, 2);
}

TEST_F(DocumentsTest, TheIndexListsEveryDocumentOfTheDispute) {
  const std::string name = Mediating().name();
  ExpectGuarded(name, v1::DOCUMENT_KIND_FILE_INDEX);
  HoldSession(name);
  int pages = 0;
  std::vector<std::string> expected = {"人民调解卷宗目录", "人调卷字", "李四"};
  for (const v1::Document& document :
       {Make(name, v1::DOCUMENT_KIND_APPLICATION), Make(name, v1::DOCUMENT_KIND_ACCEPTANCE_NOTICE),
        Make(name, v1::DOCUMENT_KIND_MEDIATION_RECORD, 1)}) {
    pages += document.page_count();
    expected.push_back(document.number());
  }
  expected.push_back(Agree(name, kDue).number());
  pages += std::stoi(Value("SELECT page_count::text FROM documents WHERE kind = 'AGREEMENT'"));
  expected.push_back(absl::StrCat("合计：4件，", pages, "页"));
  // Of another dispute.
  const v1::Document other = Make(Accepted(2).name(), v1::DOCUMENT_KIND_APPLICATION);
  const std::string text = ExpectText(Make(name, v1::DOCUMENT_KIND_FILE_INDEX), expected);
  EXPECT_EQ(text.find(other.number()), std::string::npos);
  const v1::Document second = Make(name, v1::DOCUMENT_KIND_FILE_INDEX);
  EXPECT_EQ(second.name(), name + "/documents/file-index-2");
  ExpectText(second, {"合计：5件", "5．人民调解卷宗目录"});
}

TEST_F(DocumentsTest, AnArchivedFileTakesNothingButItsIndex) {
  const std::string name = Declined().name();
  Visit(name);
  Make(name, v1::DOCUMENT_KIND_DECLINE_NOTICE);
  v1::ArchiveDisputeRequest archive;
  archive.set_name(name);
  archive.set_retention(v1::RETENTION_LONG_TERM);
  Must(&ArchiveDispute, HeadCall(), archive);
  ExpectGuarded(name, v1::DOCUMENT_KIND_DECLINE_NOTICE);
  ExpectGuarded(name, v1::DOCUMENT_KIND_FOLLOW_UP_RECORD, 1);
  ExpectText(Make(name, v1::DOCUMENT_KIND_FILE_INDEX), {"保管期限：长期", "合计：1件"});
}

TEST_F(DocumentsTest, ADocumentThatIsMadeAgainHasANumberOfItsOwn) {
  const std::string name = Accepted().name();
  const v1::Document first = Make(name, v1::DOCUMENT_KIND_ACCEPTANCE_NOTICE);
  const v1::Document second = Make(name, v1::DOCUMENT_KIND_ACCEPTANCE_NOTICE);
  EXPECT_TRUE(absl::EndsWith(first.number(), "-1号")) << first.number();
  EXPECT_TRUE(absl::EndsWith(second.number(), "-2号")) << second.number();
  EXPECT_NE(CodeOf(first), CodeOf(second));
  // 500 are the most.
  Execute(
      "INSERT INTO documents SELECT dispute, 'filler-' || i, kind, 'filler-' || i, media_type, "
      "size, sha256, sm3, page_count, template, create_time, organisation_name FROM documents, "
      "generate_series(1, 498) AS i WHERE document_id = 'acceptance-1'");
  ExpectGuarded(name, v1::DOCUMENT_KIND_ACCEPTANCE_NOTICE);
  Make(name, v1::DOCUMENT_KIND_APPLICATION);
}

TEST_F(DocumentsTest, ARepeatedRequestAnswersTheSameDocument) {
  v1::CreateDocumentRequest request = Order(Accepted().name(), v1::DOCUMENT_KIND_ACCEPTANCE_NOTICE);
  request.set_request_id(NewRequestId());
  const v1::Document first = Must(&CreateDocument, HeadCall(), request);
  const std::string before = RowCounts();
  const v1::Document again = Must(&CreateDocument, HeadCall(), request);
  EXPECT_EQ(again.SerializeAsString(), first.SerializeAsString());
  EXPECT_EQ(RowCounts(), before);
  request.set_kind(v1::DOCUMENT_KIND_APPLICATION);
  EXPECT_EQ(ReasonOf(Ask(&CreateDocument, HeadCall(), request).status()), reason::kRequestIdReused);
  EXPECT_EQ(RowCounts(), before);
}

TEST_F(DocumentsTest, OnlyTheOrganisationThatHandlesItMakesItsDocuments) {
  const std::string name = Accepted().name();
  const auto request = Order(name, v1::DOCUMENT_KIND_ACCEPTANCE_NOTICE);
  const std::string before = RowCounts();
  ExpectError(Ask(&CreateDocument, StrangerCall(), request).status(), StatusCode::kNotFound,
              reason::kResourceNotFound);
  // Whom it is offered to sees the case, and nothing of its file.
  Execute("UPDATE disputes SET offered_organisation = 'organisations/gongshu'");
  ExpectError(Ask(&CreateDocument, StrangerCall(), request).status(), StatusCode::kNotFound,
              reason::kResourceNotFound);
  EXPECT_EQ(RowCounts(), before);
}

TEST_F(DocumentsTest, WhatIsWrongWithARequestIsNamed) {
  const std::string name = Mediating().name();
  HoldSession(name);
  for (v1::DocumentKind kind :
       {v1::DOCUMENT_KIND_UNSPECIFIED, v1::DOCUMENT_KIND_AGREEMENT,
        v1::DOCUMENT_KIND_CONCLUSION_NOTICE, v1::DOCUMENT_KIND_DISPUTE_LEDGER,
        v1::DOCUMENT_KIND_CAMPAIGN_REPORT, static_cast<v1::DocumentKind>(99)}) {
    ExpectError(Refusal(name, kind), StatusCode::kInvalidArgument, reason::kFieldInvalid, "kind");
  }
  for (int ordinal : {0, -1}) {
    ExpectError(Refusal(name, v1::DOCUMENT_KIND_MEDIATION_RECORD, ordinal),
                StatusCode::kInvalidArgument, reason::kFieldInvalid, "ordinal");
  }
  ExpectError(Refusal(name, v1::DOCUMENT_KIND_FILE_INDEX, 1), StatusCode::kInvalidArgument,
              reason::kFieldInvalid, "ordinal");
  ExpectError(Refusal("disputes/17", v1::DOCUMENT_KIND_FILE_INDEX), StatusCode::kInvalidArgument,
              reason::kFieldInvalid, "parent");
  ExpectError(Refusal("disputes/D-330102-2026-00999993", v1::DOCUMENT_KIND_FILE_INDEX),
              StatusCode::kInvalidArgument, reason::kFieldInvalid, "parent");
}

TEST_F(DocumentsTest, TheRosterIsAskedOnlyForNamesThatAreMissing) {
  const std::string reported = Reported(2).name();
  const std::string accepted = Accepted().name();
  roster().Stop();
  Make(accepted, v1::DOCUMENT_KIND_ACCEPTANCE_NOTICE);
  ExpectError(Refusal(reported, v1::DOCUMENT_KIND_APPLICATION), StatusCode::kUnavailable,
              reason::kPeerUnavailable);
}

TEST_F(DocumentsTest, AnyoneVerifiesACopyByItsNumberAndCode) {
  const std::string name = Accepted().name();
  const v1::Document made = Make(name, v1::DOCUMENT_KIND_ACCEPTANCE_NOTICE);
  // As it is typed from the paper.
  const std::string code = PrintedCode(TextOf(made));
  // It went to another committee since.
  Execute("UPDATE disputes SET organisation_name = '另一人民调解委员会'");
  for (const std::string& typed : {code, absl::AsciiStrToLower(code), "  " + code}) {
    const auto answer = Must(&VerifyDocument, PublicCall(), Pair(made.number(), typed));
    v1::VerifyDocumentResponse expected;
    expected.set_kind(made.kind());
    expected.set_organisation_name(kCommittee);
    expected.set_create_day(DayWord(Today()));
    expected.set_page_count(made.page_count());
    expected.set_size(made.size());
    expected.set_sha256(made.sha256());
    expected.set_sm3(made.sm3());
    *expected.mutable_signature() = made.signature();
    *expected.mutable_signing_key() = answer.signing_key();
    EXPECT_EQ(answer.signing_key().name(), made.signature().signing_key());
    EXPECT_EQ(answer.SerializeAsString(), expected.SerializeAsString());
    EXPECT_EQ(answer.DebugString().find("张三"), std::string::npos);
  }
}

TEST_F(DocumentsTest, TheAgreementAndTheNoticeOfConclusionHaveACodeToo) {
  const std::string name = Mediating().name();
  const v1::Agreement agreement = Agree(name, kDue);
  v1::GetDocumentRequest get;
  get.set_name(agreement.document().document());
  const v1::Document document = Must(&GetDocument, HeadCall(), get);
  const std::string code = PrintedCode(TextOf(document));
  EXPECT_EQ(Must(&VerifyDocument, PublicCall(), Pair(agreement.number(), code)).sha256(),
            agreement.document().sha256());
  v1::ConcludeWithoutAgreementRequest conclude;
  conclude.set_name(name);
  conclude.set_reason(v1::CONCLUSION_REASON_LIMIT_EXPIRED);
  const v1::Dispute failed = Must(&ConcludeWithoutAgreement, HeadCall(), conclude);
  get.set_name(failed.conclusion().document().document());
  const v1::Document notice = Must(&GetDocument, HeadCall(), get);
  EXPECT_EQ(Must(&VerifyDocument, PublicCall(), Pair(notice.number(), PrintedCode(TextOf(notice))))
                .kind(),
            v1::DOCUMENT_KIND_CONCLUSION_NOTICE);
}

TEST_F(DocumentsTest, AWrongPairIsNotFoundWhicheverOfTheTwoIsWrong) {
  const std::string name = Accepted().name();
  const v1::Document first = Make(name, v1::DOCUMENT_KIND_ACCEPTANCE_NOTICE);
  const v1::Document second = Make(name, v1::DOCUMENT_KIND_APPLICATION);
  const auto verify = [&](const std::string& number, const std::string& code) {
    return Ask(&VerifyDocument, PublicCall(), Pair(number, code)).status();
  };
  const absl::Status wrong_code = verify(first.number(), CodeOf(second));
  ExpectError(wrong_code, StatusCode::kNotFound, reason::kResourceNotFound);
  ExpectError(verify(first.number(), "x"), StatusCode::kNotFound, reason::kResourceNotFound);
  ExpectError(verify("〔2026〕330102人调受字第9999999-1号", CodeOf(first)), StatusCode::kNotFound,
              reason::kResourceNotFound);
  // The same words for the same number, whether there is such a document or not.
  Execute("DELETE FROM documents");
  EXPECT_EQ(verify(first.number(), CodeOf(first)).ToString(), wrong_code.ToString());
  ExpectError(verify("", "ABCD-EFGH-JKLM"), StatusCode::kInvalidArgument, reason::kFieldInvalid,
              "number");
  ExpectError(verify(first.number(), std::string(101, 'A')), StatusCode::kInvalidArgument,
              reason::kFieldInvalid, "verification_code");
}

TEST_F(DocumentsTest, ACourtDownloadsTheOutcomeAndNotWhatWasSaid) {
  const std::string name = Mediating().name();
  HoldSession(name);
  const v1::Document record = Make(name, v1::DOCUMENT_KIND_MEDIATION_RECORD, 1);
  const v1::Document application = Make(name, v1::DOCUMENT_KIND_APPLICATION);
  Agree(name, kDue);
  Execute(
      "UPDATE disputes SET source = 'REFERRAL', referral = 'referrals/r1', court = "
      "'courts/330102'");
  const auto download = [&](Call call, const std::string& document) {
    ReceivedDocument received;
    v1::DownloadDocumentRequest request;
    request.set_name(document);
    return Run(DownloadDocument(registry(), call, request, received));
  };
  EXPECT_TRUE(download(CourtCall(), name + "/documents/agreement-1").ok());
  for (const v1::Document& document : {record, application}) {
    ExpectError(download(CourtCall(), document.name()), absl::StatusCode::kPermissionDenied,
                reason::kScopeNotAllowed);
    EXPECT_TRUE(download(HeadCall(), document.name()).ok());
  }
  EXPECT_EQ(Value("SELECT string_agg(principal, ' ' ORDER BY principal) FROM party_reads"),
            "callers/court-330102 callers/head callers/head");
}

}  // namespace
}  // namespace maplebridge::registry
