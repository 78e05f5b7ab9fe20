// Chance by entity: each thing of a plan draws from a stream of its own, made of the seed and its
// name. So no plan depends on the order in which its parts are made, and the same seed makes the
// same plan on every machine.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace maplebridge::maplectl {

class RandomStream {
 public:
  // `entity`: what draws, such as "dispute 330681109002 17".
  RandomStream(std::uint64_t seed, std::string_view entity);

  std::uint64_t Next();
  // 0 to count - 1; count above 0.
  int Below(int count);
  // Both included.
  int Between(int first, int last);
  // From 0, below 1.
  double Share();
  bool Chance(double share) { return Share() < share; }
  // A count whose mean it is, up to a few hundred.
  int Poisson(double mean);
  // Place of one of the weights, each as likely as it is heavy.
  std::size_t Weighted(std::span<const double> weights);
  // One of the values.
  template <typename Values>
  const auto& Pick(const Values& values) {
    return std::begin(values)[Below(static_cast<int>(std::size(values)))];
  }

 private:
  std::uint64_t state_;
};

}  // namespace maplebridge::maplectl
