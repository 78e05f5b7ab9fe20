#include "services/analytics/domain/indicator.h"

namespace maplebridge::analytics {
namespace {

constexpr FactKind kDispute = FactKind::kDispute;
constexpr FactKind kReferral = FactKind::kReferral;
constexpr FactKind kConfirmation = FactKind::kConfirmation;
constexpr std::string_view kSince = "2026-01-01";

constexpr Indicator kIndicators[] = {
    {"reported",
     "受理前登记纠纷数",
     "Disputes that came in during the period.",
     "disputes reported",
     "disputes reported in the period",
     "",
     Unit::kCount,
     Direction::kNeither,
     Formula::kCount,
     {kDispute, Tally::kOpened},
     {kDispute, Tally::kOpened},
     "registry",
     kSince},
    {"accepted",
     "受理纠纷数",
     "Disputes that an organisation took on during the period.",
     "disputes accepted",
     "disputes accepted in the period",
     "",
     Unit::kCount,
     Direction::kNeither,
     Formula::kCount,
     {kDispute, Tally::kAccepted},
     {kDispute, Tally::kAccepted},
     "registry",
     kSince},
    {"settled",
     "调解成功数",
     "Disputes that ended in an agreement during the period.",
     "disputes settled",
     "disputes in which an agreement was concluded in the period",
     "",
     Unit::kCount,
     Direction::kHigherIsBetter,
     Formula::kCount,
     {kDispute, Tally::kSettled},
     {kDispute, Tally::kSettled},
     "registry",
     kSince},
    {"failed",
     "调解不成数",
     "Disputes whose mediation ended without agreement during the period.",
     "disputes failed",
     "disputes concluded without agreement in the period",
     "",
     Unit::kCount,
     Direction::kLowerIsBetter,
     Formula::kCount,
     {kDispute, Tally::kFailed},
     {kDispute, Tally::kFailed},
     "registry",
     kSince},
    {"open",
     "未结纠纷数",
     "Disputes that were still open at the end of the period.",
     "disputes reported until the end - disputes ended until the end",
     "disputes reported until the end of the period and not ended by then",
     "",
     Unit::kCount,
     Direction::kLowerIsBetter,
     Formula::kStock,
     {kDispute, Tally::kOpened},
     {kDispute, Tally::kEnded},
     "registry",
     kSince},
    {"success_rate",
     "调解成功率",
     "Share of concluded mediations that ended in an agreement.",
     "settled / (settled + failed)",
     "disputes settled in the period",
     "disputes settled or failed in the period",
     Unit::kShare,
     Direction::kHigherIsBetter,
     Formula::kShare,
     {kDispute, Tally::kSettled},
     {kDispute, Tally::kFailed},
     "registry",
     kSince},
    {"days_to_accept",
     "平均受理天数",
     "Mean time from report to acceptance.",
     "time from report to acceptance / accepted",
     "time from report to acceptance, of disputes accepted in the period",
     "disputes accepted in the period",
     Unit::kDays,
     Direction::kLowerIsBetter,
     Formula::kMeanDays,
     {kDispute, Tally::kAccepted},
     {kDispute, Tally::kAccepted},
     "registry",
     kSince},
    {"days_to_settle",
     "平均调解天数",
     "Mean time from acceptance to agreement.",
     "time from acceptance to agreement / settled",
     "time from acceptance to agreement, of disputes settled in the period",
     "disputes settled in the period",
     Unit::kDays,
     Direction::kLowerIsBetter,
     Formula::kMeanDays,
     {kDispute, Tally::kSettled},
     {kDispute, Tally::kSettled},
     "registry",
     kSince},
    {"performed",
     "履行完毕数",
     "Disputes whose obligations were all performed during the period.",
     "disputes performed",
     "disputes whose last obligation was performed in the period",
     "",
     Unit::kCount,
     Direction::kHigherIsBetter,
     Formula::kCount,
     {kDispute, Tally::kPerformed},
     {kDispute, Tally::kPerformed},
     "registry",
     kSince},
    {"performance_rate",
     "履行率",
     "Share of the agreements of the period that have been performed since.",
     "settled and performed since / settled",
     "disputes settled in the period and performed until now",
     "disputes settled in the period",
     Unit::kShare,
     Direction::kHigherIsBetter,
     Formula::kShare,
     {kDispute, Tally::kSettledPerformed},
     {kDispute, Tally::kSettledUnperformed},
     "registry",
     kSince},
    {"days_to_perform",
     "平均履行天数",
     "Mean time from agreement to performance.",
     "time from agreement to performance / performed",
     "time from agreement to performance, of disputes performed in the period",
     "disputes performed in the period",
     Unit::kDays,
     Direction::kLowerIsBetter,
     Formula::kMeanDays,
     {kDispute, Tally::kPerformed},
     {kDispute, Tally::kPerformed},
     "registry",
     kSince},
    {"referrals",
     "委派委托数",
     "Cases that courts sent to mediation during the period.",
     "referrals sent",
     "referrals first sent to an organisation in the period",
     "",
     Unit::kCount,
     Direction::kNeither,
     Formula::kCount,
     {kReferral, Tally::kOpened},
     {kReferral, Tally::kOpened},
     "docking",
     kSince},
    {"referrals_accepted",
     "委派委托接收数",
     "Referrals that an organisation took on during the period.",
     "referrals accepted",
     "referrals accepted in the period",
     "",
     Unit::kCount,
     Direction::kHigherIsBetter,
     Formula::kCount,
     {kReferral, Tally::kAccepted},
     {kReferral, Tally::kAccepted},
     "docking",
     kSince},
    {"referrals_settled",
     "委派委托调解成功数",
     "Referrals that ended in an agreement during the period.",
     "referrals settled",
     "referrals in which an agreement was fed back in the period",
     "",
     Unit::kCount,
     Direction::kHigherIsBetter,
     Formula::kCount,
     {kReferral, Tally::kSettled},
     {kReferral, Tally::kSettled},
     "docking",
     kSince},
    {"referrals_returned",
     "委派委托退回数",
     "Referrals that went back to the court without agreement during the period.",
     "referrals returned",
     "referrals returned without agreement in the period",
     "",
     Unit::kCount,
     Direction::kLowerIsBetter,
     Formula::kCount,
     {kReferral, Tally::kFailed},
     {kReferral, Tally::kFailed},
     "docking",
     kSince},
    {"referral_success_rate",
     "委派委托调解成功率",
     "Share of concluded referrals that ended in an agreement.",
     "referrals settled / (referrals settled + referrals returned)",
     "referrals settled in the period",
     "referrals settled or returned in the period",
     Unit::kShare,
     Direction::kHigherIsBetter,
     Formula::kShare,
     {kReferral, Tally::kSettled},
     {kReferral, Tally::kFailed},
     "docking",
     kSince},
    {"confirmations",
     "司法确认申请数",
     "Joint applications for judicial confirmation that reached a court during the period.",
     "confirmations submitted",
     "applications submitted to a court in the period",
     "",
     Unit::kCount,
     Direction::kNeither,
     Formula::kCount,
     {kConfirmation, Tally::kOpened},
     {kConfirmation, Tally::kOpened},
     "docking",
     kSince},
    {"confirmations_granted",
     "司法确认数",
     "Agreements that a court confirmed during the period.",
     "confirmations granted",
     "agreements confirmed in the period",
     "",
     Unit::kCount,
     Direction::kHigherIsBetter,
     Formula::kCount,
     {kConfirmation, Tally::kSettled},
     {kConfirmation, Tally::kSettled},
     "docking",
     kSince},
    {"confirmation_rate",
     "司法确认率",
     "Share of decided applications that were granted.",
     "granted / (granted + rejected)",
     "agreements confirmed in the period",
     "applications confirmed, not accepted or rejected in the period",
     Unit::kShare,
     Direction::kHigherIsBetter,
     Formula::kShare,
     {kConfirmation, Tally::kSettled},
     {kConfirmation, Tally::kFailed},
     "docking",
     kSince},
};

constexpr double kSecondsOfDay = 24.0 * 60 * 60;

Sum SumOf(const std::map<Measure, Sum>& sums, Measure measure) {
  auto found = sums.find(measure);
  return found == sums.end() ? Sum{} : found->second;
}

}  // namespace

std::span<const Indicator> Indicators() { return kIndicators; }

const Indicator* FindIndicator(std::string_view name) {
  for (const Indicator& indicator : kIndicators) {
    if (indicator.name == name) return &indicator;
  }
  return nullptr;
}

Figure Compute(const Indicator& indicator, const MeasureSums& sums) {
  const Sum above = SumOf(sums.period, indicator.above);
  const Sum below = SumOf(sums.period, indicator.below);
  Figure figure;
  switch (indicator.formula) {
    case Formula::kCount:
      figure.numerator = above.count;
      figure.value = static_cast<double>(above.count);
      return figure;
    case Formula::kStock:
      figure.numerator = SumOf(sums.until_end, indicator.above).count -
                         SumOf(sums.until_end, indicator.below).count;
      figure.value = static_cast<double>(figure.numerator);
      return figure;
    case Formula::kShare:
      figure.numerator = above.count;
      figure.denominator = above.count + below.count;
      if (*figure.denominator != 0) {
        figure.value =
            static_cast<double>(figure.numerator) / static_cast<double>(*figure.denominator);
      }
      return figure;
    case Formula::kMeanDays:
      figure.numerator = above.seconds;
      figure.denominator = above.count;
      if (above.count != 0) {
        figure.value =
            static_cast<double>(above.seconds) / kSecondsOfDay / static_cast<double>(above.count);
      }
      return figure;
  }
  return figure;
}

}  // namespace maplebridge::analytics
