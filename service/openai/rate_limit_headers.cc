#include "openai/rate_limit_headers.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "openai/scrub.h"
#include "openai/wait_time.h"

namespace llmgate::openai {
namespace {

constexpr size_t kMaxMetrics = 8;
constexpr size_t kMaxMetricBytes = 64;
constexpr size_t kMaxRequestIdBytes = 128;
constexpr std::chrono::milliseconds kMaxRetryAfter = std::chrono::hours(1);
constexpr std::string_view kPrefix = "x-ratelimit-";

// From here on a bare number of seconds can only be a moment since 1970, not a time to wait.
constexpr double kEpochSeconds = 1e9;
constexpr double kEpochMilliseconds = 1e12;

std::string_view Trim(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

// Negative values mean "unknown" (Azure).
std::optional<int64_t> Count(std::string_view text) {
  int64_t value = 0;
  const auto [stop, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc{} || stop != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

std::optional<Duration> ResetAfter(std::string_view text, WallTime now) {
  if (auto duration = ParseGoDuration(text)) return duration;
  const auto number = ParseNumber(text);
  if (!number) return std::nullopt;
  if (*number < kEpochSeconds) return Seconds(*number);
  const double moment = *number < kEpochMilliseconds ? *number : *number / 1000;
  return Seconds(moment - std::chrono::duration<double>(now.time_since_epoch()).count());
}

bool IsMetric(std::string_view text) {
  return text.size() <= kMaxMetricBytes && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
         });
}

// What follows the word, e.g. tokens; "requests" where nothing does (OpenRouter, Together).
std::optional<std::string_view> Metric(std::string_view name, std::string_view word) {
  if (!name.starts_with(word)) return std::nullopt;
  name.remove_prefix(word.size());
  if (name.empty()) return "requests";
  if (!name.starts_with('-') || name.size() == 1 || !IsMetric(name.substr(1))) return std::nullopt;
  return name.substr(1);
}

RateLimit* Entry(std::vector<RateLimit>& limits, std::string_view metric) {
  for (RateLimit& limit : limits) {
    if (limit.metric == metric) return &limit;
  }
  if (limits.size() == kMaxMetrics) return nullptr;
  limits.push_back({std::string(metric), {}, {}, {}});
  return &limits.back();
}

std::optional<std::chrono::milliseconds> Wait(Duration duration) {
  // Up, not down: waiting a little less than asked is one more refusal.
  const auto wait = std::chrono::ceil<std::chrono::milliseconds>(duration);
  return std::clamp(wait, std::chrono::milliseconds(0), kMaxRetryAfter);
}

// Some servers send retry-after with their good answers too, where it means nothing.
bool MayAskToWait(int status) {
  return status == 408 || status == 425 || status == 429 || (status >= 500 && status <= 599);
}

std::optional<std::chrono::milliseconds> FromHeaders(const http::Headers& headers, WallTime now) {
  const auto exact = ParseNumber(Trim(headers.Get("retry-after-ms")));
  const std::string_view text = Trim(headers.Get("retry-after"));
  const auto seconds = ParseNumber(text);
  // Azure: retry-after-ms 0 beside retry-after 1.
  if (exact && (*exact > 0 || text.empty())) return Wait(Seconds(*exact / 1000));
  if (seconds) return Wait(Seconds(*seconds));
  if (const auto date = ParseHttpDate(text)) {
    return Wait(std::clamp<Duration>(*date - now, Duration::zero(), kLongestWait));
  }
  if (exact) return Wait(Seconds(*exact / 1000));
  return std::nullopt;
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

std::vector<RateLimit> RateLimits(const http::Headers& headers, WallTime now) {
  std::vector<RateLimit> limits;
  for (const auto& [header, value] : headers) {
    std::string_view name = header;
    if (!name.starts_with(kPrefix)) continue;
    name.remove_prefix(kPrefix.size());
    const std::string_view text = Trim(value);
    if (const auto metric = Metric(name, "limit")) {
      if (const auto count = Count(text)) {
        if (RateLimit* entry = Entry(limits, *metric)) entry->limit = count;
      }
    } else if (const auto metric = Metric(name, "remaining")) {
      if (const auto count = Count(text)) {
        if (RateLimit* entry = Entry(limits, *metric)) entry->remaining = count;
      }
    } else if (const auto metric = Metric(name, "reset")) {
      if (const auto after = ResetAfter(text, now)) {
        if (RateLimit* entry = Entry(limits, *metric)) entry->reset_after = after;
      }
    }
  }
  return limits;
}

std::optional<std::chrono::milliseconds> RetryAfter(int status, const http::Headers& headers,
                                                    std::string_view message, WallTime now) {
  if (!MayAskToWait(status)) return std::nullopt;
  if (auto wait = FromHeaders(headers, now)) return wait;
  if (status != 429) return std::nullopt;
  const auto wait = FindWait(message);
  return wait ? Wait(*wait) : std::nullopt;
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

}  // namespace llmgate::openai
