#include "deploy/maplectl_source/demo.h"

#include <absl/strings/str_cat.h>
#include <absl/time/clock.h>

#include "common/status/macros.h"
#include "deploy/maplectl_source/demo_outcome.h"

namespace maplebridge::maplectl {
namespace {

// The first case: referred, agreed, confirmed, performed. Fills what the last line says of it.
absl::Status PlaySuccess(Stage& stage, const Cast& cast, Json* outcome) {
  MB_ASSIGN_OR_RETURN(const CourtCase court_case,
                      SendCase(stage, cast, 1, "货款未付：供货八万六千元，对方未按约付款。"));
  CaseWatch watch(stage, cast, court_case);
  MB_RETURN_IF_ERROR(stage.WaitUntil("the court's watch stream to show the referral",
                                     [&] { return watch.revision() > 0; }));
  MB_ASSIGN_OR_RETURN(const std::string dispute, Mediate(stage, cast, court_case, 1));
  watch.Cut();
  stage.Tell("watch_cut", "the court's watch stream was cut in the middle",
             {{"after_revision", watch.revision()}});
  MB_ASSIGN_OR_RETURN(const registry::v1::Agreement agreement,
                      Agree(stage, cast, court_case, dispute));
  MB_ASSIGN_OR_RETURN((*outcome)["confirmation"], Confirm(stage, cast, court_case, agreement));
  MB_ASSIGN_OR_RETURN((*outcome)["referral"], Perform(stage, cast, dispute));
  // The last step of all is that docking has heard of the performance.
  MB_RETURN_IF_ERROR(
      stage.WaitUntil("the court's watch stream to show every step", [&]() -> absl::StatusOr<bool> {
        MB_ASSIGN_OR_RETURN(const docking::v1::Referral referral,
                            GetReferral(stage, cast.court, court_case.referral));
        return referral.latest_progress().type() == "CompletePerformance" &&
               watch.revision() >= referral.revision();
      }));
  const bool is_whole = watch.IsWholeAfterCut(watch.revision());
  (*outcome)["watch_resumed"] = is_whole;
  stage.Tell("watch_resumed",
             absl::StrCat("the court's watch saw each of ", watch.revision(),
                          " steps once, resumed after the cut"),
             {{"revisions", watch.revision()}, {"steps", watch.steps()}, {"whole", is_whole}});
  return absl::OkStatus();
}

// The second case: referred, failed, returned, registered.
absl::Status PlayFailure(Stage& stage, const Cast& cast, Json* outcome) {
  MB_ASSIGN_OR_RETURN(const CourtCase court_case,
                      SendCase(stage, cast, 2, "违约金争议：双方对延迟交货的责任各执一词。"));
  MB_ASSIGN_OR_RETURN(const std::string dispute, Mediate(stage, cast, court_case, 2));
  MB_RETURN_IF_ERROR(Fail(stage, cast, court_case, dispute));
  MB_ASSIGN_OR_RETURN((*outcome)["returned_digests_equal"], TakeBack(stage, cast, court_case));
  return absl::OkStatus();
}

absl::Status Play(const Console& console, const Installation& installation,
                  const GatewaySettings& settings, const DemoOptions& options) {
  auto issuer_key = ReadFile(installation.Path("keys/token-issuer.key"));
  if (!issuer_key.ok()) {
    return WithMend(issuer_key.status(),
                    absl::StrCat("the demo mints its players' tokens: start the suite with ",
                                 installation.UpCommand(), " and run it as the same user"));
  }
  MB_ASSIGN_OR_RETURN(GatewayClient client,
                      GatewayClient::Open(installation, settings, /*as_operator=*/false));
  Stage stage(console, client, *std::move(issuer_key), installation.Path("keys/match.key"),
              absl::Seconds(options.patience_seconds));
  // The keys in the order in which the last line shows them.
  Json outcome = {{"referral", ""},
                  {"confirmation", ""},
                  {"returned_digests_equal", false},
                  {"watch_resumed", false},
                  {"analytics", Json::object()}};
  const absl::Time start = absl::Now();
  MB_ASSIGN_OR_RETURN(const Cast cast, FileOrganisation(stage));
  MB_RETURN_IF_ERROR(PlaySuccess(stage, cast, &outcome));
  MB_RETURN_IF_ERROR(PlayFailure(stage, cast, &outcome));
  MB_ASSIGN_OR_RETURN(outcome["analytics"], ReadFigures(stage, cast));
  console.Say(
      absl::StrCat("the whole story took ",
                   absl::FormatDuration(absl::Trunc(absl::Now() - start, absl::Milliseconds(1)))));
  console.Print(outcome.dump() + "\n");
  return absl::OkStatus();
}

}  // namespace

int RunDemo(const Console& console, const Installation& installation,
            const GatewaySettings& settings, const DemoOptions& options) {
  const absl::Status status = Play(console, installation, settings, options);
  return status.ok() ? kDone : console.Fail(status);
}

}  // namespace maplebridge::maplectl
