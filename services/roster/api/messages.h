// Between the messages of the API and what the domain knows.
#pragma once

#include "common/caller/caller.h"
#include "maplebridge/roster/v1/court_roster.pb.h"
#include "maplebridge/roster/v1/organisation.pb.h"
#include "services/roster/domain/organisation.h"

namespace maplebridge::roster {

// How much of a mediator an answer shows.
enum class MediatorView {
  // What the published roster says: name, field, employment.
  kPublished,
  // Identity number and telephone masked, too: for those whose place or organisation it is.
  kMasked,
};

v1::Organisation OrganisationMessage(const Organisation& organisation);
v1::Mediator MediatorMessage(const Mediator& mediator, MediatorView view);
v1::CourtRosterEntry EntryMessage(const CourtRosterEntry& entry);

// 12 digits.
std::string DivisionText(std::uint64_t division);

}  // namespace maplebridge::roster
