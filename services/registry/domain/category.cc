#include "services/registry/domain/category.h"

namespace maplebridge::registry {
namespace {

constexpr auto kDays = calendar::DeadlineRule::kCalendar;
constexpr auto kWorkingDays = calendar::DeadlineRule::kWorking;
constexpr std::string_view kMonth = "人民调解工作若干规定 33";

constexpr Category kCategories[] = {
    {"MARRIAGE_FAMILY", "婚姻家庭纠纷", false, kDays, 30, kMonth},
    {"NEIGHBOURS", "邻里纠纷", false, kDays, 30, kMonth},
    {"HOUSING_HOMESTEAD", "房屋宅基地纠纷", false, kDays, 30, kMonth},
    {"FOREST_LAND", "山林土地纠纷", false, kDays, 30, kMonth},
    {"LAND_ACQUISITION", "征地拆迁纠纷", false, kDays, 30, kMonth},
    {"CONTRACT", "合同纠纷", false, kDays, 30, kMonth},
    {"PRODUCTION_BUSINESS", "生产经营纠纷", false, kDays, 30, kMonth},
    {"DAMAGES", "损害赔偿纠纷", false, kDays, 30, kMonth},
    {"ENVIRONMENT", "环境污染纠纷", false, kDays, 30, kMonth},
    {"MEDICAL", "医疗纠纷", true, kWorkingDays, 30, "医疗纠纷预防和处理条例 38"},
    {"ROAD_TRAFFIC", "道路交通事故纠纷", true, kDays, 30, kMonth},
    {"LABOUR", "劳动争议", true, kDays, 15, "劳动争议调解仲裁法 14", true},
    {"PROPERTY_MANAGEMENT", "物业管理纠纷", true, kDays, 30, kMonth},
    {"CONSUMER", "消费纠纷", true, kDays, 30, kMonth},
    {"TOURISM", "旅游纠纷", true, kDays, 30, kMonth},
    {"FINANCE", "金融纠纷", true, kDays, 30, kMonth},
    {"INSURANCE", "保险纠纷", true, kDays, 30, kMonth},
    {"INTELLECTUAL_PROPERTY", "知识产权纠纷", true, kDays, 30, kMonth},
    {"INTERNET", "互联网纠纷", true, kDays, 30, kMonth},
    {"NEW_EMPLOYMENT", "新业态用工纠纷", true, kDays, 30, kMonth},
    {"OTHER", "其他纠纷", true, kDays, 30, kMonth},
};

constexpr std::string_view kIdentityRelation = "民事诉讼法解释 143";

constexpr UnfitMatter kUnfitMatters[] = {
    {"MARRIAGE_FAMILY", "MARRIAGE_VALIDITY", "婚姻效力确认", kIdentityRelation,
     "apply to the people's court, which decides on the validity of a marriage"},
    {"MARRIAGE_FAMILY", "PARENTAGE", "亲子关系确认", kIdentityRelation,
     "sue in the people's court, which decides on parentage"},
    {"MARRIAGE_FAMILY", "ADOPTION_VALIDITY", "收养关系效力确认", kIdentityRelation,
     "sue in the people's court, which decides on the validity of an adoption"},
    {"FOREST_LAND", "OWNERSHIP_DECISION", "土地林地权属处理", "土地管理法 14",
     "apply to the people's government, which decides on ownership"},
    {"LAND_ACQUISITION", "EXPROPRIATION_DECISION", "征收决定", "行政复议法 11, 行政诉讼法 12",
     "apply for administrative reconsideration or sue in the administrative court"},
    {"ROAD_TRAFFIC", "LIABILITY_FINDING", "事故责任认定", "道路交通安全法 73",
     "apply to the traffic police for review of the finding"},
    {"LABOUR", "WORK_INJURY_RECOGNITION", "工伤认定", "工伤保险条例 17, 18",
     "apply to the social insurance authority for recognition"},
    {"INTELLECTUAL_PROPERTY", "RIGHT_VALIDITY", "知识产权确权", "专利法 45, 商标法 44, 45",
     "apply to the intellectual property office, which decides on validity"},
    {"OTHER", "CRIMINAL", "刑事犯罪", "人民调解工作若干规定 22", "report to the police"},
    {"OTHER", "PENDING_ELSEWHERE", "法院、仲裁或者行政机关已受理", "人民调解工作若干规定 22",
     "wait for the decision of the authority that has accepted the case"},
};

}  // namespace

std::span<const Category> Categories() { return kCategories; }
std::span<const UnfitMatter> UnfitMatters() { return kUnfitMatters; }

const Category* FindCategory(std::string_view code) {
  for (const Category& category : kCategories) {
    if (category.code == code) return &category;
  }
  return nullptr;
}

const UnfitMatter* FindUnfitMatter(std::string_view category, std::string_view sub_category) {
  for (const UnfitMatter& matter : kUnfitMatters) {
    if (matter.category == category && matter.sub_category == sub_category) return &matter;
  }
  return nullptr;
}

}  // namespace maplebridge::registry
