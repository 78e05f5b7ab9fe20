#include "services/docking/domain/category.h"

#include <algorithm>

namespace maplebridge::docking {
namespace {

constexpr std::string_view kCategories[] = {
    "MARRIAGE_FAMILY",
    "NEIGHBOURS",
    "HOUSING_HOMESTEAD",
    "FOREST_LAND",
    "LAND_ACQUISITION",
    "CONTRACT",
    "PRODUCTION_BUSINESS",
    "DAMAGES",
    "ENVIRONMENT",
    "MEDICAL",
    "ROAD_TRAFFIC",
    "LABOUR",
    "PROPERTY_MANAGEMENT",
    "CONSUMER",
    "TOURISM",
    "FINANCE",
    "INSURANCE",
    "INTELLECTUAL_PROPERTY",
    "INTERNET",
    "NEW_EMPLOYMENT",
    "OTHER",
};

}  // namespace

bool IsCategory(std::string_view code) {
  return std::find(std::begin(kCategories), std::end(kCategories), code) != std::end(kCategories);
}

}  // namespace maplebridge::docking
