#include "services/analytics/domain/suppression.h"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>
#include <vector>

namespace maplebridge::analytics {
namespace {

constexpr std::array<std::size_t, 5> kDigits = {0, 2, 4, 6, 9};

struct Node {
  std::string code;
  std::int64_t count = 0;
  bool is_hidden = false;
  std::vector<std::unique_ptr<Node>> children;  // with counts above 0, in the order of their codes
};

std::unique_ptr<Node> BuildTree(const TownshipCounts& counts) {
  auto root = std::make_unique<Node>();
  for (const auto& [township, count] : counts) {
    if (count <= 0) continue;
    Node* node = root.get();
    node->count += count;
    for (std::size_t level = 1; level < kDigits.size(); ++level) {
      std::string code = township.substr(0, kDigits[level]);
      // The map is in the order of codes, so a place that is not the last child is a new one.
      if (node->children.empty() || node->children.back()->code != code) {
        node->children.push_back(std::make_unique<Node>());
        node->children.back()->code = std::move(code);
      }
      node = node->children.back().get();
      node->count += count;
    }
  }
  return root;
}

void HideSmall(Node& node, std::int64_t threshold) {
  node.is_hidden = node.count < threshold;
  for (auto& child : node.children) HideSmall(*child, threshold);
}

// What is withheld beneath a published place, as far as no published place lies between: places
// whose counts appear in no equation but that place's own.
struct Missing {
  std::int64_t places = 0;
  std::int64_t count = 0;
};

Missing MissingIn(const Node& node) {
  if (node.children.empty()) return {1, node.count};
  Missing missing;
  for (const auto& child : node.children) {
    if (!child->is_hidden) continue;
    const Missing inside = MissingIn(*child);
    missing.places += inside.places;
    missing.count += inside.count;
  }
  return missing;
}

// True when every missing place may, for all that is known, hold `threshold` or more: there are two
// at least, and the others may have as little as 1 each.
bool IsSafe(const Missing& missing, std::int64_t threshold) {
  return missing.places == 0 ||
         (missing.places >= 2 && missing.count - (missing.places - 1) >= threshold);
}

// The same towards one who knows any one withheld place within `node` exactly.
bool IsSafeFromOwners(const Node& node, const Missing& all, std::int64_t threshold) {
  for (const auto& child : node.children) {
    if (!child->is_hidden) continue;
    const Missing owned = MissingIn(*child);
    const Missing rest{all.places - owned.places, all.count - owned.count};
    if (!IsSafe(rest, threshold) || !IsSafeFromOwners(*child, all, threshold)) return false;
  }
  return true;
}

// The published place with the smallest count directly beneath the withheld part of `node`.
Node* SmallestPublished(Node& node) {
  Node* smallest = nullptr;
  for (auto& child : node.children) {
    Node* candidate = child->is_hidden ? SmallestPublished(*child) : child.get();
    if (candidate != nullptr && (smallest == nullptr || candidate->count < smallest->count)) {
      smallest = candidate;
    }
  }
  return smallest;
}

// Withholds a place, and with it enough beneath that its count is no sum of published ones.
void Hide(Node& node) {
  node.is_hidden = true;
  if (node.children.empty() || std::any_of(node.children.begin(), node.children.end(),
                                           [](const auto& child) { return child->is_hidden; })) {
    return;
  }
  auto smallest = std::min_element(
      node.children.begin(), node.children.end(),
      [](const auto& left, const auto& right) { return left->count < right->count; });
  Hide(**smallest);
}

// From the townships up: when a place is reached, all published places beneath it are safe, and
// stay so when they are withheld themselves.
void Protect(Node& node, std::int64_t threshold) {
  for (auto& child : node.children) Protect(*child, threshold);
  if (node.children.empty()) return;
  while (!node.is_hidden) {
    const Missing missing = MissingIn(node);
    if (IsSafe(missing, threshold) && IsSafeFromOwners(node, missing, threshold)) return;
    Node* next = SmallestPublished(node);
    if (next == nullptr) {
      node.is_hidden = true;
    } else {
      Hide(*next);
    }
  }
}

void Collect(const Node& node, std::set<std::string>& hidden) {
  if (node.is_hidden) hidden.insert(node.code);
  for (const auto& child : node.children) Collect(*child, hidden);
}

}  // namespace

std::set<std::string> SuppressedDivisions(const TownshipCounts& counts, std::int64_t threshold) {
  std::unique_ptr<Node> root = BuildTree(counts);
  std::set<std::string> hidden;
  if (root->count == 0) return hidden;
  HideSmall(*root, threshold);
  Protect(*root, threshold);
  Collect(*root, hidden);
  return hidden;
}

bool IsPublishedPeriod(absl::CivilDay start_day, absl::CivilDay end_day, absl::CivilDay today) {
  const absl::CivilMonth month(start_day);
  return start_day == absl::CivilDay(month) && end_day == absl::CivilDay(month + 1) - 1 &&
         end_day < today;
}

}  // namespace maplebridge::analytics
