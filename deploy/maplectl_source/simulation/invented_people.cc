#include "deploy/maplectl_source/simulation/invented_people.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>
#include <absl/time/civil_time.h>

#include "common/identifier/credit_code.h"
#include "common/identifier/resident_number.h"

namespace maplebridge::maplectl {
namespace {

constexpr const char* kSurnames[] = {
    "赵", "钱", "孙", "李", "周", "吴", "郑", "王", "冯",   "陈",   "褚",  "卫", "蒋",
    "沈", "韩", "杨", "朱", "秦", "尤", "许", "何", "吕",   "施",   "张",  "孔", "曹",
    "严", "华", "金", "魏", "陶", "姜", "戚", "谢", "邹",   "喻",   "柏",  "水", "窦",
    "章", "云", "苏", "潘", "葛", "奚", "范", "彭", "郎",   "鲁",   "韦",  "昌", "马",
    "苗", "凤", "花", "方", "俞", "任", "袁", "柳", "欧阳", "诸葛", "上官"};
constexpr const char* kFirst[] = {"文", "志", "建", "国", "明", "永", "德", "春", "秋", "家",
                                  "世", "立", "海", "江", "松", "柏", "云", "雪", "晓", "小",
                                  "思", "静", "玉", "宝", "金", "水", "火", "泽", "景", "承"};
constexpr const char* kSecond[] = {"华", "强", "伟", "芳", "娟", "敏", "杰", "磊", "涛", "丽",
                                   "军", "洋", "勇", "艳", "平", "刚", "桂", "英", "林", "峰",
                                   "龙", "凤", "兰", "梅", "竹", "菊", "生", "成", "达", "远"};
// Characters that registers, fonts and sorting stumble over, two of them beyond the basic plane.
constexpr const char* kRare[] = {"䶮", "堃", "犇", "喆", "㛃", "頔", "翀", "𣲘", "𬍛", "赟"};
constexpr const char* kMinorityFirst[] = {"阿依古丽", "买买提",   "古丽娜尔", "吐尔逊",
                                          "迪丽拜尔", "扎西次仁", "央金卓玛", "阿依努尔"};
constexpr const char* kMinoritySecond[] = {"艾合买提", "吐尔洪", "司马义", "热合曼",
                                           "尼牙孜",   "多吉",   "平措",   "木合塔尔"};
constexpr const char* kBrands[] = {"恒", "盛", "瑞", "嘉", "越", "浣", "暨", "枫", "宏", "泰",
                                   "信", "达", "源", "丰", "利", "祥", "德", "昌", "荣", "鼎"};
constexpr const char* kTrades[] = {"针纺织", "珍珠饰品", "机械制造", "建筑工程", "物业服务",
                                   "商贸",   "汽车租赁", "袜业",     "环保科技", "旅游开发"};
constexpr int kPlacesOfDecade = 10;

std::string InventName(RandomStream& stream) {
  if (stream.Chance(0.02)) {
    return absl::StrCat(stream.Pick(kMinorityFirst), "·", stream.Pick(kMinoritySecond));
  }
  std::string name = stream.Pick(kSurnames);
  if (stream.Chance(0.015)) return name + stream.Pick(kRare);
  if (stream.Chance(0.8)) name += stream.Pick(kFirst);
  return name + stream.Pick(kSecond);
}

std::string InventTelephone(RandomStream& stream) {
  return absl::StrFormat("154%08d", stream.Below(100'000'000));
}

InventedPerson InventOf(RandomStream& stream, std::string_view county, int place, bool is_woman) {
  InventedPerson person;
  person.is_woman = is_woman;
  person.name = InventName(stream);
  const int year = 1900 + 10 * (place / kPlacesOfDecade) + stream.Below(10);
  const absl::CivilDay birth = absl::CivilDay(year, 1, 1) + stream.Below(365);
  // The last digit of the sequence tells the sex: odd for men.
  const int sequence = 100 * (place % kPlacesOfDecade) + 2 * stream.Below(50) + (is_woman ? 0 : 1);
  person.identity_number = identifier::GenerateResidentNumber(county, birth, sequence).value_or("");
  person.telephone = InventTelephone(stream);
  return person;
}

}  // namespace

InventedPerson InventPerson(RandomStream& stream, std::string_view county, int place) {
  const bool is_woman = stream.Chance(0.45);
  return InventOf(stream, county, place, is_woman);
}

InventedPerson InventWoman(RandomStream& stream, std::string_view county, int place) {
  return InventOf(stream, county, place, /*is_woman=*/true);
}

InventedFirm InventFirm(RandomStream& stream, std::string_view county, std::string_view seat) {
  InventedFirm firm;
  const char* first = stream.Pick(kBrands);
  const char* second = stream.Pick(kBrands);
  firm.name = absl::StrCat(std::string(seat), first, second, stream.Pick(kTrades), "有限公司");
  const std::string first17 =
      absl::StrCat("91", std::string(county), absl::StrFormat("MA%07d", stream.Below(10'000'000)));
  const auto check = identifier::CreditCodeCheckCharacter(first17);
  firm.credit_code = first17 + (check.ok() ? std::string(1, *check) : "");
  firm.telephone = InventTelephone(stream);
  return firm;
}

std::string Mistyped(const std::string& identity_number) {
  std::string wrong = identity_number;
  if (!wrong.empty()) wrong.back() = wrong.back() == '7' ? '8' : '7';
  return wrong;
}

}  // namespace maplebridge::maplectl
