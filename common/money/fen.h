// Money: whole fen (分), one hundredth of a yuan, in 64 bits. Never a floating-point number.
#pragma once

#include <absl/status/statusor.h>

#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace maplebridge::money {

class Fen {
 public:
  constexpr Fen() = default;
  constexpr explicit Fen(int64_t amount) : amount_(amount) {}
  // "1234", "1234.5", "1,234.56", "-0.01". Errors: INVALID_ARGUMENT, text without the value.
  static absl::StatusOr<Fen> ParseYuan(std::string_view text);

  constexpr int64_t amount() const { return amount_; }  // in fen
  std::string ToYuan() const;                           // "1,234.56"

  friend constexpr auto operator<=>(Fen, Fen) = default;
  constexpr Fen operator-() const { return Fen(-amount_); }

 private:
  int64_t amount_ = 0;
};

// Errors: OUT_OF_RANGE when the result does not fit.
absl::StatusOr<Fen> Add(Fen left, Fen right);
absl::StatusOr<Fen> Subtract(Fen left, Fen right);
absl::StatusOr<Fen> Multiply(Fen amount, int64_t factor);
absl::StatusOr<Fen> Sum(std::span<const Fen> amounts);
// `amount` x numerator / denominator, rounded half away from zero.
absl::StatusOr<Fen> Scale(Fen amount, int64_t numerator, int64_t denominator);
// Shares by weight whose sum is exactly `total`; the fen left over go to the largest remainders,
// the earlier share first. Errors: INVALID_ARGUMENT for "weights" (none, negative, sum 0 or too
// large) or a negative "total".
absl::StatusOr<std::vector<Fen>> Split(Fen total, std::span<const int64_t> weights);

}  // namespace maplebridge::money
