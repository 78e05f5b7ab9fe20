#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>

#include <functional>

#include "common/identifier/resident_number.h"
#include "services/registry/api/agreements.h"
#include "services/registry/api/closing.h"
#include "services/registry/api/mediate.h"
#include "services/registry/api/parties.h"
#include "services/registry/api/report_dispute.h"
#include "services/registry/api/take_on.h"
#include "services/registry/api/words.h"
#include "services/registry/testing/registry_fixture.h"

namespace maplebridge::registry {
namespace {

using absl::StatusCode;

absl::CivilDay Today() { return calendar::ChinaDay(absl::Now()); }

std::string Born(absl::CivilDay day, int sequence) {
  return *identifier::GenerateResidentNumber("330102", day, sequence);
}

class PartiesTest : public RegistryTest {
 protected:
  static type::v1::Representative Guardian() {
    type::v1::Representative guardian;
    guardian.set_representative_id("r1");
    guardian.set_kind(type::v1::REPRESENTATIVE_KIND_GUARDIAN);
    guardian.set_display_name("张父");
    guardian.set_identity_kind(type::v1::IDENTITY_KIND_RESIDENT);
    guardian.set_identity_number(Born(absl::CivilDay(1975, 5, 5), 77));
    guardian.set_telephone("13900139000");
    guardian.set_evidence("户口簿");
    return guardian;
  }
  static type::v1::Representative Agent(type::v1::AgentAuthority authority) {
    type::v1::Representative agent;
    agent.set_representative_id("lawyer");
    agent.set_kind(type::v1::REPRESENTATIVE_KIND_AGENT);
    agent.set_display_name("王律师");
    agent.set_authority(authority);
    agent.set_evidence("授权委托书");
    return agent;
  }
  // p1 is ten years old today.
  static v1::Dispute ChildDraft() {
    v1::Dispute draft = Draft();
    draft.mutable_parties(0)->set_identity_number(Born(
        absl::CivilDay(Today().year() - 10, Today().month(), std::min(Today().day(), 28)), 11));
    return draft;
  }
  v1::Dispute Report(const v1::Dispute& draft) {
    v1::ReportDisputeRequest request;
    *request.mutable_dispute() = draft;
    return Must(&ReportDispute, HeadCall(), request);
  }
  v1::Dispute Accept(const v1::Dispute& draft) {
    v1::AcceptDisputeRequest request;
    request.set_name(Report(draft).name());
    return Must(&AcceptDispute, HeadCall(), request);
  }
  std::vector<type::v1::Party> Parties(const std::string& dispute) {
    v1::ListDisputePartiesRequest request;
    request.set_parent(dispute);
    const auto answer = Must(&ListDisputeParties, HeadCall(), request);
    return {answer.parties().begin(), answer.parties().end()};
  }
  static v1::AddRepresentativeRequest Naming(const std::string& dispute, const std::string& party,
                                             const type::v1::Representative& representative) {
    v1::AddRepresentativeRequest request;
    request.set_name(dispute);
    request.set_party_id(party);
    *request.mutable_representative() = representative;
    return request;
  }
  static v1::EndRepresentativeRequest Ending(const std::string& dispute, const std::string& party,
                                             const std::string& representative) {
    v1::EndRepresentativeRequest request;
    request.set_name(dispute);
    request.set_party_id(party);
    request.set_representative_id(representative);
    request.set_reason("解除委托");
    return request;
  }
  static v1::CorrectPartyRequest Correcting(const std::string& dispute, const std::string& field) {
    v1::CorrectPartyRequest request;
    request.set_name(dispute);
    request.set_party_id("p1");
    request.mutable_update_mask()->add_paths(field);
    request.set_reason("录入有误");
    v1::PartyCorrection* values = request.mutable_correction();
    values->set_display_name("张叁");
    values->set_telephone("13700137000");
    values->set_service_address("杭州市拱墅区");
    return request;
  }
  static v1::AddPartyRequest Adding(const std::string& dispute, const std::string& party_id,
                                    int sequence) {
    v1::AddPartyRequest request;
    request.set_name(dispute);
    type::v1::Party* party = request.mutable_party();
    party->set_party_id(party_id);
    party->set_kind(type::v1::PARTY_KIND_PERSON);
    party->set_position(type::v1::PARTY_POSITION_APPLICANT);
    party->set_display_name("王五");
    party->set_identity_kind(type::v1::IDENTITY_KIND_RESIDENT);
    party->set_identity_number(Born(absl::CivilDay(1990, 3, 1), sequence));
    return request;
  }
  absl::Status SignFor(const std::string& agreement, const std::string& party,
                       const std::string& representative) {
    v1::SignAgreementRequest request;
    request.set_name(agreement);
    *request.mutable_signature() = PartySignature(party);
    request.mutable_signature()->set_representative_id(representative);
    return Ask(&SignAgreement, HeadCall(), request).status();
  }
  void ExpectStoresNothing(const std::function<absl::Status()>& call, StatusCode code,
                           std::string_view reason, const std::string& field = "") {
    const std::string before = RowCounts();
    ExpectError(call(), code, reason, field);
    EXPECT_EQ(RowCounts(), before);
  }
};

TEST_F(PartiesTest, WhoActsAndFurtherAddressesAreKeptAndAnsweredInFullOnlyWhereAsked) {
  v1::Dispute draft = ChildDraft();
  type::v1::Party* child = draft.mutable_parties(0);
  *child->add_representatives() = Guardian();
  *child->add_representatives() = Agent(type::v1::AGENT_AUTHORITY_GENERAL);
  child->mutable_representatives(1)->set_last_day(DayWord(Today() + 30));
  auto* work = draft.mutable_parties(1)->add_other_addresses();
  work->set_kind(type::v1::ADDRESS_KIND_WORKPLACE);
  work->set_address("萧山区某厂");
  const v1::Dispute dispute = Report(draft);
  EXPECT_EQ(dispute.parties(0).representatives_size(), 0);
  EXPECT_EQ(Get(dispute.name()).parties(0).birth_day(), "");

  const auto parties = Parties(dispute.name());
  ASSERT_EQ(parties[0].representatives_size(), 2);
  EXPECT_EQ(parties[0].representatives(0).identity_number(), Guardian().identity_number());
  EXPECT_EQ(parties[0].representatives(0).telephone(), "13900139000");
  EXPECT_EQ(parties[0].representatives(1).authority(), type::v1::AGENT_AUTHORITY_GENERAL);
  EXPECT_EQ(parties[0].representatives(1).last_day(), DayWord(Today() + 30));
  EXPECT_EQ(parties[0].birth_day().substr(0, 4), std::to_string(Today().year() - 10));
  ASSERT_EQ(parties[1].other_addresses_size(), 1);
  EXPECT_EQ(parties[1].other_addresses(0).address(), "萧山区某厂");
  // Sealed at rest, and not in the event.
  EXPECT_EQ(Value("SELECT count(*) FROM party_representatives WHERE position(convert_to('" +
                  Guardian().identity_number() + "', 'UTF8') IN identity_sealed) > 0"),
            "0");
  EXPECT_EQ(Value("SELECT count(*) FROM events WHERE position(convert_to('王律师', 'UTF8') IN "
                  "payload) > 0"),
            "0");
}

TEST_F(PartiesTest, AChildIsNotMediatedUntilAGuardianIsNamed) {
  const std::string name = Accept(ChildDraft()).name();
  v1::AssignMediatorsRequest assign;
  assign.set_name(name);
  assign.add_mediators(kMediator);
  const absl::Status refused = Ask(&AssignMediators, HeadCall(), assign).status();
  ExpectError(refused, StatusCode::kFailedPrecondition, reason::kGuardFailed);
  EXPECT_TRUE(absl::StrContains(refused.message(), "p1")) << refused;
  EXPECT_EQ(Get(name).state(), v1::DISPUTE_STATE_ACCEPTED);
  Must(&AddRepresentative, HeadCall(), Naming(name, "p1", Guardian()));
  EXPECT_EQ(Must(&AssignMediators, HeadCall(), assign).state(), v1::DISPUTE_STATE_MEDIATING);
}

TEST_F(PartiesTest, TheGuardianSignsForAChildAndAnAgentOnlyWithSpecialAuthority) {
  v1::Dispute draft = ChildDraft();
  *draft.mutable_parties(0)->add_representatives() = Guardian();
  *draft.mutable_parties(1)->add_representatives() = Agent(type::v1::AGENT_AUTHORITY_GENERAL);
  const std::string name = Assign(Accept(draft).name()).name();
  HoldSession(name);
  v1::CreateAgreementRequest create;
  create.set_parent(name);
  *create.mutable_agreement() = AgreementDraft(Today() + 10);
  create.mutable_agreement()->set_form(v1::AGREEMENT_FORM_ORAL);
  ExpectStoresNothing([&] { return Ask(&CreateAgreement, HeadCall(), create).status(); },
                      StatusCode::kInvalidArgument, reason::kFieldInvalid, "agreement.form");
  create.mutable_agreement()->set_form(v1::AGREEMENT_FORM_WRITTEN);
  const std::string agreement = Must(&CreateAgreement, HeadCall(), create).name();

  constexpr char kField[] = "signature.representative_id";
  for (const auto& [party, representative] :
       {std::pair("p1", ""), std::pair("p1", "lawyer"), std::pair("p2", "lawyer"),
        std::pair("p2", "nobody")}) {
    ExpectStoresNothing([&] { return SignFor(agreement, party, representative); },
                        StatusCode::kInvalidArgument, reason::kFieldInvalid, kField);
  }
  const std::string text = DocumentText(name + "/documents/agreement-1");
  for (const char* words : {"法定代理人（监护人）：", "委托代理人：王律师", "代理权限：一般授权",
                            "法定代理人（监护人）（"}) {
    EXPECT_TRUE(absl::StrContains(text, words)) << words << "\n" << text;
  }
  EXPECT_FALSE(absl::StrContains(text, "委托代理人（王律师）签名")) << "who settles nothing";
  EXPECT_TRUE(SignFor(agreement, "p1", "r1").ok());
  // Taken back, and given anew with special authority.
  Must(&EndRepresentative, HeadCall(), Ending(name, "p2", "lawyer"));
  auto special = Agent(type::v1::AGENT_AUTHORITY_SPECIAL);
  ExpectStoresNothing(
      [&] { return Ask(&AddRepresentative, HeadCall(), Naming(name, "p2", special)).status(); },
      StatusCode::kAlreadyExists, reason::kResourceExists);
  special.set_representative_id("lawyer-2");
  Must(&AddRepresentative, HeadCall(), Naming(name, "p2", special));
  EXPECT_TRUE(SignFor(agreement, "p2", "lawyer-2").ok());
  v1::GetAgreementRequest get;
  get.set_name(agreement);
  const v1::Agreement signed_agreement = Must(&GetAgreement, HeadCall(), get);
  ASSERT_EQ(signed_agreement.signatures_size(), 2);
  EXPECT_EQ(signed_agreement.signatures(0).representative_id(), "r1");
  EXPECT_EQ(signed_agreement.signatures(1).representative_id(), "lawyer-2");
}

TEST_F(PartiesTest, WhoNamesRepresentativesAndWhichAreRefused) {
  const std::string name = Mediating().name();
  const auto ask = [&](Call call, const v1::AddRepresentativeRequest& request) {
    return Ask(&AddRepresentative, std::move(call), request).status();
  };
  auto agent = Agent(type::v1::AGENT_AUTHORITY_SPECIAL);
  ExpectStoresNothing([&] { return ask(StrangerCall(), Naming(name, "p1", agent)); },
                      StatusCode::kNotFound, reason::kResourceNotFound);
  ExpectStoresNothing([&] { return ask(HeadCall(), Naming(name, "p9", agent)); },
                      StatusCode::kInvalidArgument, reason::kFieldInvalid, "party_id");
  agent.set_last_day(DayWord(Today() - 1));
  ExpectStoresNothing([&] { return ask(HeadCall(), Naming(name, "p1", agent)); },
                      StatusCode::kInvalidArgument, reason::kFieldInvalid,
                      "representative.last_day");
  agent.set_last_day("morgen");
  ExpectStoresNothing([&] { return ask(HeadCall(), Naming(name, "p1", agent)); },
                      StatusCode::kInvalidArgument, reason::kFieldInvalid,
                      "representative.last_day");
  agent.set_last_day(DayWord(Today()));
  // Who stands on the other side acts for nobody here.
  agent.set_identity_kind(type::v1::IDENTITY_KIND_RESIDENT);
  agent.set_identity_number(Draft().parties(1).identity_number());
  ExpectStoresNothing([&] { return ask(HeadCall(), Naming(name, "p1", agent)); },
                      StatusCode::kInvalidArgument, reason::kFieldInvalid,
                      "representative.identity_number");
  agent.clear_identity_kind();
  agent.clear_identity_number();
  auto request = Naming(name, "p1", agent);
  request.set_request_id(NewRequestId());
  const auto first = Must(&AddRepresentative, HeadCall(), request);
  EXPECT_EQ(Must(&AddRepresentative, HeadCall(), request).revision(), first.revision());
  EXPECT_EQ(Value("SELECT count(*) FROM party_representatives"), "1");
}

TEST_F(PartiesTest, ACorrectionIsANewVersionAndTheOldOneStays) {
  const std::string name = Mediating().name();
  Must(&CorrectParty, HeadCall(), Correcting(name, "telephone"));
  auto number = Correcting(name, "identity_number");
  const std::string corrected = Born(absl::CivilDay(1981, 2, 3), 5);
  number.mutable_correction()->set_identity_number(corrected);
  const v1::Dispute after = Must(&CorrectParty, HeadCall(), number);
  const auto party = Parties(name)[0];
  EXPECT_EQ(party.telephone(), "13700137000");
  EXPECT_EQ(party.identity_number(), corrected);
  EXPECT_EQ(party.birth_day(), "1981-02-03");
  EXPECT_EQ(party.display_name(), "张三") << "not in the mask";

  v1::ListPartyChangesRequest list;
  list.set_parent(name);
  list.set_page_size(1);
  Caller auditor;
  auditor.principal = "callers/auditor";
  auditor.roles = {options::v1::ROLE_AUDITOR};
  auto page = Must(&ListPartyChangePage, CallBy(auditor), list);
  ASSERT_EQ(page.changes_size(), 1);
  EXPECT_EQ(page.changes(0).before().telephone(), "13800138000");
  EXPECT_EQ(page.changes(0).reason(), "录入有误");
  list.set_page_token(page.next_page_token());
  page = Must(&ListPartyChangePage, CallBy(auditor), list);
  ASSERT_EQ(page.changes_size(), 1);
  EXPECT_EQ(page.changes(0).before().identity_number(), Draft().parties(0).identity_number());
  EXPECT_EQ(page.changes(0).dispute_revision(), after.revision());
  EXPECT_EQ(page.next_page_token(), "");
  EXPECT_EQ(Value("SELECT count(*) FROM party_reads WHERE principal = 'callers/auditor'"), "2");
  list.clear_page_token();
  ExpectError(Ask(&ListPartyChangePage, StrangerCall(), list).status(), StatusCode::kNotFound,
              reason::kResourceNotFound);
  ExpectError(Ask(&ListPartyChangePage, CourtCall(), list).status(), StatusCode::kNotFound,
              reason::kResourceNotFound);
}

TEST_F(PartiesTest, ACorrectionNamesEachFieldThatIsWrong) {
  const std::string name = Mediating().name();
  const auto expect = [&](const v1::CorrectPartyRequest& request, const std::string& field) {
    ExpectStoresNothing([&] { return Ask(&CorrectParty, HeadCall(), request).status(); },
                        StatusCode::kInvalidArgument, reason::kFieldInvalid, field);
  };
  auto request = Correcting(name, "telephone");
  request.mutable_correction()->set_telephone("1");
  expect(request, "correction.telephone");
  request = Correcting(name, "position");
  expect(request, "update_mask");
  request = Correcting(name, "telephone");
  request.clear_update_mask();
  expect(request, "update_mask");
  request = Correcting(name, "identity_number");
  request.mutable_correction()->set_identity_number(Draft().parties(1).identity_number());
  expect(request, "correction.identity_number");
  request = Correcting(name, "domicile_division");
  request.mutable_correction()->set_domicile_division("99");
  expect(request, "correction.domicile_division");
  request = Correcting(name, "telephone");
  request.set_reason("");
  expect(request, "reason");
  request = Correcting(name, "telephone");
  request.set_party_id("p9");
  expect(request, "party_id");
}

TEST_F(PartiesTest, AfterTheAgreementOnlyWhereAPartyIsReachedChanges) {
  const std::string name = Mediating().name();
  HoldSession(name);
  const std::string agreement = Agree(name, Today() + 10).name();
  SignByAll(agreement);
  v1::ConcludeByAgreementRequest conclude;
  conclude.set_name(name);
  conclude.set_agreement(agreement);
  Must(&ConcludeByAgreement, HeadCall(), conclude);
  ExpectStoresNothing(
      [&] { return Ask(&CorrectParty, HeadCall(), Correcting(name, "display_name")).status(); },
      StatusCode::kFailedPrecondition, reason::kGuardFailed);
  Must(&CorrectParty, HeadCall(), Correcting(name, "service_address"));
  EXPECT_EQ(Parties(name)[0].service_address(), "杭州市拱墅区");
  ExpectStoresNothing([&] { return Ask(&AddParty, HeadCall(), Adding(name, "p3", 1)).status(); },
                      StatusCode::kFailedPrecondition, reason::kStateForbids);
}

TEST_F(PartiesTest, APartyJoinsAndTheTenthMakesTheDisputeMajor) {
  const std::string name = Mediating().name();
  for (int i = 3; i <= 9; ++i) {
    const auto dispute = Must(&AddParty, HeadCall(), Adding(name, absl::StrCat("p", i), i));
    EXPECT_EQ(dispute.difficulty(), v1::DIFFICULTY_ORDINARY);
    EXPECT_EQ(dispute.party_count(), i);
  }
  Must(&AddParty, HeadCall(), Adding(name, "p10", 10));
  EXPECT_EQ(Get(name).difficulty(), v1::DIFFICULTY_MAJOR);
  EXPECT_EQ(Parties(name)[9].display_name(), "王五");
  const auto refused = [&](const v1::AddPartyRequest& request) {
    return Ask(&AddParty, HeadCall(), request).status();
  };
  ExpectStoresNothing([&] { return refused(Adding(name, "p10", 11)); },
                      StatusCode::kInvalidArgument, reason::kFieldInvalid, "party.party_id");
  ExpectStoresNothing([&] { return refused(Adding(name, "p11", 10)); },
                      StatusCode::kInvalidArgument, reason::kFieldInvalid, "party.identity_number");
}

TEST_F(PartiesTest, WhatWasAgreedBeforeAPartyJoinedOrWasCorrectedBindsNobody) {
  const auto state = [&](const std::string& agreement) {
    v1::GetAgreementRequest get;
    get.set_name(agreement);
    return Must(&GetAgreement, HeadCall(), get).state();
  };
  const std::string name = Mediating().name();
  v1::CreateAgreementRequest create;
  create.set_parent(name);
  *create.mutable_agreement() = AgreementDraft(Today() + 10);
  create.mutable_agreement()->set_form(v1::AGREEMENT_FORM_ORAL);
  const v1::Agreement oral = Must(&CreateAgreement, HeadCall(), create);
  EXPECT_EQ(oral.state(), v1::AGREEMENT_STATE_IN_EFFECT);
  Must(&AddParty, HeadCall(), Adding(name, "p3", 3));
  EXPECT_EQ(state(oral.name()), v1::AGREEMENT_STATE_REPLACED);
  const std::string written = Agree(name, Today() + 10).name();
  Must(&CorrectParty, HeadCall(), Correcting(name, "service_address"));
  EXPECT_EQ(state(written), v1::AGREEMENT_STATE_REPLACED);
}

TEST_F(PartiesTest, WhoRepresentsAGroupOf300BindsItButDoesNotSettleForIt) {
  v1::Dispute draft = Draft();
  for (int i = 1; i < 299; ++i) {
    type::v1::Party* party = draft.add_parties();
    *party = Adding("", absl::StrCat("a", i), i).party();
    if (i > 1) party->set_represented_by(i % 2 == 0 ? "p1" : "a1");
  }
  const v1::Dispute dispute = Assign(Accept(draft).name());
  ASSERT_EQ(dispute.party_count(), 300);
  v1::ExtendDisputeRequest extend;
  extend.set_name(dispute.name());
  extend.set_last_day(DayWord(Today() + 40));
  extend.set_evidence("书面同意");
  extend.add_party_ids("p1");
  extend.add_party_ids("p2");
  const absl::Status missing = Ask(&ExtendDispute, HeadCall(), extend).status();
  ExpectError(missing, StatusCode::kFailedPrecondition, reason::kConsentMissing);
  EXPECT_TRUE(absl::StrContains(missing.message(), "missing: a1, ")) << missing;
  EXPECT_FALSE(absl::StrContains(missing.message(), "a2,")) << missing;
  EXPECT_TRUE(absl::StrContains(missing.message(), "and 139 more")) << missing;
  extend.add_party_ids("a1");
  EXPECT_EQ(Must(&ExtendDispute, HeadCall(), extend).deadline().due_day().empty(), false);

  HoldSession(dispute.name());
  v1::CreateAgreementRequest create;
  create.set_parent(dispute.name());
  *create.mutable_agreement() = AgreementDraft(Today() + 10);
  const std::string agreement = Must(&CreateAgreement, HeadCall(), create).name();
  for (const char* party : {"p1", "a1", "p2"}) EXPECT_TRUE(SignFor(agreement, party, "").ok());
  ExpectError(SignFor(agreement, "a2", "p1"), StatusCode::kInvalidArgument, reason::kFieldInvalid,
              "signature.representative_id");
  v1::GetAgreementRequest get;
  get.set_name(agreement);
  EXPECT_EQ(Must(&GetAgreement, HeadCall(), get).state(), v1::AGREEMENT_STATE_DRAFT);
}

}  // namespace
}  // namespace maplebridge::registry
