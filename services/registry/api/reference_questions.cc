#include "services/registry/api/reference_questions.h"

#include <absl/strings/str_cat.h>

#include <algorithm>

#include "common/identifier/case_number.h"
#include "common/identifier/credit_code.h"
#include "common/identifier/dispute_number.h"
#include "common/identifier/resident_number.h"
#include "common/identifier/telephone.h"
#include "common/loop/event_loop.h"
#include "common/reference/reference_data.h"
#include "services/registry/api/words.h"
#include "services/registry/domain/category.h"

namespace maplebridge::registry {
namespace {

constexpr int kLargestBatch = 10000;
constexpr int kMostDays = 3660;
constexpr int kMostMonths = 120;
// Working days are counted one by one: this many take a worker thread about a second.
constexpr std::int64_t kMostBatchDays = 2'000'000;
constexpr std::size_t kLongestIdentifier = 200;

using DeadlineAnswer = Task<absl::StatusOr<type::v1::Deadline>>;

google::rpc::Status StatusMessage(const absl::Status& status) {
  google::rpc::Status message;
  const grpc::Status wire = ToGrpcStatus(status);
  if (!message.ParseFromString(wire.error_details())) {
    message.set_code(static_cast<int>(status.code()));
    message.set_message(std::string(status.message()));
  }
  return message;
}

type::v1::DeadlineRule MessageOf(calendar::DeadlineRule rule) {
  switch (rule) {
    case calendar::DeadlineRule::kWorking:
      return type::v1::DEADLINE_RULE_WORKING;
    case calendar::DeadlineRule::kMonths:
      return type::v1::DEADLINE_RULE_MONTHS;
    case calendar::DeadlineRule::kCalendar:
      break;
  }
  return type::v1::DEADLINE_RULE_CALENDAR;
}

// The stored form, or why there is none.
absl::StatusOr<std::string> Normalised(const division::DivisionTree& divisions,
                                       v1::IdentifierKind kind, const std::string& value,
                                       absl::CivilDay today) {
  switch (kind) {
    case v1::IDENTIFIER_KIND_RESIDENT: {
      MB_ASSIGN_OR_RETURN(auto number, identifier::ResidentNumber::Parse(value, today));
      return number.value();
    }
    case v1::IDENTIFIER_KIND_SOCIAL_CREDIT: {
      MB_ASSIGN_OR_RETURN(auto code, identifier::CreditCode::Parse(value));
      return code.value();
    }
    case v1::IDENTIFIER_KIND_TELEPHONE: {
      MB_ASSIGN_OR_RETURN(auto telephone, identifier::Telephone::Parse(value));
      return telephone.value();
    }
    case v1::IDENTIFIER_KIND_COURT_CASE_NUMBER: {
      MB_ASSIGN_OR_RETURN(auto number, identifier::CaseNumber::Parse(value));
      return number.ToString();
    }
    case v1::IDENTIFIER_KIND_DISPUTE_NUMBER: {
      MB_ASSIGN_OR_RETURN(auto number, identifier::DisputeNumber::Parse(value));
      return number.ToString();
    }
    default: {
      MB_ASSIGN_OR_RETURN(auto code, divisions.Normalise(value));
      return code.ToString();
    }
  }
}

v1::Division DivisionMessage(const division::DivisionTree& divisions,
                             const division::Division& place) {
  v1::Division message;
  message.set_code(place.code.ToString());
  message.set_name("divisions/" + message.code());
  message.set_display_name(std::string(place.name));
  message.set_level(static_cast<v1::DivisionLevel>(static_cast<int>(place.level) + 1));
  if (place.parent) message.set_parent("divisions/" + place.parent->ToString());
  message.set_full_name(divisions.FullName(place.code));
  return message;
}

absl::StatusOr<v1::Division> FindDivision(const Registry& registry,
                                          const v1::GetDivisionRequest& request) {
  std::vector<std::string> parts = NameParts("divisions/*", request.name());
  if (parts.empty()) return FieldError("name", "must be divisions/{code}");
  auto place = registry.divisions().Find(parts[0]);
  if (place.ok()) return DivisionMessage(registry.divisions(), *place);
  if (absl::IsNotFound(place.status())) return NotFoundError(request.name());
  return FieldError("name", std::string(place.status().message()));
}

absl::StatusOr<v1::ListDivisionsResponse> ListDivisions(const Registry& registry,
                                                        const v1::ListDivisionsRequest& request) {
  std::optional<division::DivisionCode> above;
  if (!request.parent().empty()) {
    auto code = registry.divisions().Normalise(request.parent());
    if (!code.ok()) return FieldError("parent", std::string(code.status().message()));
    above = *code;
  }
  if (request.page_size() < 0 || request.page_size() > 1000) {
    return FieldError("page_size", "must be 0 for 1000, or 1 to 1000");
  }
  const int size = request.page_size() == 0 ? 1000 : request.page_size();
  auto page = registry.divisions().Children(above, size, request.page_token());
  if (!page.ok()) {
    return FieldReasonError(reason::kPageTokenInvalid, "page_token",
                            "not one that this service made for this request");
  }
  v1::ListDivisionsResponse response;
  for (const division::Division& place : page->divisions) {
    *response.add_divisions() = DivisionMessage(registry.divisions(), place);
  }
  response.set_next_page_token(page->next_page_token);
  response.set_reference_version(registry.parts.reference_data->version());
  return response;
}

absl::StatusOr<v1::BatchCalculateDeadlinesResponse> BatchCalculate(
    const Registry& registry, const v1::BatchCalculateDeadlinesRequest& request) {
  if (request.requests_size() > kLargestBatch) {
    return FieldError("requests", "must be at most 10000");
  }
  std::int64_t days = 0;
  for (const v1::CalculateDeadlineRequest& each : request.requests()) {
    if (each.rule() == type::v1::DEADLINE_RULE_WORKING) days += std::max(0, each.count());
  }
  if (days > kMostBatchDays) {
    return FieldError("requests", absl::StrCat("must count at most ", kMostBatchDays,
                                               " working days together; these count ", days));
  }
  v1::BatchCalculateDeadlinesResponse response;
  for (const v1::CalculateDeadlineRequest& each : request.requests()) {
    auto deadline = CalculateDeadline(registry.calendar(), each);
    v1::DeadlineResult* result = response.add_results();
    if (deadline.ok()) {
      *result->mutable_deadline() = *std::move(deadline);
    } else {
      *result->mutable_error() = StatusMessage(deadline.status());
    }
  }
  return response;
}

absl::StatusOr<v1::BatchCheckIdentifiersResponse> BatchCheck(
    const Registry& registry, const v1::BatchCheckIdentifiersRequest& request,
    absl::CivilDay today) {
  if (request.requests_size() > kLargestBatch) {
    return FieldError("requests", "must be at most 10000");
  }
  v1::BatchCheckIdentifiersResponse response;
  for (const v1::CheckIdentifierRequest& each : request.requests()) {
    auto checked = CheckIdentifier(registry.divisions(), each, today);
    v1::CheckIdentifierResponse* result = response.add_results();
    if (checked.ok()) {
      *result = *std::move(checked);
    } else {
      result->set_reason(std::string(checked.status().message()));
    }
  }
  return response;
}

}  // namespace

absl::StatusOr<type::v1::Deadline> CalculateDeadline(const calendar::Calendar& calendar,
                                                     const v1::CalculateDeadlineRequest& request) {
  using calendar::DeadlineRule;
  FieldCheck check;
  auto from = TimeOf(request.from_time());
  check.Check("from_time", from.status());
  const bool months = request.rule() == type::v1::DEADLINE_RULE_MONTHS;
  const int most = months ? kMostMonths : kMostDays;
  check.Require(request.count() >= 1 && request.count() <= most, "count",
                absl::StrCat("must be 1 to ", most, months ? " months" : " days"));
  check.Require(type::v1::DeadlineRule_IsValid(request.rule()) &&
                    request.rule() != type::v1::DEADLINE_RULE_UNSPECIFIED,
                "rule", "must be WORKING, CALENDAR or MONTHS");
  MB_RETURN_IF_ERROR(check.status());
  const DeadlineRule rule = months ? DeadlineRule::kMonths
                            : request.rule() == type::v1::DEADLINE_RULE_WORKING
                                ? DeadlineRule::kWorking
                                : DeadlineRule::kCalendar;
  auto deadline = calendar::CountDeadline(calendar, *from, rule, request.count());
  if (!deadline.ok()) return FieldError("from_time", std::string(deadline.status().message()));
  type::v1::Deadline message;
  SetDeadlineMessage(&message, *deadline);
  return message;
}

absl::StatusOr<v1::CheckIdentifierResponse> CheckIdentifier(
    const division::DivisionTree& divisions, const v1::CheckIdentifierRequest& request,
    absl::CivilDay today) {
  if (request.kind() == v1::IDENTIFIER_KIND_UNSPECIFIED ||
      !v1::IdentifierKind_IsValid(request.kind())) {
    return FieldError("kind", "must be a kind of identifier");
  }
  v1::CheckIdentifierResponse response;
  if (request.value().size() > kLongestIdentifier) {
    response.set_reason("is longer than 200 bytes");
    return response;
  }
  auto normalised = Normalised(divisions, request.kind(), request.value(), today);
  response.set_valid(normalised.ok());
  if (normalised.ok()) {
    response.set_normalised_value(*std::move(normalised));
  } else {
    response.set_reason(std::string(normalised.status().message()));
  }
  return response;
}

v1::ListDisputeCategoriesResponse DisputeCategories() {
  v1::ListDisputeCategoriesResponse response;
  for (const Category& category : Categories()) {
    v1::DisputeCategory* message = response.add_categories();
    message->set_code(std::string(category.code));
    message->set_display_name(std::string(category.chinese));
    message->set_industry(category.is_industry);
    message->set_limit(category.limit);
    message->set_limit_rule(MessageOf(category.limit_rule));
  }
  return response;
}

void ServeReference(ServiceHost& host, std::shared_ptr<Registry> registry) {
  const std::string service = "maplebridge.registry.v1.ReferenceService.";
  host.Unary<v1::CalculateDeadlineRequest, type::v1::Deadline>(
      service + "CalculateDeadline",
      [registry](Call&, const v1::CalculateDeadlineRequest& request) -> DeadlineAnswer {
        co_return CalculateDeadline(registry->calendar(), request);
      });
  host.Unary<v1::BatchCalculateDeadlinesRequest, v1::BatchCalculateDeadlinesResponse>(
      service + "BatchCalculateDeadlines",
      [registry](Call&, const v1::BatchCalculateDeadlinesRequest& request)
          -> Task<absl::StatusOr<v1::BatchCalculateDeadlinesResponse>> {
        auto work = [&] { return BatchCalculate(*registry, request); };
        co_return co_await OnWorker(work);
      });
  host.Unary<v1::CheckIdentifierRequest, v1::CheckIdentifierResponse>(
      service + "CheckIdentifier",
      [registry](Call& call, const v1::CheckIdentifierRequest& request)
          -> Task<absl::StatusOr<v1::CheckIdentifierResponse>> {
        co_return CheckIdentifier(registry->divisions(), request, calendar::ChinaDay(call.now()));
      });
  host.Unary<v1::BatchCheckIdentifiersRequest, v1::BatchCheckIdentifiersResponse>(
      service + "BatchCheckIdentifiers",
      [registry](Call& call, const v1::BatchCheckIdentifiersRequest& request)
          -> Task<absl::StatusOr<v1::BatchCheckIdentifiersResponse>> {
        const absl::CivilDay today = calendar::ChinaDay(call.now());
        auto work = [&] { return BatchCheck(*registry, request, today); };
        co_return co_await OnWorker(work);
      });
  host.Unary<v1::GetDivisionRequest, v1::Division>(
      service + "GetDivision",
      [registry](Call&, const v1::GetDivisionRequest& request)
          -> Task<absl::StatusOr<v1::Division>> { co_return FindDivision(*registry, request); });
  host.Unary<v1::ListDivisionsRequest, v1::ListDivisionsResponse>(
      service + "ListDivisions",
      [registry](Call&, const v1::ListDivisionsRequest& request)
          -> Task<absl::StatusOr<v1::ListDivisionsResponse>> {
        co_return ListDivisions(*registry, request);
      });
  host.Unary<v1::ListDisputeCategoriesRequest, v1::ListDisputeCategoriesResponse>(
      service + "ListDisputeCategories",
      [](Call&, const v1::ListDisputeCategoriesRequest&)
          -> Task<absl::StatusOr<v1::ListDisputeCategoriesResponse>> {
        co_return DisputeCategories();
      });
}

}  // namespace maplebridge::registry
