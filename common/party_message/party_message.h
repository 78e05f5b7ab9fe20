// Between the message Party and the party as the rules know it.
#pragma once

#include <string>

#include "common/party/party.h"
#include "common/status/error.h"
#include "maplebridge/type/v1/party.pb.h"

namespace maplebridge {

// How much of the parties an answer shows.
enum class PartyView : std::uint8_t {
  // Number, kind and side only: for those who do not work on the case.
  kBare,
  // Names and the address for service; identity numbers and telephones masked.
  kMasked,
  // Everything.
  kFull,
};

void FillParty(type::v1::Party* message, const Party& party, PartyView view);
// In full.
void FillRepresentative(type::v1::Representative* message, const Representative& representative);

// The values of a message that a caller sent; its form is checked, its rules are NormaliseParties'.
// Days that are none are added to `check`, below `path`, such as "dispute.parties[0]".
Party PartyOf(const type::v1::Party& message, const std::string& path, FieldCheck* check);
Representative RepresentativeOf(const type::v1::Representative& message, const std::string& path,
                                FieldCheck* check);

}  // namespace maplebridge
