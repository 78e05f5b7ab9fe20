// Articles of law that categories of disputes rest on, for mediators to have at hand.
#pragma once

#include <string_view>
#include <vector>

namespace maplebridge::registry {

struct LawArticle {
  // Code of the category; empty: every one.
  std::string_view category;
  std::string_view law;
  std::string_view articles;
  std::string_view subject;
};

// Those of the category, then those of every one. Empty for an unknown category.
std::vector<LawArticle> ArticlesFor(std::string_view category);

}  // namespace maplebridge::registry
