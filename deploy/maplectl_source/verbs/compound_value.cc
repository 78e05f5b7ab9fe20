#include "deploy/maplectl_source/verbs/compound_value.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>
#include <absl/strings/str_replace.h>
#include <absl/strings/str_split.h>

#include "common/identifier/credit_code.h"
#include "common/money/fen.h"
#include "common/status/macros.h"
#include "deploy/maplectl_source/console.h"
#include "deploy/maplectl_source/verbs/verb_request.h"
#include "maplebridge/registry/v1/agreement.pb.h"
#include "maplebridge/type/v1/party.pb.h"

namespace maplebridge::maplectl {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using registry::v1::Obligation;
using type::v1::Party;

absl::Status Wrong(const std::string& text, std::string_view form) {
  return Problem(absl::StatusCode::kInvalidArgument, text + " is not of the form",
                 absl::StrCat("give ", std::string(form)));
}

// The number says by its form what the party is; its check is the service's.
absl::Status AddParty(const Input& input, const FieldDescriptor& field, const std::string& text,
                      Message* message) {
  const std::vector<std::string> parts =
      absl::StrSplit(absl::StrReplaceAll(text, {{"，", ","}}), ',');
  if (parts.size() > 3 || parts[0].empty()) return Wrong(text, "NAME[,NUMBER[,TELEPHONE]]");
  const auto& reflection = *message->GetReflection();
  Party party;
  party.set_party_id(absl::StrCat("p", reflection.FieldSize(*message, &field) + 1));
  type::v1::PartyPosition position = type::v1::PARTY_POSITION_UNSPECIFIED;
  type::v1::PartyPosition_Parse("PARTY_POSITION_" + std::string(input.detail), &position);
  party.set_position(position);
  party.set_kind(type::v1::PARTY_KIND_PERSON);
  party.set_display_name(parts[0]);
  if (parts.size() > 1 && !parts[1].empty()) {
    const bool is_code = identifier::CreditCode::Parse(parts[1]).ok();
    if (is_code) party.set_kind(type::v1::PARTY_KIND_ORGANISATION);
    party.set_identity_kind(is_code ? type::v1::IDENTITY_KIND_SOCIAL_CREDIT
                                    : type::v1::IDENTITY_KIND_RESIDENT);
    party.set_identity_number(parts[1]);
  }
  if (parts.size() > 2) party.set_telephone(parts[2]);
  reflection.AddMessage(message, &field)->CopyFrom(party);
  return absl::OkStatus();
}

absl::Status AddObligation(const Input& input, const FieldDescriptor& field,
                           const std::string& text, absl::Time now, Message* message) {
  const bool is_payment = input.form == Form::kPayment;
  const std::string_view form =
      is_payment ? "DEBTOR,CREDITOR,YUAN,DAY[,CONTENT]" : "DEBTOR,CREDITOR,DAY,CONTENT";
  std::vector<std::string> parts = absl::StrSplit(absl::StrReplaceAll(text, {{"，", ","}}), ',');
  if (parts.size() < 4) return Wrong(text, form);
  const auto& reflection = *message->GetReflection();
  Obligation obligation;
  obligation.set_obligation_id(absl::StrCat("o", reflection.FieldSize(*message, &field) + 1));
  obligation.set_debtor_party_id(parts[0]);
  obligation.set_creditor_party_id(parts[1]);
  std::size_t next = 2;
  if (is_payment) {
    auto sum = money::Fen::ParseYuan(parts[next++]);
    if (!sum.ok()) return Wrong(text, absl::StrCat(std::string(form), ", yuan such as 1200.50"));
    obligation.set_amount_fen(sum->amount());
  }
  MB_ASSIGN_OR_RETURN(const std::string day, DayOf(parts[next++], now));
  obligation.set_due_day(day);
  obligation.set_kind(is_payment ? registry::v1::OBLIGATION_KIND_PAYMENT
                                 : registry::v1::OBLIGATION_KIND_ACT);
  parts.erase(parts.begin(), parts.begin() + static_cast<std::ptrdiff_t>(next));
  obligation.set_content(parts.empty() ? "支付款项" : absl::StrJoin(parts, "，"));
  reflection.AddMessage(message, &field)->CopyFrom(obligation);
  return absl::OkStatus();
}

}  // namespace

absl::Status AddCompound(const Input& input, const FieldDescriptor& field, const std::string& text,
                         absl::Time now, Message* message) {
  return input.form == Form::kParty ? AddParty(input, field, text, message)
                                    : AddObligation(input, field, text, now, message);
}

}  // namespace maplebridge::maplectl
