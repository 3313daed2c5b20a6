// What a provider says it serves: the answer of GET /models, as OpenAI and those like it give it.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace inferwire::openai {

inline constexpr size_t kMaxModelListBytes = 8u << 20;
inline constexpr size_t kMaxListedModels = 10'000;
inline constexpr size_t kMaxListedNameBytes = 256;

struct ListedModel {
  // The beginning of the day, in UTC, on which it ends; unset: no end is stated. OpenAI states it
  // as shutdown_date, OpenRouter as expiration_date, Mistral as deprecation.
  std::optional<WallTime> ends{};
  std::string replacement{};  // named beside it (Mistral); empty: none
};

struct ModelList {
  std::map<std::string, ListedModel, std::less<>> models{};
  // False: there are more, on further pages or beyond the bounds. What is missing then may exist.
  bool complete = true;

  // By the name that requests are sent: also with what some servers add to it in their lists
  // (models/NAME, NAME:latest). Null: it is not there.
  const ListedModel* Find(std::string_view name) const;
};

// An object with `data` or `models`, or the bare list. The error says what is wrong with it and
// quotes nothing.
Result<ModelList> ParseModelList(std::string_view body);

}  // namespace inferwire::openai
