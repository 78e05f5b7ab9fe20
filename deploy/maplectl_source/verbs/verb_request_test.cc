#include "deploy/maplectl_source/verbs/verb_request.h"

#include <gtest/gtest.h>

#include "deploy/maplectl_source/console.h"
#include "maplebridge/registry/v1/agreement.pb.h"
#include "maplebridge/registry/v1/campaign.pb.h"
#include "maplebridge/registry/v1/dispute.pb.h"
#include "maplebridge/registry/v1/escalation.pb.h"

namespace maplebridge::maplectl {
namespace {

const Verb& VerbOf(std::string_view group_name, std::string_view name) {
  for (const VerbGroup& group : VerbGroups()) {
    if (group.name != group_name) continue;
    for (const Verb& verb : group.verbs) {
      if (verb.name == name) return verb;
    }
  }
  ADD_FAILURE() << group_name << " " << name;
  return VerbGroups()[0].verbs[0];
}

// 2026-11-27 00:30 in China.
const absl::Time kNow =
    absl::FromCivil(absl::CivilMinute(2026, 11, 26, 16, 30), absl::UTCTimeZone());

template <typename Request>
Request Made(const Verb& verb, const VerbRequest& written) {
  auto made = MakeRequest(verb, written, kNow);
  EXPECT_TRUE(made.ok()) << made.status();
  Request request;
  if (made.ok()) request.CopyFrom(**made);
  return request;
}

absl::Status Refused(const Verb& verb, const VerbRequest& written) {
  return MakeRequest(verb, written, kNow).status();
}

VerbRequest Report() {
  return {{{"--category", {"NEIGHBOURS"}},
           {"--source", {"application"}},
           {"--division", {"330681109"}},
           {"--summary", {"排水沟纠纷"}},
           {"--applicant", {"张三,330681190001011017,13900010001"}},
           {"--respondent", {"李四"}}},
          "",
          "r-1",
          ""};
}

TEST(VerbRequestTest, WordsFillTheRequest) {
  VerbRequest written = Report();
  written.words["--claimed"] = {"12,000.50"};
  const auto request =
      Made<registry::v1::ReportDisputeRequest>(VerbOf("dispute", "report"), written);
  EXPECT_EQ(request.request_id(), "r-1");
  EXPECT_EQ(request.dispute().source(), registry::v1::DISPUTE_SOURCE_APPLICATION);
  EXPECT_EQ(request.dispute().claimed_amount_fen(), 1'200'050);
  ASSERT_EQ(request.dispute().parties_size(), 2);
  const type::v1::Party& first = request.dispute().parties(0);
  EXPECT_EQ(first.party_id(), "p1");
  EXPECT_EQ(first.position(), type::v1::PARTY_POSITION_APPLICANT);
  EXPECT_EQ(first.kind(), type::v1::PARTY_KIND_PERSON);
  EXPECT_EQ(first.identity_kind(), type::v1::IDENTITY_KIND_RESIDENT);
  EXPECT_EQ(first.telephone(), "13900010001");
  EXPECT_EQ(request.dispute().parties(1).party_id(), "p2");
  EXPECT_EQ(request.dispute().parties(1).identity_kind(), type::v1::IDENTITY_KIND_UNSPECIFIED);
}

TEST(VerbRequestTest, ACreditCodeMakesThePartyAnOrganisation) {
  VerbRequest written = Report();
  written.words["--respondent"] = {"某公司,91330100799655058B"};
  const auto request =
      Made<registry::v1::ReportDisputeRequest>(VerbOf("dispute", "report"), written);
  EXPECT_EQ(request.dispute().parties(1).kind(), type::v1::PARTY_KIND_ORGANISATION);
  EXPECT_EQ(request.dispute().parties(1).identity_kind(), type::v1::IDENTITY_KIND_SOCIAL_CREDIT);
}

TEST(VerbRequestTest, WhatIsMissingIsNamedAllAtOnce) {
  VerbRequest written = Report();
  written.words.erase("--summary");
  written.words.erase("--respondent");
  const absl::Status refused = Refused(VerbOf("dispute", "report"), written);
  // One applicant fills the list of parties: who stands on the other side is the service's rule.
  EXPECT_EQ(refused.message(), "--summary is missing");
  EXPECT_NE(MendOf(refused).find("maplectl dispute report"), std::string::npos);
  written.words.erase("--applicant");
  EXPECT_EQ(Refused(VerbOf("dispute", "report"), written).message(),
            "--summary, --applicant, --respondent are missing");
}

TEST(VerbRequestTest, AnUnknownWordOfAListIsGuessed) {
  VerbRequest written = Report();
  written.words["--source"] = {"aplication"};
  const absl::Status refused = Refused(VerbOf("dispute", "report"), written);
  EXPECT_EQ(refused.message().substr(0, 33), "--source: aplication is none of A");
  EXPECT_EQ(MendOf(refused), "did you mean APPLICATION?");
  written.words["--source"] = {"UNSPECIFIED"};
  EXPECT_FALSE(Refused(VerbOf("dispute", "report"), written).ok());
}

TEST(VerbRequestTest, SumsAreYuanWithTwoDecimals) {
  for (const auto& [text, fen] : std::vector<std::pair<std::string, std::int64_t>>{
           {"0.01", 1}, {"1", 100}, {"1,234.5", 123'450}}) {
    VerbRequest written = Report();
    written.words["--claimed"] = {text};
    EXPECT_EQ(Made<registry::v1::ReportDisputeRequest>(VerbOf("dispute", "report"), written)
                  .dispute()
                  .claimed_amount_fen(),
              fen)
        << text;
  }
  for (const char* text : {"1.234", "一千", "1 元", ""}) {
    VerbRequest written = Report();
    written.words["--claimed"] = {text};
    EXPECT_FALSE(Refused(VerbOf("dispute", "report"), written).ok()) << text;
  }
}

TEST(VerbRequestTest, DaysAreWordsAndOffsetsOfTheDayInChina) {
  EXPECT_EQ(*DayOf("today", kNow), "2026-11-27");
  EXPECT_EQ(*DayOf("+1", kNow), "2026-11-28");
  EXPECT_EQ(*DayOf("-27", kNow), "2026-10-31");
  EXPECT_EQ(*DayOf("2026-02-03", kNow), "2026-02-03");
  for (const char* text : {"", "tomorrow", "2026-13-01", "2026-02-30x", "+", "+a", "+999999"}) {
    EXPECT_FALSE(DayOf(text, kNow).ok()) << text;
  }
}

TEST(VerbRequestTest, NamesMayLeaveTheirCollectionOut) {
  const Verb& get = VerbOf("dispute", "get");
  for (const char* name : {"D-330681-2026-00000017", "disputes/D-330681-2026-00000017"}) {
    EXPECT_EQ(
        Made<registry::v1::GetDisputeRequest>(get, {{{"DISPUTE", {name}}}, "", "", ""}).name(),
        "disputes/D-330681-2026-00000017");
  }
}

TEST(VerbRequestTest, ObligationsAreReadAndNumbered) {
  VerbRequest written{{{"DISPUTE", {"D-1"}},
                       {"--form", {"ORAL"}},
                       {"--facts", {"事实"}},
                       {"--pay", {"p2,p1,1200.50,+3,分两次，现金", "p2,p1,1,today"}},
                       {"--act", {"p1,p2,2026-12-31,恢复原状"}}},
                      "",
                      "",
                      ""};
  const auto agreement =
      Made<registry::v1::CreateAgreementRequest>(VerbOf("agreement", "create"), written)
          .agreement();
  ASSERT_EQ(agreement.obligations_size(), 3);
  EXPECT_EQ(agreement.obligations(0).obligation_id(), "o1");
  EXPECT_EQ(agreement.obligations(0).amount_fen(), 120'050);
  EXPECT_EQ(agreement.obligations(0).due_day(), "2026-11-30");
  EXPECT_EQ(agreement.obligations(0).content(), "分两次，现金");
  EXPECT_EQ(agreement.obligations(1).content(), "支付款项");
  EXPECT_EQ(agreement.obligations(2).kind(), registry::v1::OBLIGATION_KIND_ACT);
  EXPECT_EQ(agreement.obligations(2).creditor_party_id(), "p2");
  written.words["--pay"] = {"p2,p1,+3"};
  EXPECT_FALSE(Refused(VerbOf("agreement", "create"), written).ok());
}

TEST(VerbRequestTest, WordsWinOverJson) {
  VerbRequest written;
  written.json = R"({"name":"disputes/D-2","etag":"e","organisation":"organisations/x"})";
  written.words["DISPUTE"] = {"D-1"};
  const auto request =
      Made<registry::v1::AcceptDisputeRequest>(VerbOf("dispute", "accept"), written);
  EXPECT_EQ(request.name(), "disputes/D-1");
  EXPECT_EQ(request.organisation(), "organisations/x");
  EXPECT_EQ(request.etag(), "e");
  written.json = R"({"nane":1})";
  EXPECT_FALSE(Refused(VerbOf("dispute", "accept"), written).ok());
}

TEST(VerbRequestTest, MomentsAndFlags) {
  const auto request = Made<registry::v1::RecordSessionRequest>(
      VerbOf("dispute", "session"), {{{"DISPUTE", {"D-1"}},
                                      {"--kind", {"online"}},
                                      {"--start", {"2026-11-20T09:00"}},
                                      {"--end", {"now"}},
                                      {"--mediator", {"organisations/a/mediators/b"}},
                                      {"--party", {"p1", "p2"}},
                                      {"--rights-told", {"true"}}},
                                     "",
                                     "",
                                     ""});
  EXPECT_EQ(request.session().start_time().seconds(), 1'795'136'400);
  EXPECT_EQ(request.session().end_time().seconds(), absl::ToUnixSeconds(kNow));
  EXPECT_TRUE(request.session().rights_told());
  EXPECT_EQ(request.session().party_ids_size(), 2);
}

}  // namespace
}  // namespace maplebridge::maplectl
