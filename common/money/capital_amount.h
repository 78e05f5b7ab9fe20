// 人民币大写: an amount in the capital numerals that agreements and pay orders carry.
// Source: the People's Bank of China's rules on writing bills (支付结算办法, annex 1).
#pragma once

#include <absl/status/statusor.h>

#include <string>

#include "common/money/fen.h"

namespace maplebridge::money {

// 1,409.50 yuan -> "人民币壹仟肆佰零玖元伍角"; 325 yuan -> "人民币叁佰贰拾伍元整".
// Errors: OUT_OF_RANGE for a negative amount or one of 10,000 trillion yuan (10^16) or more.
absl::StatusOr<std::string> CapitalAmount(Fen amount);

}  // namespace maplebridge::money
