#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>

#include "services/registry/api/create_document.h"
#include "services/registry/api/documents.h"
#include "services/registry/api/mediate.h"
#include "services/registry/api/performance.h"
#include "services/registry/api/urgings.h"
#include "services/registry/api/words.h"
#include "services/registry/documents/document_values.h"
#include "services/registry/testing/pdf_text.h"
#include "services/registry/testing/received_document.h"
#include "services/registry/testing/registry_fixture.h"

namespace maplebridge::registry {
namespace {

using absl::StatusCode;

absl::CivilDay Today() { return calendar::ChinaDay(absl::Now()); }

class PerformanceDocumentsTest : public RegistryTest {
 protected:
  v1::Dispute Agreed() {
    const std::string name = Mediating().name();
    HoldSession(name);
    v1::ConcludeByAgreementRequest request;
    request.set_name(name);
    request.set_agreement(SignByAll(Agree(name, Today() + 5).name()).name());
    return Must(&ConcludeByAgreement, HeadCall(), request);
  }
  absl::StatusOr<v1::Document> Make(const std::string& dispute, v1::DocumentKind kind,
                                    int ordinal = 0) {
    v1::CreateDocumentRequest request;
    request.set_parent(dispute);
    request.set_kind(kind);
    request.set_ordinal(ordinal);
    return Ask(&CreateDocument, HeadCall(), request);
  }
  std::string TextOf(const absl::StatusOr<v1::Document>& document) {
    EXPECT_TRUE(document.ok()) << document.status();
    if (!document.ok()) return "";
    ReceivedDocument received;
    v1::DownloadDocumentRequest request;
    request.set_name(document->name());
    Call call = HeadCall();
    absl::Status done = Run(DownloadDocument(registry(), call, request, received));
    EXPECT_TRUE(done.ok()) << done;
    return PdfText(received.bytes);
  }
  void Perform(const std::string& name, const std::string& obligation, std::int64_t fen) {
    v1::RecordPerformanceRequest request;
    request.set_name(name);
    request.set_obligation_id(obligation);
    request.set_amount_fen(fen);
    request.set_method(v1::PERFORMANCE_METHOD_BANK_TRANSFER);
    request.set_evidence("电子回单");
    Must(&RecordPerformance, HeadCall(), request);
  }
  static void ExpectPieces(const std::string& text, const std::vector<std::string>& pieces) {
    for (const std::string& piece : pieces) {
      EXPECT_NE(text.find(piece), std::string::npos) << piece << "\n" << text;
    }
  }
};

TEST_F(PerformanceDocumentsTest, ANoticeUrgesTheDebtorToPayWhatIsOpen) {
  const std::string name = Agreed().name();
  EXPECT_EQ(ReasonOf(Make(name, v1::DOCUMENT_KIND_URGING_NOTICE, 1).status()),
            reason::kGuardFailed);
  Perform(name, "o1", 1'000'000);
  Execute("UPDATE dues SET due_day = due_day - 8");
  Execute("UPDATE obligations SET due_day = due_day - 8");
  v1::UrgePerformanceRequest urge;
  urge.set_parent(name);
  urge.mutable_urging()->set_obligation_id("o1");
  urge.mutable_urging()->set_urge_day(DayWord(Today()));
  urge.mutable_urging()->set_method(v1::URGING_METHOD_LETTER);
  urge.mutable_urging()->set_mediator(kMediator);
  urge.mutable_urging()->set_content("要求三日内支付余款。");
  Must(&UrgePerformance, HeadCall(), urge);
  const auto made = Make(name, v1::DOCUMENT_KIND_URGING_NOTICE, 1);
  const std::string text = TextOf(made);
  EXPECT_EQ(made->name(), name + "/documents/urging-notice-1");
  ExpectPieces(text, {"督促履行通知书", "人调督字", "李四：", "你与张三之间的合同纠纷",
                      "约定金额：人民币25,000.00元",
                      "尚未履行：人民币15,000.00元（大写：人民币壹万伍仟元整）",
                      "履行期限：" + ChineseDay(Today() - 3), "已逾期3日", "督促方式：书面",
                      "人民调解员：王调解", "要求三日内支付余款。", "人民调解法第三十一条"});
  EXPECT_EQ(text.find("330102198"), std::string::npos) << "no identity number";
  EXPECT_EQ(ReasonOf(Make(name, v1::DOCUMENT_KIND_URGING_NOTICE, 2).status()),
            reason::kGuardFailed);
}

TEST_F(PerformanceDocumentsTest, ARecordHoldsWhatWasPerformedAndWhatWasTakenBack) {
  EXPECT_EQ(ReasonOf(Make(Mediating(2).name(), v1::DOCUMENT_KIND_PERFORMANCE_RECORD).status()),
            reason::kGuardFailed);
  const std::string name = Agreed().name();
  ExpectPieces(TextOf(Make(name, v1::DOCUMENT_KIND_PERFORMANCE_RECORD)),
               {"没有履行记录", "尚未履行50,000.00元"});
  Perform(name, "o1", 1'000'000);
  Perform(name, "o1", 100);
  v1::ReversePerformanceRequest reverse;
  reverse.set_name(name + "/performances/2");
  reverse.set_explanation("重复录入");
  Must(&ReversePerformance, HeadCall(), reverse);
  Perform(name, "o2", 0);
  const auto made = Make(name, v1::DOCUMENT_KIND_PERFORMANCE_RECORD);
  EXPECT_EQ(made->template_(), "performance-record/1");
  ExpectPieces(TextOf(made), {"调解协议履行情况记录", "人调履字",
                              "约定50,000.00元，已履行35,000.00元，尚未履行"
                              "15,000.00元",
                              "义务合计2项，已履行1项", "部分履行", "银行转账", "电子回单",
                              "此记录作废：重复录入", "第2项"});
  Perform(name, "o1", 0);
  ExpectPieces(TextOf(Make(name, v1::DOCUMENT_KIND_PERFORMANCE_RECORD)),
               {"全部义务于" + ChineseDay(Today()) + "履行完毕，自协议生效之日起0日"});
}

}  // namespace
}  // namespace maplebridge::registry
