#include "services/registry/domain/case_file.h"

namespace maplebridge::registry {
namespace {

using Documents = std::set<DocumentKind>;

struct FileRule {
  bool (*applies)(const Dispute&);
  bool (*is_met)(const Dispute&, const Documents&);
  const char* gap;
};

bool HadAgreement(const Dispute& dispute) { return dispute.conclusion.kind == "AGREEMENT"; }

// Laid beside the Norm's list of a case file.
constexpr FileRule kRules[] = {
    {&HadAgreement,
     [](const Dispute& dispute, const Documents&) { return dispute.session_count > 0; },
     "the session that led to the agreement: record it"},
    {[](const Dispute& dispute) { return HadAgreement(dispute) && dispute.session_count > 0; },
     [](const Dispute&, const Documents& documents) {
       return documents.contains(DocumentKind::kMediationRecord);
     },
     "the mediation record: make it by CreateDocument"},
    {[](const Dispute& dispute) {
       return HadAgreement(dispute) && dispute.conclusion.document_id.empty();
     },
     [](const Dispute&, const Documents& documents) {
       return documents.contains(DocumentKind::kOralAgreementRegister);
     },
     "the register of the oral agreement: make it by CreateDocument (PML 28)"},
    // Of a referral whose limit ran out in docking nobody here made a notice.
    {[](const Dispute& dispute) {
       return dispute.conclusion.kind == "NO_AGREEMENT" && !dispute.referral_born();
     },
     [](const Dispute& dispute, const Documents&) {
       return !dispute.conclusion.document_id.empty();
     },
     "the notice of conclusion"},
    {[](const Dispute& dispute) {
       return HadAgreement(dispute) &&
              (dispute.difficulty == "COMPLEX" || dispute.difficulty == "MAJOR");
     },
     [](const Dispute& dispute, const Documents&) { return dispute.follow_up_count > 0; },
     "the follow-up visit that a complex or major dispute needs: record it"},
};

}  // namespace

std::vector<std::string> FileGaps(const Dispute& dispute, const std::set<DocumentKind>& documents) {
  std::vector<std::string> gaps;
  for (const FileRule& rule : kRules) {
    if (rule.applies(dispute) && !rule.is_met(dispute, documents)) gaps.emplace_back(rule.gap);
  }
  return gaps;
}

}  // namespace maplebridge::registry
