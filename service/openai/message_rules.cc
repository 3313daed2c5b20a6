#include "openai/message_rules.h"

#include <algorithm>
#include <span>
#include <string>
#include <string_view>

#include "base/text.h"
#include "openai/wait_time.h"

namespace inferwire::openai {
namespace {

// A message is only read so far: the telling words come early, and bodies may be hostile.
constexpr size_t kReadBytes = 4096;
constexpr size_t kMostStatuses = 5;
constexpr size_t kMostWords = 14;

// Applies if the status is one of these and the message has one word of each list that is not
// empty.
struct Rule {
  int statuses[kMostStatuses];
  std::string_view words[kMostWords];
  std::string_view and_words[kMostWords];
  v1::ErrorReason reason;
};

constexpr std::string_view kWholeMessage = "=";  // before a word: the message is just that

// The first rule that applies decides.
constexpr Rule kRules[] = {
    {{400, 401, 403},
     {"api key", "api_key", "apikey"},
     {"incorrect", "invalid", "not valid", "expired", "missing", "provide an"},
     v1::ERROR_REASON_UPSTREAM_CREDENTIALS_REJECTED},
    {{400, 403},
     {"country", "region", "territory", "location is not supported", "ip address"},
     {"not supported", "not available", "unsupported", "not authorized", "not allowed", "blocked"},
     v1::ERROR_REASON_REGION_NOT_SUPPORTED},
    {{400, 413, 422, 500},
     {"maximum context length", "context length", "context window", "context size",
      "maximum prompt length", "maximum input length", "prompt is too long", "input is too long",
      "token limit reached"},
     {},
     v1::ERROR_REASON_CONTEXT_LENGTH_EXCEEDED},
    {{400, 403, 422},
     {"content policy", "content management policy", "content filter", "usage guidelines",
      "usage policies", "usage policy", "safety system", "flagged as potentially"},
     {},
     v1::ERROR_REASON_CONTENT_POLICY_VIOLATION},
    {{400, 402, 403, 429},
     {"insufficient balance", "insufficient credit", "insufficient funds", "credit balance",
      "requires more credits", "available credits", "any credits", "exceeded your current quota",
      "余额不足", "欠费"},
     {},
     v1::ERROR_REASON_INSUFFICIENT_QUOTA},
    {{403},
     {"the model", "this model", "access to model", "to model ", "the deployment"},
     {},
     v1::ERROR_REASON_MODEL_NOT_ALLOWED},
    {{404, 410},
     {"model", "deployment", "endpoints found"},
     {"not exist", "not found", "no endpoints", "no allowed providers", "deprecated",
      "decommissioned", "no longer", "unknown", "not a chat model", "is a chat model",
      "could not find", "retired"},
     v1::ERROR_REASON_MODEL_NOT_FOUND},
    {{400, 422},
     {"not a valid model", "invalid model", "model does not exist", "no such model",
      "unknown model", "model not exist", "model not found", "decommissioned"},
     {},
     v1::ERROR_REASON_MODEL_NOT_FOUND},
    {{400, 404, 422},
     {"not supported", "unsupported", "not support"},
     {"parameter", "in this model", "with this model", "by this model", "argument"},
     v1::ERROR_REASON_UNSUPPORTED_PARAMETER},
    {{404},
     {"invalid url", "unknown url", "unknown request url", "no route", "route not found",
      "path not found", "cannot post", "cannot get", "cannot delete", "404 page not found",
      "=resource not found", "=not found", "=file not found"},
     {},
     v1::ERROR_REASON_UNSUPPORTED_ENDPOINT},
    {{404},
     {"no such", "not found", "could not find", "not exist", "no file"},
     {},
     v1::ERROR_REASON_RESOURCE_NOT_FOUND},
    {{400, 409},
     {"cannot cancel", "can't cancel", "cannot be cancelled", "cannot be canceled",
      "already completed", "already been cancelled", "already cancelled", "already been completed",
      "not in a state"},
     {},
     v1::ERROR_REASON_WRONG_STATE},
    // "Only responses created with background=true can be cancelled."
    {{400, 409},
     {"be cancelled", "be canceled", "can cancel", "be paused", "be resumed"},
     {"only"},
     v1::ERROR_REASON_WRONG_STATE},
    {{429},
     {"rate limit", "ratelimit", "rate_limit", "too many requests", "requests per", "请求过于频繁"},
     {},
     v1::ERROR_REASON_RATE_LIMITED},
    {{500, 502, 503},
     {"overloaded", "at capacity", "over capacity", "no capacity", "capacity exceeded"},
     {},
     v1::ERROR_REASON_UPSTREAM_OVERLOADED},
};

bool Is(std::string_view message, std::string_view word) {
  if (!word.starts_with(kWholeMessage)) return message.find(word) != std::string_view::npos;
  word.remove_prefix(kWholeMessage.size());
  while (message.ends_with('.') || message.ends_with('\n')) message.remove_suffix(1);
  return message == word;
}

bool HasOne(std::string_view message, std::span<const std::string_view> words) {
  return words.front().empty() || std::any_of(words.begin(), words.end(), [&](auto word) {
           return !word.empty() && Is(message, word);
         });
}

bool Applies(const Rule& rule, int status, std::string_view message) {
  const bool named = std::find(std::begin(rule.statuses), std::end(rule.statuses), status) !=
                     std::end(rule.statuses);
  return named && HasOne(message, rule.words) && HasOne(message, rule.and_words);
}

bool IsObject(const UpstreamError& upstream_error) {
  return upstream_error.form == UpstreamError::Form::kObject;
}

}  // namespace

std::optional<v1::ErrorReason> ByMessage(int status, const UpstreamError& upstream_error) {
  const std::string message = Lower(std::string_view(upstream_error.message).substr(0, kReadBytes));
  for (const Rule& rule : kRules) {
    if (!Applies(rule, status, message)) continue;
    // "You exceeded your current quota. Please retry in 34s" (Gemini) is a rate limit.
    const bool quota = rule.reason == v1::ERROR_REASON_INSUFFICIENT_QUOTA;
    const bool passes = upstream_error.hints.Has("retry-after") || FindWait(message);
    if (quota && status == 429 && passes) continue;
    return rule.reason;
  }
  if (status == 404 && upstream_error.param == "model") return v1::ERROR_REASON_MODEL_NOT_FOUND;
  if (status == 404 && Lower(upstream_error.code).ends_with("_not_found")) {
    return v1::ERROR_REASON_RESOURCE_NOT_FOUND;
  }
  // A server that knows the path would have answered with an error object.
  if (status == 404 && !IsObject(upstream_error)) return v1::ERROR_REASON_UNSUPPORTED_ENDPOINT;
  return std::nullopt;
}

}  // namespace inferwire::openai
