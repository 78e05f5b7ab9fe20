// A one-stop centre, two more committees of the roster, and the steps that the tests of routes,
// assistance and joint mediation share.
#pragma once

#include <absl/strings/str_cat.h>

#include <string>

#include "common/deadlines/deadline_clock.h"
#include "services/registry/api/assistance.h"
#include "services/registry/api/dispute_expiry.h"
#include "services/registry/api/dispute_history.h"
#include "services/registry/api/joint_mediation.h"
#include "services/registry/api/report_dispute.h"
#include "services/registry/api/routes.h"
#include "services/registry/api/transfers.h"
#include "services/registry/testing/registry_fixture.h"

namespace maplebridge::registry {

class CentreTest : public RegistryTest {
 protected:
  static constexpr char kCentre[] = "organisations/centre";
  // What StrangerCall acts for.
  static constexpr char kOther[] = "organisations/gongshu";
  static constexpr char kThird[] = "organisations/xihu";

  void SetUp() override {
    RegistryTest::SetUp();
    for (const char* name : {kCentre, kOther, kThird}) {
      roster::v1::Organisation& organisation = roster().organisations[name];
      organisation.set_name(name);
      organisation.set_display_name("上城区某街道人民调解委员会");
      organisation.set_kind(roster::v1::ORGANISATION_KIND_TOWNSHIP);
      organisation.set_division("330102001000");
      organisation.set_state(roster::v1::ORGANISATION_STATE_PUBLISHED);
    }
  }
  static Call CentreCall(const std::string& organisation = kCentre) {
    Caller centre;
    centre.principal = "callers/centre";
    centre.roles = {options::v1::ROLE_CENTRE};
    centre.organisation = organisation;
    return CallBy(centre);
  }
  static Call ThirdCall() {
    Caller head;
    head.principal = "callers/third-head";
    head.roles = {options::v1::ROLE_ORGANISATION_HEAD, options::v1::ROLE_MEDIATOR};
    head.organisation = kThird;
    return CallBy(head);
  }
  static Call BureauCall(const std::string& division = "330102") {
    Caller bureau;
    bureau.principal = "callers/bureau";
    bureau.roles = {options::v1::ROLE_COUNTY_BUREAU};
    bureau.division = division;
    return CallBy(bureau);
  }
  // Reported at the centre.
  std::string TakenIn(int sequence = 1, const std::string& category = "") {
    v1::ReportDisputeRequest request;
    *request.mutable_dispute() = Draft(sequence);
    request.mutable_dispute()->set_organisation(kCentre);
    if (!category.empty()) request.mutable_dispute()->set_category(category);
    return Must(&ReportDispute, CentreCall(), request).name();
  }
  static v1::RouteDisputeRequest Routing(const std::string& dispute, v1::ForceKind force,
                                         const std::string& body = "市律师协会调解中心") {
    v1::RouteDisputeRequest request;
    request.set_parent(dispute);
    request.mutable_route()->set_force(force);
    request.mutable_route()->set_explanation("双方同意由该力量先行处理");
    if (body.rfind("organisations/", 0) == 0) {
      request.mutable_route()->set_organisation(body);
    } else {
      request.mutable_route()->set_body_name(body);
    }
    return request;
  }
  v1::Route Routed(const std::string& dispute,
                   v1::ForceKind force = v1::FORCE_KIND_LAWYER_MEDIATION,
                   const std::string& body = "市律师协会调解中心") {
    return Must(&RouteDispute, CentreCall(), Routing(dispute, force, body));
  }
  static v1::AnswerRouteRequest Answering(const v1::Route& route, bool accepts = true) {
    v1::AnswerRouteRequest request;
    request.set_name(route.name());
    request.set_decision(accepts ? v1::BODY_DECISION_ACCEPT : v1::BODY_DECISION_DECLINE);
    request.set_answer("已复函");
    return request;
  }
  v1::Route AcceptedRoute(const v1::Route& route) {
    return Must(&AnswerRoute, CentreCall(), Answering(route));
  }
  static v1::EndRouteRequest Ending(const v1::Route& route,
                                    v1::RouteOutcome outcome = v1::ROUTE_OUTCOME_FAILED) {
    v1::EndRouteRequest request;
    request.set_name(route.name());
    request.set_outcome(outcome);
    request.set_result("双方分歧较大");
    return request;
  }
  v1::ListRoutesResponse RoutesOf(const std::string& parent, Call call) {
    v1::ListRoutesRequest request;
    request.set_parent(parent);
    return Must(&ListRoutePage, std::move(call), request);
  }
  v1::Route RouteNow(const v1::Route& route) {
    const std::string dispute = route.name().substr(0, route.name().find("/routes/"));
    const v1::ListRoutesResponse all = RoutesOf(dispute, CentreCall());
    for (const v1::Route& each : all.routes()) {
      if (each.name() == route.name()) return each;
    }
    ADD_FAILURE() << route.name() << " is not listed";
    return {};
  }
  v1::Transfer AcceptOffer(const v1::Route& route, Call call) {
    v1::AcceptTransferRequest request;
    request.set_name(route.transfer());
    return Must(&AcceptTransfer, std::move(call), request);
  }
  absl::StatusOr<v1::Dispute> Read(Call call, const std::string& name) {
    v1::GetDisputeRequest request;
    request.set_name(name);
    return Ask(&GetDispute, std::move(call), request);
  }
  int Expire(absl::Time now) {
    auto expired = Run(ExpireDue(*parts_->databases[0], ClockWork(registry_), now));
    EXPECT_TRUE(expired.ok()) << expired.status();
    return expired.value_or(-1);
  }
  // Only the clocks of this kind run: those of the dispute itself do not count along.
  void LeaveClock(const std::string& kind) {
    Execute(absl::StrCat("UPDATE deadlines SET state = 'MET' WHERE kind <> '", kind, "'"));
  }
};

}  // namespace maplebridge::registry
