#include "deploy/maplectl_source/simulation/random_stream.h"

#include <cmath>

namespace maplebridge::maplectl {
namespace {

constexpr std::uint64_t kOddStep = 0x9E3779B97F4A7C15;

// SplitMix64: the finaliser of Steele, Lea and Flood.
std::uint64_t Mix(std::uint64_t value) {
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
  return value ^ (value >> 31);
}

// FNV-1a of 64 bits.
std::uint64_t Hash(std::string_view text) {
  std::uint64_t hash = 0xCBF29CE484222325;
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
  }
  return hash;
}

}  // namespace

RandomStream::RandomStream(std::uint64_t seed, std::string_view entity)
    : state_(Mix(Mix(seed + kOddStep) ^ Hash(entity))) {}

std::uint64_t RandomStream::Next() { return Mix(state_ += kOddStep); }

double RandomStream::Share() { return static_cast<double>(Next() >> 11) * 0x1.0p-53; }

int RandomStream::Below(int count) { return static_cast<int>(Share() * count); }

int RandomStream::Between(int first, int last) { return first + Below(last - first + 1); }

// Knuth's product of shares; long means in parts, where the product would come to nothing.
int RandomStream::Poisson(double mean) {
  int count = 0;
  for (; mean > 0; mean -= 30) {
    const double limit = std::exp(-std::min(mean, 30.0));
    for (double product = Share(); product > limit; product *= Share()) ++count;
  }
  return count;
}

std::size_t RandomStream::Weighted(std::span<const double> weights) {
  double total = 0;
  for (const double weight : weights) total += weight;
  double drawn = Share() * total;
  for (std::size_t i = 0; i + 1 < weights.size(); ++i) {
    drawn -= weights[i];
    if (drawn < 0) return i;
  }
  return weights.size() - 1;
}

}  // namespace maplebridge::maplectl
