#include "openai/retry_hints.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/text.h"

namespace inferwire::openai {
namespace {

using Json = nlohmann::ordered_json;

// {"error": {"metadata": {"headers": {...}}}} and {"error": {"details": [{...}]}}, one for luck.
constexpr int kDeepest = 5;
constexpr size_t kMostHints = 16;
constexpr size_t kLongestValue = 128;

struct Member {
  std::string_view name;  // in lower case, without '-' and '_'
  std::string_view header;
};

constexpr std::array kMembers = {
    Member{"retryafterms", "retry-after-ms"},
    Member{"retryaftermillis", "retry-after-ms"},
    Member{"retryaftermilliseconds", "retry-after-ms"},
    Member{"retryinms", "retry-after-ms"},
    Member{"retryafter", "retry-after"},
    Member{"retryaftersec", "retry-after"},
    Member{"retryaftersecs", "retry-after"},
    Member{"retryafterseconds", "retry-after"},
    Member{"retryin", "retry-after"},
    Member{"retryinseconds", "retry-after"},
    Member{"retryat", "retry-after"},
    Member{"retrydelay", "retry-after"},     // google.rpc.RetryInfo
    Member{"estimatedtime", "retry-after"},  // a model that is being loaded (Hugging Face)
    Member{"waitseconds", "retry-after"},
    Member{"resetat", "ratelimit-reset"},
    Member{"resetsat", "ratelimit-reset"},
    Member{"resetin", "ratelimit-reset"},
    Member{"resetsin", "ratelimit-reset"},
    Member{"resetinseconds", "ratelimit-reset"},
    Member{"resetsinseconds", "ratelimit-reset"},
    Member{"resetafter", "ratelimit-reset"},
    Member{"quotaresetdelay", "ratelimit-reset"},
};

std::string Plain(std::string_view name) {
  std::string plain = Lower(name);
  std::erase_if(plain, [](char c) { return c == '-' || c == '_'; });
  return plain;
}

// Numbers and texts; a google.protobuf.Duration also as {"seconds": 34, "nanos": 400000000}.
std::string Value(const Json& json) {
  if (json.is_string()) return json.get<std::string>();
  if (json.is_number()) return json.dump();
  if (!json.is_object()) return "";
  const auto number = [&](const char* name) {
    const auto member = json.find(name);
    return member != json.end() && member->is_number() ? member->get<double>() : 0.0;
  };
  if (!json.contains("seconds") && !json.contains("nanos")) return "";
  return Json(number("seconds") + number("nanos") / 1e9).dump();
}

void Take(const std::string& name, const Json& value, http::Headers& hints) {
  const std::string text = Value(value);
  if (text.empty() || text.size() > kLongestValue) return;
  const std::string lower = Lower(name);
  // A header as such: {"metadata": {"headers": {"X-RateLimit-Reset": "1741305600000"}}}.
  if (lower.starts_with("x-ratelimit-") || lower.starts_with("ratelimit") ||
      lower.starts_with("anthropic-ratelimit-") || lower == "x-ms-retry-after-ms") {
    return hints.Add(name, text);
  }
  const std::string plain = Plain(name);
  for (const Member& member : kMembers) {
    if (plain == member.name) return hints.Add(member.header, text);
  }
}

void Walk(const Json& json, int depth, http::Headers& hints) {
  if (depth > kDeepest) return;
  if (json.is_array()) {
    for (const Json& item : json) Walk(item, depth + 1, hints);
  } else if (json.is_object()) {
    for (const auto& [name, value] : json.items()) {
      if (hints.size() == kMostHints) return;
      Take(name, value, hints);
      Walk(value, depth + 1, hints);
    }
  }
}

}  // namespace

void TakeRetryHints(const Json& json, http::Headers& hints) { Walk(json, 0, hints); }

}  // namespace inferwire::openai
