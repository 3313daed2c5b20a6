#include "policy/quota/refusal.h"

#include <google/protobuf/util/time_util.h>

#include <chrono>
#include <string>
#include <string_view>

#include "gateway/usd_text.h"

namespace inferwire::policy {
namespace {

using limits::LimitKind;

std::string Text(LimitKind kind, int64_t amount) {
  return IsMoney(kind) ? gateway::UsdText(amount) : std::to_string(amount);
}

std::string_view What(LimitKind kind) {
  switch (kind) {
    case LimitKind::kMoneyPerMonth:
      return "USD per month";
    case LimitKind::kMoneyPerWeek:
      return "USD per week";
    case LimitKind::kMoneyPerDay:
      return "USD per day";
    case LimitKind::kRequestsPerDay:
      return "requests per day";
    case LimitKind::kTokensPerDay:
      return "tokens per day";
    case LimitKind::kRequestsPerMinute:
      return "requests per minute";
    case LimitKind::kTokensPerMinute:
      return "tokens per minute";
    case LimitKind::kConcurrentCalls:
      break;
  }
  return "calls at once";
}

v1::ErrorReason ReasonOf(LimitKind kind) {
  if (IsMoney(kind)) return v1::ERROR_REASON_BUDGET_EXCEEDED;
  return kind == LimitKind::kConcurrentCalls ? v1::ERROR_REASON_CONCURRENCY_LIMITED
                                             : v1::ERROR_REASON_TENANT_RATE_LIMITED;
}

std::string TimeText(WallTime time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time.time_since_epoch());
  return google::protobuf::util::TimeUtil::ToString(
      google::protobuf::util::TimeUtil::SecondsToTimestamp(seconds.count()));
}

// Whose limit it is, how much it allows, and what of it is left.
std::string Describe(const limits::Shortage& shortage) {
  const limits::Limit& limit = *shortage.limit;
  std::string text = limit.scope + " may use " + Text(limit.kind, limit.amount()) + " " +
                     std::string(What(limit.kind));
  if (!limit.model.empty()) text += " of " + limit.model;
  text += "; this call needs " + Text(limit.kind, shortage.needed) + " and " +
          Text(limit.kind, shortage.remaining) + " are left";
  if (shortage.reserved > 0 && limit.kind != LimitKind::kConcurrentCalls) {
    text += " beside " + Text(limit.kind, shortage.reserved) + " that are set aside for others";
  }
  return text;
}

void AddFacts(const limits::Shortage& shortage, Error& error) {
  const limits::Limit& limit = *shortage.limit;
  const bool money = IsMoney(limit.kind);
  const auto add = [&](std::string_view name, int64_t amount) {
    std::string key(name);
    if (money) key += "_usd";
    error.metadata[std::move(key)] = Text(limit.kind, amount);
  };
  error.metadata["scope"] = limit.scope;
  error.metadata["model"] = limit.model;  // empty ones are left out
  error.metadata[money ? "period" : "limit"] = std::string(Name(limit.kind));
  money ? add("limit", limit.amount()) : add("limit_value", limit.amount());
  add("used", shortage.used);
  add("reserved", shortage.reserved);
  add("remaining", shortage.remaining);
  add("needed", shortage.needed);
  if (shortage.reset_at != WallTime{}) error.metadata["reset_at"] = TimeText(shortage.reset_at);
}

}  // namespace

Error Refusal(const limits::Shortage& shortage, std::chrono::milliseconds wait) {
  const LimitKind kind = shortage.limit->kind;
  Error error;
  error.code = Code::kResourceExhausted;
  error.reason = ReasonOf(kind);
  error.origin = Origin::kCaller;
  const std::string description = Describe(shortage);
  // A bucket lets it in when it is full; a day or a budget never will.
  const bool never = !IsFlow(kind) && shortage.needed > shortage.limit->amount();
  error.message = description +
                  (shortage.pending ? ". This replica has just asked for its part of it" : "") +
                  (never ? ": more than there is at all. Ask for less, e.g. with "
                           "max_completion_tokens. "
                         : ". ") +
                  "Nothing was sent to a provider.";
  error.quotas.push_back({shortage.limit->scope, description});
  error.safe_to_retry = !never;
  if (!never) error.retry_after = wait;
  // Whoever repeats a call that waits for tomorrow, or for money, only makes work.
  error.stops_retries = wait > kLongestPushback || (IsMoney(kind) && shortage.spent);
  AddFacts(shortage, error);
  return error;
}

void AddWaited(Duration waited, Error& error) {
  const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(waited).count();
  error.metadata["waited_ms"] = std::to_string(milliseconds);
  error.message += " It waited " + std::to_string(milliseconds) + " ms for room.";
}

Error QueueIsFull(limits::QueueBound bound, std::chrono::milliseconds wait) {
  Error error;
  error.code = Code::kResourceExhausted;
  error.reason = v1::ERROR_REASON_QUEUE_FULL;
  error.origin = bound == limits::QueueBound::kCallsOfTenant ? Origin::kCaller : Origin::kGateway;
  switch (bound) {
    case limits::QueueBound::kCalls:
      error.metadata["bound"] = "queue_calls";
      error.message = "as many calls wait for room under their limits as the gateway lets wait";
      break;
    case limits::QueueBound::kCallsOfTenant:
      error.metadata["bound"] = "queue_calls_per_tenant";
      error.message = "as many calls of this tenant wait for room under its limits as may";
      break;
    case limits::QueueBound::kBytes:
      error.metadata["bound"] = "queue_bytes";
      error.message = "the requests that wait for room under their limits hold as much as they may";
      break;
  }
  error.message += ". Nothing was sent to a provider.";
  error.safe_to_retry = true;
  error.retry_after = wait;
  error.stops_retries = wait > kLongestPushback;
  return error;
}

Error NobodyWaits() {
  Error error;
  error.code = Code::kUnavailable;
  error.reason = v1::ERROR_REASON_GATEWAY_DRAINING;
  error.origin = Origin::kGateway;
  error.message =
      "the gateway is shutting down, and the call would have to wait for room under its limits. "
      "Nothing was sent to a provider.";
  error.safe_to_retry = true;
  return error;
}

Error TooManyMeters() {
  Error error;
  error.code = Code::kUnavailable;
  error.reason = v1::ERROR_REASON_GATEWAY_OVERLOADED;
  error.origin = Origin::kGateway;
  error.message =
      "the gateway counts as many limits as it can, and this caller's are not among them";
  error.safe_to_retry = true;
  error.retry_after = std::chrono::seconds(1);
  return error;
}

}  // namespace inferwire::policy
