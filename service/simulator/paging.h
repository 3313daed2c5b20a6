// Lists as the real API gives them: {"object": "list", "data": [...], "first_id", "last_id",
// "has_more"}, newest first, from after an id on.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/errors.h"
#include "simulator/json.h"

namespace inferwire::simulator {

struct Page {
  std::string after{};
  int64_t limit = 0;
  bool ascending = false;
  bool with_ids = true;  // first_id and last_id in the answer
};

// The value of a query's parameter, percent-decoded; nothing if it is not there.
std::optional<std::string> QueryValue(std::string_view target, std::string_view name);
std::string PercentDecoded(std::string_view text);
// The members of metadata[...] in the query.
Json QueryMetadata(std::string_view target);
bool MatchesMetadata(const Json& metadata, const Json& wanted);
// after, limit (1 to max) and order; without order it stays as it is in page.
std::optional<ApiError> ReadPage(std::string_view target, int64_t usual, int64_t max, Page& page);

// items: oldest first; shown(item) says whether it is listed, json(item) how it looks.
template <class Items, class Shown, class ToJson>
std::string ListBody(const Items& items, const Page& page, Shown shown, ToJson json) {
  Json data = Json::array();
  bool begun = page.after.empty(), more = false;
  const auto visit = [&](const auto& item) {
    if (begun && shown(*item)) {
      more = static_cast<int64_t>(data.size()) == page.limit;
      if (!more) data.push_back(json(*item));
    }
    begun = begun || item->id == page.after;
    return !more;
  };
  if (page.ascending) {
    for (auto item = items.begin(); item != items.end() && visit(*item); ++item) {
    }
  } else {
    for (auto item = items.rbegin(); item != items.rend() && visit(*item); ++item) {
    }
  }
  Json body = {{"object", "list"}, {"data", data}};
  if (page.with_ids) {
    body["first_id"] = data.empty() ? Json(nullptr) : data.front()["id"];
    body["last_id"] = data.empty() ? Json(nullptr) : data.back()["id"];
  }
  body["has_more"] = more;
  return Dump(body);
}

// The same of JSON objects that have an id.
template <class Items>
std::string JsonListBody(const Items& items, const Page& page) {
  struct One {
    std::string id;
    const Json* json;
  };
  std::vector<std::unique_ptr<One>> all;
  for (const Json& item : items) {
    all.push_back(std::make_unique<One>(One{item["id"].template get<std::string>(), &item}));
  }
  return ListBody(
      all, page, [](const One&) { return true; }, [](const One& one) { return *one.json; });
}

}  // namespace inferwire::simulator
