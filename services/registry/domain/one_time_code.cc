#include "services/registry/domain/one_time_code.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>

namespace maplebridge::registry {

std::string OneTimeCode(std::uint64_t random) {
  return absl::StrFormat("%06d", random % 1'000'000);
}

bool IsOneTimeCode(std::string_view text) {
  return text.size() == 6 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::string WhyNoNewCode(const CodeCourse& course, absl::Time now) {
  if (course.code_count >= kMostCodes) {
    return absl::StrCat("has used up its ", kMostCodes,
                        " codes; ask the mediator to send a new link");
  }
  if (course.code_time && now < *course.code_time + kCodePause) {
    const auto seconds = absl::ToInt64Seconds(*course.code_time + kCodePause - now) + 1;
    return absl::StrCat("got a code just now; ask again in ", seconds, " seconds");
  }
  return "";
}

std::string WhyCodeIsDead(const CodeCourse& course, absl::Time now) {
  if (!course.code_expire_time) return "has no code; ask for one";
  if (course.try_count >= kMostTries) {
    return absl::StrCat("has used up the ", kMostTries, " tries of its code; ask for a new one");
  }
  if (now >= *course.code_expire_time) return "has a code that is too old; ask for a new one";
  return "";
}

}  // namespace maplebridge::registry
