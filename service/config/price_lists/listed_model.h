// One entry of a public list on its way into the catalogue's file.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace inferwire::config {

using Json = nlohmann::json;

// Kind of price -> decimal text.
using ListedRates = std::map<std::string, std::string, std::less<>>;

struct ListedTier {
  ListedRates usual;
  std::map<int64_t, ListedRates> above;  // by input tokens; what is missing is as usual
};
using ListedPrices = std::map<std::string, ListedTier, std::less<>>;

struct ListedModel {
  std::string id;
  std::vector<std::string> aliases, patterns;
  int64_t context_window = 0, max_output = 0;  // 0: not said
  std::string shutdown_date;
  ListedPrices prices;
  std::map<std::string, ListedPrices> later;  // by day
  bool chat = false;
  bool has_price = false;          // of any kind
  std::set<std::string> not_said;  // besides what is here
  std::string wrong;               // why its prices must not be here; empty: they may

  // Puts value x 10^shift there, or notes that it cannot.
  void Put(ListedRates& rates, std::string_view kind, const Json& value, int shift);
};

std::vector<ListedModel> ReadLiteLlm(const Json& list);
std::vector<ListedModel> ReadGenaiPrices(const Json& list, const std::string& day);
std::vector<ListedModel> ReadModelsDev(const Json& list);

// Members of another type than that count as left out.
std::string TextOf(const Json& object, const char* key);
Json MemberOf(const Json& object, const char* key, Json::value_t type);

// YYYY-MM-DD.
bool IsDay(const std::string& text);

// A whole number that is not negative; 0 if it is none.
int64_t CountOf(const Json& object, const char* key);

}  // namespace inferwire::config
