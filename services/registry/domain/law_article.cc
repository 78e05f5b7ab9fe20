#include "services/registry/domain/law_article.h"

#include "services/registry/domain/category.h"

namespace maplebridge::registry {
namespace {

constexpr LawArticle kArticles[] = {
    {"MARRIAGE_FAMILY", "民法典", "1040-1092", "婚姻家庭：结婚、家庭关系、离婚"},
    {"MARRIAGE_FAMILY", "民法典", "1119-1163", "继承"},
    {"MARRIAGE_FAMILY", "反家庭暴力法", "10", "调解组织预防和化解家庭暴力"},
    {"NEIGHBOURS", "民法典", "288-296", "相邻关系"},
    {"HOUSING_HOMESTEAD", "民法典", "362-365", "宅基地使用权"},
    {"HOUSING_HOMESTEAD", "民法典", "703-734", "租赁合同"},
    {"FOREST_LAND", "民法典", "330-343", "土地承包经营权"},
    {"FOREST_LAND", "农村土地承包法", "55", "承包纠纷的协商、调解、仲裁和诉讼"},
    {"LAND_ACQUISITION", "民法典", "243", "征收与补偿"},
    {"LAND_ACQUISITION", "土地管理法", "47-49", "征地程序与补偿"},
    {"CONTRACT", "民法典", "509-534", "合同的履行"},
    {"CONTRACT", "民法典", "577-594", "违约责任"},
    {"PRODUCTION_BUSINESS", "民法典", "595-647", "买卖合同"},
    {"DAMAGES", "民法典", "1164-1187", "侵权责任：一般规定与损害赔偿"},
    {"ENVIRONMENT", "民法典", "1229-1235", "环境污染和生态破坏责任"},
    {"MEDICAL", "民法典", "1218-1228", "医疗损害责任"},
    {"MEDICAL", "医疗纠纷预防和处理条例", "31-39", "医疗纠纷的人民调解"},
    {"ROAD_TRAFFIC", "民法典", "1208-1217", "机动车交通事故责任"},
    {"ROAD_TRAFFIC", "道路交通安全法", "76", "赔偿责任的分担"},
    {"LABOUR", "劳动争议调解仲裁法", "10-16", "劳动争议的调解"},
    {"LABOUR", "劳动合同法", "36-50", "劳动合同的解除和终止"},
    {"PROPERTY_MANAGEMENT", "民法典", "937-950", "物业服务合同"},
    {"CONSUMER", "消费者权益保护法", "39-55", "争议的解决与经营者责任"},
    {"TOURISM", "旅游法", "92-94", "旅游纠纷的处理"},
    {"FINANCE", "民法典", "667-680", "借款合同"},
    {"INSURANCE", "保险法", "10-66", "保险合同"},
    {"INTELLECTUAL_PROPERTY", "著作权法", "52-60", "著作权的保护"},
    {"INTELLECTUAL_PROPERTY", "商标法", "57-63", "商标专用权的保护"},
    {"INTERNET", "民法典", "1194-1197", "网络侵权责任"},
    {"INTERNET", "电子商务法", "58-63", "电子商务争议解决"},
    {"NEW_EMPLOYMENT", "民法典", "1191-1192", "用人单位与劳务关系的责任"},
    {"NEW_EMPLOYMENT", "电子商务法", "27-46", "电子商务平台经营者"},
    {"", "人民调解法", "17-33", "调解程序与调解协议"},
    {"", "民事诉讼法", "205-206", "司法确认调解协议"},
};

}  // namespace

std::vector<LawArticle> ArticlesFor(std::string_view category) {
  std::vector<LawArticle> articles;
  if (FindCategory(category) == nullptr) return articles;
  for (const LawArticle& article : kArticles) {
    if (article.category == category || article.category.empty()) articles.push_back(article);
  }
  return articles;
}

}  // namespace maplebridge::registry
