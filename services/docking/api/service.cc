#include "services/docking/api/service.h"

#include "common/deadlines/deadline_clock.h"
#include "common/feed/feed_hub.h"
#include "common/server/handlers.h"
#include "services/docking/api/apply_for_confirmation.h"
#include "services/docking/api/clock_expiry.h"
#include "services/docking/api/court_steps.h"
#include "services/docking/api/decide_confirmation.h"
#include "services/docking/api/during_mediation.h"
#include "services/docking/api/guide_parties.h"
#include "services/docking/api/materials.h"
#include "services/docking/api/read_confirmations.h"
#include "services/docking/api/read_referrals.h"
#include "services/docking/api/registry_feed.h"
#include "services/docking/api/roster_feed.h"
#include "services/docking/api/send_referral.h"
#include "services/docking/api/workflow_questions.h"

namespace maplebridge::docking {
namespace {

void ServeReferrals(ServiceHost& host, const std::shared_ptr<Docking>& docking) {
  Handlers referrals(host, docking, "maplebridge.docking.v1.ReferralService");
  referrals.Add("OfferGuidance", &OfferGuidance);
  referrals.Add("RecordConsent", &RecordConsent);
  referrals.Add("SendReferral", &SendReferral);
  referrals.Add("AcceptReferral", &AcceptReferral);
  referrals.Add("DeclineReferral", &DeclineReferral);
  referrals.Add("ExtendReferral", &ExtendReferral);
  referrals.Add("WithdrawReferral", &WithdrawReferral);
  referrals.Add("RecordUndisputedFacts", &RecordUndisputedFacts);
  referrals.Add("AcknowledgeFeedback", &AcknowledgeFeedback);
  referrals.Add("RegisterCase", &RegisterCase);
  referrals.Add("ResumeTrial", &ResumeTrial);
  referrals.Add("CloseReferral", &CloseReferral);
  referrals.Add("GetReferral", &GetReferral);
  referrals.Add("ListReferrals", &ListReferralPage);
  referrals.Add("ListReferralParties", &ListReferralParties);
  referrals.Add("DescribeReferralWorkflow", &DescribeReferralWorkflow);
  referrals.AddUpload("UploadMaterial", &UploadMaterial);
  referrals.AddDownload("DownloadMaterial", &DownloadMaterial);
}

void ServeConfirmations(ServiceHost& host, const std::shared_ptr<Docking>& docking) {
  Handlers confirmations(host, docking, "maplebridge.docking.v1.JudicialConfirmationService");
  confirmations.Add("CreateConfirmation", &CreateConfirmation);
  confirmations.Add("JoinConfirmation", &JoinConfirmation);
  confirmations.Add("SubmitConfirmation", &SubmitConfirmation);
  confirmations.Add("AcceptConfirmation", &AcceptConfirmation);
  confirmations.Add("DeclineConfirmation", &DeclineConfirmation);
  confirmations.Add("ConfirmAgreement", &ConfirmAgreement);
  confirmations.Add("RejectConfirmation", &RejectConfirmation);
  confirmations.Add("WithdrawConfirmation", &WithdrawConfirmation);
  confirmations.Add("GetConfirmation", &GetConfirmation);
  confirmations.Add("ListConfirmations", &ListConfirmationPage);
  confirmations.Add("DescribeConfirmationWorkflow", &DescribeConfirmationWorkflow);
}

}  // namespace

absl::StatusOr<std::shared_ptr<void>> BuildDocking(ServiceParts& parts, ServiceHost& host) {
  auto docking = std::make_shared<Docking>(parts);
  ServeReferrals(host, docking);
  ServeConfirmations(host, docking);
  ServeFeed(host, "maplebridge.docking.v1.DockingFeedService.WatchEvents", parts.databases,
            parts.feed, parts.draining);
  parts.RunInBackground([docking] { return FollowRegistry(docking); });
  parts.RunInBackground([docking] { return FollowRoster(docking); });
  parts.RunInBackground([docking] {
    return RunDeadlines(*docking->parts.databases[0], ClockWork(docking), &absl::Now,
                        docking->parts.draining);
  });
  return std::shared_ptr<void>(docking);
}

}  // namespace maplebridge::docking
