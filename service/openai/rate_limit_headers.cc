#include "openai/rate_limit_headers.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "openai/secret_words.h"
#include "openai/wait_time.h"

namespace inferwire::openai {
namespace {

constexpr size_t kMaxMetrics = 8;
constexpr size_t kMaxMetricBytes = 64;
constexpr size_t kMaxRequestIdBytes = 128;
constexpr std::array<std::string_view, 4> kPrefixes = {"x-ratelimit-", "ratelimit-",
                                                       "x-rate-limit-", "anthropic-ratelimit-"};
constexpr std::string_view kStructured = "ratelimit";  // the whole name
constexpr std::string_view kNoMetric = "requests";     // where none is named

// Negative values mean "unknown" (Azure). What follows a number after , or ; is a policy ("100,
// 100;w=60").
std::optional<int64_t> Count(std::string_view text) {
  text = Trim(text.substr(0, text.find_first_of(",;")));
  const auto value = ParseInteger(text);
  return value && *value >= 0 ? value : std::nullopt;
}

bool IsMetric(std::string_view text) {
  return text.size() <= kMaxMetricBytes && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
         });
}

enum class Part { kLimit, kRemaining, kReset };

struct PartName {
  std::string_view name;
  Part part;
};
constexpr std::array kParts = {PartName{"limit", Part::kLimit},
                               PartName{"remaining", Part::kRemaining},
                               PartName{"reset", Part::kReset}};

struct Named {
  std::string_view metric;
  Part part;
};

// limit-tokens, tokens-limit, or limit alone (OpenRouter, Together).
std::optional<Named> ReadName(std::string_view name) {
  for (const auto& [word, part] : kParts) {
    if (name == word) return Named{kNoMetric, part};
    const size_t rest = name.size() - std::min(name.size(), word.size() + 1);
    if (rest == 0) continue;
    std::string_view metric;
    if (name.starts_with(word) && name[word.size()] == '-') metric = name.substr(word.size() + 1);
    if (name.ends_with(word) && name[rest] == '-') metric = name.substr(0, rest);
    if (!metric.empty() && IsMetric(metric)) return Named{metric, part};
  }
  return std::nullopt;
}

gateway::RateLimit* Entry(std::vector<gateway::RateLimit>& limits, std::string_view metric) {
  for (gateway::RateLimit& limit : limits) {
    if (limit.metric == metric) return &limit;
  }
  if (limits.size() == kMaxMetrics) return nullptr;
  limits.push_back({std::string(metric), {}, {}, {}});
  return &limits.back();
}

void Put(std::string_view metric, Part part, std::string_view text, WallTime now,
         std::vector<gateway::RateLimit>& limits) {
  const auto count = part == Part::kReset ? std::nullopt : Count(text);
  const auto after = part == Part::kReset ? ParseWait(text, now) : std::nullopt;
  gateway::RateLimit* entry = count || after ? Entry(limits, metric) : nullptr;
  if (!entry) return;
  if (part == Part::kLimit) entry->limit = count;
  if (part == Part::kRemaining) entry->remaining = count;
  if (part == Part::kReset) entry->reset_after = after;
}

// "default";r=0;t=17 (the drafts' later form) or limit=100, remaining=0, reset=17 (the earlier
// one).
void ReadStructured(std::string_view text, WallTime now, std::vector<gateway::RateLimit>& limits) {
  constexpr std::array kMembers = {
      PartName{"limit", Part::kLimit},         PartName{"q", Part::kLimit},
      PartName{"remaining", Part::kRemaining}, PartName{"r", Part::kRemaining},
      PartName{"reset", Part::kReset},         PartName{"t", Part::kReset}};
  std::string metric(kNoMetric);
  while (!text.empty()) {
    const size_t end = std::min(text.find_first_of(",;"), text.size());
    const std::string_view item = Trim(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    const size_t equals = item.find('=');
    if (equals == std::string_view::npos) {
      const size_t quotes = item.starts_with('"') && item.ends_with('"') && item.size() > 2;
      const std::string name = Lower(item.substr(quotes, item.size() - 2 * quotes));
      metric = !name.empty() && IsMetric(name) ? name : std::string(kNoMetric);
      continue;
    }
    for (const auto& [name, part] : kMembers) {
      if (item.substr(0, equals) == name) Put(metric, part, item.substr(equals + 1), now, limits);
    }
  }
}

// What ids are made of; = ? @ and the like belong to URLs and assignments, which may hold secrets.
bool IsIdByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.' || c == ':';
}

// Empty if the header is not there, or holds what should not be shown.
std::string IdIn(const http::Headers& headers, std::string_view name) {
  const std::string_view value = Trim(headers.Get(name)).substr(0, kMaxRequestIdBytes);
  const bool plain = std::all_of(value.begin(), value.end(), IsIdByte);
  return plain && !BeginsLikeSecret(value) ? std::string(value) : "";
}

}  // namespace

std::vector<gateway::RateLimit> RateLimits(const http::Headers& headers, WallTime now) {
  std::vector<gateway::RateLimit> limits;
  for (const auto& [header, value] : headers) {
    const std::string_view name = header;  // a structured binding cannot be captured everywhere
    if (name == kStructured) ReadStructured(value, now, limits);
    const auto* prefix = std::find_if(kPrefixes.begin(), kPrefixes.end(),
                                      [name](auto begin) { return name.starts_with(begin); });
    if (prefix == kPrefixes.end()) continue;
    if (const auto named = ReadName(name.substr(prefix->size()))) {
      Put(named->metric, named->part, Trim(value), now, limits);
    }
  }
  return limits;
}

std::string RequestId(const http::Headers& headers, std::string_view first) {
  constexpr std::array<std::string_view, 11> kNames = {
      "x-request-id",      "apim-request-id", "mistral-correlation-id",
      "x-ds-trace-id",     "x-generation-id", "inference-id",
      "x-amzn-requestid",  "request-id",      "x-ms-request-id",
      "x-kong-request-id", "cf-ray"};
  if (std::string id = IdIn(headers, first); !id.empty()) return id;
  for (const std::string_view name : kNames) {
    if (std::string id = IdIn(headers, name); !id.empty()) return id;
  }
  return "";
}

}  // namespace inferwire::openai
