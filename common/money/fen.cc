#include "common/money/fen.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>

#include <algorithm>
#include <limits>
#include <numeric>

namespace maplebridge::money {
namespace {

__extension__ using Wide = __int128;

absl::StatusOr<Fen> Narrow(Wide value) {
  if (value > std::numeric_limits<int64_t>::max() || value < std::numeric_limits<int64_t>::min())
    return absl::OutOfRangeError("the amount does not fit into 64 bits of fen");
  return Fen(static_cast<int64_t>(value));
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Digits, or groups of three after the first comma: "1234", "1,234".
bool WellGrouped(std::string_view whole) {
  if (whole.empty()) return false;
  size_t comma = whole.find(',');
  if (comma == std::string_view::npos) return std::all_of(whole.begin(), whole.end(), IsDigit);
  if (comma == 0 || comma > 3) return false;
  for (size_t i = 0; i < whole.size(); ++i) {
    bool comma_here = i >= comma && (i - comma) % 4 == 0;
    if (comma_here != (whole[i] == ',')) return false;
    if (!comma_here && !IsDigit(whole[i])) return false;
  }
  return (whole.size() - comma) % 4 == 0;
}

}  // namespace

absl::StatusOr<Fen> Fen::ParseYuan(std::string_view text) {
  const auto refuse = [] {
    return absl::InvalidArgumentError("expected yuan with at most two decimals, such as 1,234.56");
  };
  bool negative = !text.empty() && text.front() == '-';
  if (negative) text.remove_prefix(1);
  size_t point = text.find('.');
  std::string_view whole = text.substr(0, point);
  std::string_view part = point == std::string_view::npos ? "" : text.substr(point + 1);
  if (!WellGrouped(whole) || part.size() > 2 || (point != std::string_view::npos && part.empty()) ||
      !std::all_of(part.begin(), part.end(), IsDigit))
    return refuse();
  Wide value = 0;
  for (char c : whole) {
    if (c == ',') continue;
    value = value * 10 + (c - '0');
    if (value > std::numeric_limits<int64_t>::max()) return refuse();
  }
  for (size_t i = 0; i < 2; ++i) value = value * 10 + (i < part.size() ? part[i] - '0' : 0);
  absl::StatusOr<Fen> fen = Narrow(negative ? -value : value);
  return fen.ok() ? fen : refuse();
}

std::string Fen::ToYuan() const {
  Wide value = amount_;
  bool negative = value < 0;
  uint64_t fen = static_cast<uint64_t>(negative ? -value : value);
  std::string whole = absl::StrCat(fen / 100);
  for (int64_t at = static_cast<int64_t>(whole.size()) - 3; at > 0; at -= 3) whole.insert(at, ",");
  return absl::StrFormat("%s%s.%02d", negative ? "-" : "", whole, fen % 100);
}

absl::StatusOr<Fen> Add(Fen left, Fen right) {
  return Narrow(Wide{left.amount()} + right.amount());
}
absl::StatusOr<Fen> Subtract(Fen left, Fen right) {
  return Narrow(Wide{left.amount()} - right.amount());
}
absl::StatusOr<Fen> Multiply(Fen amount, int64_t factor) {
  return Narrow(Wide{amount.amount()} * factor);
}
absl::StatusOr<Fen> Sum(std::span<const Fen> amounts) {
  Wide total = 0;
  for (Fen amount : amounts) total += amount.amount();
  return Narrow(total);
}

absl::StatusOr<Fen> Scale(Fen amount, int64_t numerator, int64_t denominator) {
  if (denominator == 0) return absl::OutOfRangeError("the denominator is 0");
  Wide product = Wide{amount.amount()} * numerator;
  Wide divisor = denominator;
  bool negative = (product < 0) != (divisor < 0);
  if (product < 0) product = -product;
  if (divisor < 0) divisor = -divisor;
  Wide quotient = product / divisor;
  if (2 * (product % divisor) >= divisor) ++quotient;
  return Narrow(negative ? -quotient : quotient);
}

absl::StatusOr<std::vector<Fen>> Split(Fen total, std::span<const int64_t> weights) {
  if (total.amount() < 0) return absl::InvalidArgumentError("total: expected 0 or more");
  if (weights.empty()) return absl::InvalidArgumentError("weights: expected at least one");
  Wide sum = 0;
  for (int64_t weight : weights) {
    if (weight < 0) return absl::InvalidArgumentError("weights: expected 0 or more");
    sum += weight;
  }
  if (sum == 0) return absl::InvalidArgumentError("weights: expected a sum above 0");
  if (sum > std::numeric_limits<int64_t>::max())
    return absl::InvalidArgumentError("weights: the sum is too large");
  std::vector<Fen> shares;
  std::vector<Wide> remainders;
  Wide left = total.amount();
  for (int64_t weight : weights) {
    Wide product = Wide{total.amount()} * weight;
    shares.emplace_back(static_cast<int64_t>(product / sum));
    remainders.push_back(product % sum);
    left -= shares.back().amount();
  }
  std::vector<size_t> order(weights.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return remainders[a] > remainders[b]; });
  for (size_t i = 0; left > 0; ++i, --left) {
    shares[order[i]] = Fen(shares[order[i]].amount() + 1);
  }
  return shares;
}

}  // namespace maplebridge::money
