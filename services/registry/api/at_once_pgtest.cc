#include "services/registry/api/report_dispute.h"
#include "services/registry/api/take_on.h"
#include "services/registry/testing/agreed_fixture.h"
#include "services/registry/testing/at_once.h"

namespace maplebridge::registry {
namespace {

using absl::StatusCode;
using AtOnceTest = AgreedTest;

TEST_F(AtOnceTest, PaymentsAtOnceNeverExceedWhatIsOwed) {
  const std::string name = Agreed(Full()).name();
  constexpr std::size_t kCallers = 20;
  std::vector<Call> calls(kCallers, HeadCall());
  const v1::RecordPerformanceRequest request = Done(name, "o1", 0, 4'000);
  std::vector<std::function<Task<absl::StatusOr<v1::Dispute>>()>> tasks;
  for (std::size_t i = 0; i < kCallers; ++i) {
    tasks.push_back([&, i] { return RecordPerformance(registry(), calls[i], request); });
  }
  const auto answers = Run(AtOnce<v1::Dispute>(tasks));
  int paid = 0, refused = 0;
  for (const auto& answer : answers) {
    if (answer.ok()) {
      ++paid;
    } else {
      ++refused;
      EXPECT_TRUE(absl::IsInvalidArgument(answer.status()) ||
                  absl::IsFailedPrecondition(answer.status()))
          << answer.status();
    }
  }
  EXPECT_EQ(paid, 15);
  EXPECT_EQ(refused, 5);
  EXPECT_EQ(Get(name).performed_amount_fen(), 60'000);
  EXPECT_EQ(Value("SELECT sum(amount_fen)::text FROM performances"), "60000");
}

class GroupTest : public AgreedTest {
 protected:
  static constexpr int kParties = 300;

  // 299 workers and their employer.
  std::string MediatingGroup() {
    v1::ReportDisputeRequest request;
    *request.mutable_dispute() = Draft();
    for (int i = 3; i <= kParties; ++i) {
      type::v1::Party* party = request.mutable_dispute()->add_parties();
      party->set_party_id(absl::StrCat("p", i));
      party->set_kind(type::v1::PARTY_KIND_PERSON);
      party->set_position(type::v1::PARTY_POSITION_APPLICANT);
      party->set_display_name(absl::StrCat("工人", i));
    }
    const std::string name = Must(&ReportDispute, HeadCall(), request).name();
    v1::AcceptDisputeRequest accept;
    accept.set_name(name);
    Must(&AcceptDispute, HeadCall(), accept);
    Assign(name);
    HoldSession(name);
    return name;
  }
};

TEST_F(GroupTest, ThreeHundredPartiesSignAtOnceAndTheLastSignaturePutsItInEffect) {
  const std::string name = MediatingGroup();
  v1::Agreement draft;
  draft.set_form(v1::AGREEMENT_FORM_WRITTEN);
  draft.set_facts("拖欠工资。");
  for (int i = 1; i <= kParties; ++i) {
    if (i == 2) continue;
    v1::Obligation* wage = AddObligation(&draft, absl::StrCat("o", i), v1::OBLIGATION_KIND_PAYMENT);
    wage->set_creditor_party_id(absl::StrCat("p", i));
    wage->set_amount_fen(100'000 + i);
    wage->set_due_day(DayWord(ChinaToday() + 30));
  }
  auto created = Create(name, draft);
  ASSERT_TRUE(created.ok()) << created.status();
  std::vector<v1::SignAgreementRequest> requests;
  for (int i = 1; i <= kParties; ++i) {
    requests.emplace_back().set_name(created->name());
    *requests.back().mutable_signature() = PartySignature(absl::StrCat("p", i));
  }
  requests.emplace_back().set_name(created->name());
  requests.back().mutable_signature()->set_mediator(kMediator);
  requests.back().mutable_signature()->set_method(v1::SIGNATURE_METHOD_SIGNATURE);
  requests.emplace_back().set_name(created->name());
  requests.back().mutable_signature()->set_organisation(kOrganisation);
  requests.back().mutable_signature()->set_method(v1::SIGNATURE_METHOD_SEAL);
  Call::Values patient;
  patient.caller = std::make_shared<Caller>(HeadCall().caller());
  patient.now = absl::FromUnixMicros(absl::ToUnixMicros(absl::Now()));
  patient.deadline = patient.now + absl::Minutes(2);
  std::vector<Call> calls(requests.size(), Call(patient));
  std::vector<std::function<Task<absl::StatusOr<v1::Agreement>>()>> tasks;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    tasks.push_back([&, i] { return SignAgreement(registry(), calls[i], requests[i]); });
  }
  const auto answers = Run(AtOnce<v1::Agreement>(tasks));
  int in_effect = 0;
  for (const auto& answer : answers) {
    ASSERT_TRUE(answer.ok()) << answer.status();
    if (answer->state() == v1::AGREEMENT_STATE_IN_EFFECT) ++in_effect;
  }
  EXPECT_EQ(in_effect, 1) << "the last one, whoever it was";
  EXPECT_EQ(Value("SELECT count(*)::text FROM signatures"), std::to_string(kParties + 2));
  EXPECT_EQ(Value("SELECT state || ' ' || revision FROM agreements"),
            absl::StrCat("IN_EFFECT ", kParties + 3));
  v1::ConcludeByAgreementRequest conclude;
  conclude.set_name(name);
  conclude.set_agreement(created->name());
  EXPECT_EQ(Must(&ConcludeByAgreement, HeadCall(), conclude).obligation_count(), kParties - 1);
  EXPECT_EQ(Value("SELECT count(*)::text FROM deadlines WHERE kind = 'obligation'"),
            std::to_string(kParties - 1));
}

TEST_F(AtOnceTest, OfTwoMediatorsWhoConcludeAtOnceOneWinsAndTheOtherIsTold) {
  for (bool by_agreement : {true, false}) {
    const std::string name = Mediating(by_agreement ? 1 : 2).name();
    HoldSession(name);
    v1::ConcludeByAgreementRequest agree;
    agree.set_name(name);
    agree.set_agreement(InEffect(name, AgreementDraft(ChinaToday() + 5)).name());
    v1::ConcludeWithoutAgreementRequest fail;
    fail.set_name(name);
    fail.set_reason(v1::CONCLUSION_REASON_PARTY_REFUSED);
    Call first = HeadCall(), second = HeadCall();
    std::vector<std::function<Task<absl::StatusOr<v1::Dispute>>()>> tasks;
    tasks.push_back([&] { return ConcludeByAgreement(registry(), first, agree); });
    tasks.push_back([&] {
      return by_agreement ? ConcludeByAgreement(registry(), second, agree)
                          : ConcludeWithoutAgreement(registry(), second, fail);
    });
    const auto answers = Run(AtOnce<v1::Dispute>(tasks));
    ASSERT_EQ(answers.size(), 2u);
    const bool first_won = answers[0].ok();
    EXPECT_NE(first_won, answers[1].ok());
    ExpectError(answers[first_won ? 1 : 0].status(), StatusCode::kFailedPrecondition,
                reason::kStateForbids);
    EXPECT_EQ(Get(name).state(), answers[first_won ? 0 : 1]->state());
    EXPECT_EQ(Value("SELECT count(*)::text FROM events WHERE type LIKE 'Conclude%' AND resource = "
                    "'" +
                    name + "'"),
              "1");
  }
}

}  // namespace
}  // namespace maplebridge::registry
