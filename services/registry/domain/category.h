// Categories of disputes: what each is called, how long its mediation may take, and what below it
// is not to be mediated at all.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "common/calendar/deadline.h"

namespace maplebridge::registry {

struct Category {
  std::string_view code;
  std::string_view chinese;
  // Industry and professional categories; the others are the grass-roots ones.
  bool is_industry;
  // Mediation limit, counted from acceptance, or from the receipt of the application.
  calendar::DeadlineRule limit_rule;
  int limit;
  std::string_view limit_source;
  bool counts_from_receipt = false;
};

// A matter that only an authority may decide, or that law forbids to mediate.
struct UnfitMatter {
  std::string_view category;
  std::string_view sub_category;
  std::string_view chinese;
  // The article, printed in the refusal.
  std::string_view source;
  // Where to go instead.
  std::string_view advice;
};

// In the official order.
std::span<const Category> Categories();
std::span<const UnfitMatter> UnfitMatters();

// Null for an unknown code.
const Category* FindCategory(std::string_view code);
// Null when the matter may be mediated.
const UnfitMatter* FindUnfitMatter(std::string_view category, std::string_view sub_category);

// Its text says what the dispute is about; every other category needs none.
inline constexpr std::string_view kOtherCategory = "OTHER";

}  // namespace maplebridge::registry
