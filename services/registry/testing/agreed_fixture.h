// Disputes that are agreed: what the tests of performance stand on.
#pragma once

#include <absl/strings/str_cat.h>

#include <string>

#include "common/deadlines/deadline_clock.h"
#include "services/registry/api/agreements.h"
#include "services/registry/api/course.h"
#include "services/registry/api/dispute_expiry.h"
#include "services/registry/api/mediate.h"
#include "services/registry/api/performance.h"
#include "services/registry/api/words.h"
#include "services/registry/testing/registry_fixture.h"

namespace maplebridge::registry {

inline absl::CivilDay ChinaToday() { return calendar::ChinaDay(absl::Now()); }

class AgreedTest : public RegistryTest {
 protected:
  // p2 owes p1: 60000 in three parts, a thing, and never to do something again.
  static v1::Agreement Full() {
    v1::Agreement agreement;
    agreement.set_form(v1::AGREEMENT_FORM_WRITTEN);
    agreement.set_facts("双方签订买卖合同，货已交付，货款未付。");
    v1::Obligation* payment = AddObligation(&agreement, "o1", v1::OBLIGATION_KIND_PAYMENT);
    payment->set_amount_fen(60'000);
    for (int i = 1; i <= 3; ++i) {
      v1::Instalment* instalment = payment->add_instalments();
      instalment->set_number(i);
      instalment->set_amount_fen(i * 10'000);
      instalment->set_due_day(DayWord(ChinaToday() + 10 * i));
    }
    AddObligation(&agreement, "o2", v1::OBLIGATION_KIND_DELIVERY)
        ->set_due_day(DayWord(ChinaToday() + 5));
    AddObligation(&agreement, "o3", v1::OBLIGATION_KIND_FORBEARANCE);
    return agreement;
  }
  static v1::Obligation* AddObligation(v1::Agreement* agreement, const std::string& id,
                                       v1::ObligationKind kind) {
    v1::Obligation* obligation = agreement->add_obligations();
    obligation->set_obligation_id(id);
    obligation->set_kind(kind);
    obligation->set_debtor_party_id("p2");
    obligation->set_creditor_party_id("p1");
    obligation->set_content("依约履行");
    return obligation;
  }
  absl::StatusOr<v1::Agreement> Create(const std::string& name, const v1::Agreement& agreement) {
    v1::CreateAgreementRequest request;
    request.set_parent(name);
    *request.mutable_agreement() = agreement;
    return Ask(&CreateAgreement, HeadCall(), request);
  }
  v1::Agreement InEffect(const std::string& name, const v1::Agreement& draft) {
    auto created = Create(name, draft);
    EXPECT_TRUE(created.ok()) << created.status();
    return created.ok() ? SignByAll(created->name()) : v1::Agreement();
  }
  v1::Dispute Agreed(const v1::Agreement& draft) {
    const std::string name = Mediating().name();
    HoldSession(name);
    v1::ConcludeByAgreementRequest request;
    request.set_name(name);
    request.set_agreement(InEffect(name, draft).name());
    return Must(&ConcludeByAgreement, HeadCall(), request);
  }
  static v1::RecordPerformanceRequest Done(const std::string& name, const std::string& obligation,
                                           int instalment = 0, std::int64_t fen = 0) {
    v1::RecordPerformanceRequest request;
    request.set_name(name);
    request.set_obligation_id(obligation);
    request.set_instalment(instalment);
    request.set_amount_fen(fen);
    request.set_evidence("银行转账凭证");
    return request;
  }
  absl::StatusOr<v1::Dispute> Perform(const std::string& name, const std::string& obligation,
                                      int instalment = 0, std::int64_t fen = 0) {
    return Ask(&RecordPerformance, HeadCall(), Done(name, obligation, instalment, fen));
  }
  v1::ListPerformancesResponse Performances(const std::string& name, Call call) {
    v1::ListPerformancesRequest request;
    request.set_parent(name);
    return Must(&ListPerformancePage, std::move(call), request);
  }
  static v1::ReversePerformanceRequest Mistake(const std::string& name, int ordinal) {
    v1::ReversePerformanceRequest request;
    request.set_name(absl::StrCat(name, "/performances/", ordinal));
    request.set_explanation("金额录入错误");
    return request;
  }
  v1::Agreement Read(const std::string& name, int ordinal = 1) {
    v1::GetAgreementRequest request;
    request.set_name(absl::StrCat(name, "/agreements/", ordinal));
    return Must(&GetAgreement, HeadCall(), request);
  }
  absl::StatusOr<v1::Dispute> Amend(const std::string& name, const std::string& agreement) {
    v1::AmendAgreementRequest request;
    request.set_name(name);
    request.set_agreement(agreement);
    return Ask(&AmendAgreement, HeadCall(), request);
  }
  // As if the obligations' days had come that many days earlier.
  void PassDays(int days) {
    Execute(absl::StrCat("UPDATE obligations SET due_day = due_day - ", days));
    Execute(absl::StrCat("UPDATE dues SET due_day = due_day - ", days));
  }
  int Expire(absl::Time now) {
    auto expired = Run(ExpireDue(*parts_->databases[0], ClockWork(registry_), now));
    EXPECT_TRUE(expired.ok()) << expired.status();
    return expired.value_or(-1);
  }
  std::string RunningClocks() {
    return Value(
        "SELECT coalesce(string_agg(substring(resource from 'obligations/.*') || '=' || "
        "due_day, ' ' ORDER BY resource), '') FROM deadlines WHERE kind = 'obligation' "
        "AND state = 'RUNNING'");
  }
};

}  // namespace maplebridge::registry
