#include "services/registry/domain/minutes_reader.h"

namespace maplebridge::registry {
namespace {

bool MayConfirm(const Representative& representative, RepresentativeKind kind) {
  if (representative.kind != kind) return false;
  return kind != RepresentativeKind::kAgent || representative.authority == AgentAuthority::kSpecial;
}

MinutesReader First(const Party& party, RepresentativeKind kind, absl::CivilDay day) {
  for (const Representative& each : party.representatives) {
    if (MayConfirm(each, kind) && each.acts_on(day) && !each.telephone.empty()) {
      return {each.representative_id, each.telephone};
    }
  }
  return {};
}

}  // namespace

MinutesReader MinutesReaderOf(const Party& party, absl::CivilDay day) {
  if (CapacityOn(party, day) != Capacity::kFull) {
    return First(party, RepresentativeKind::kGuardian, day);
  }
  if (!party.telephone.empty()) return {"", party.telephone};
  MinutesReader reader = First(party, RepresentativeKind::kLegalRepresentative, day);
  if (reader.telephone.empty()) reader = First(party, RepresentativeKind::kAgent, day);
  return reader;
}

}  // namespace maplebridge::registry
