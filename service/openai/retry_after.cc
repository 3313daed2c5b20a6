#include "openai/retry_after.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.h"
#include "openai/rate_limit_headers.h"
#include "openai/wait_time.h"

namespace inferwire::openai {
namespace {

using std::chrono::milliseconds;

milliseconds Bounded(Duration duration) {
  // Up, not down: waiting a little less than asked is one more refusal.
  const auto wait = std::chrono::ceil<milliseconds>(duration);
  return std::clamp(wait, milliseconds(0), kMaxRetryAfter);
}

// Some servers send retry-after with their good answers too, where it means nothing.
bool MayAskToWait(int status) {
  return status == 408 || status == 420 || status == 425 || status == 429 || status == 498 ||
         (status >= 500 && status <= 599);
}

std::optional<Duration> Milliseconds(const http::Headers& headers) {
  for (const std::string_view name : {"retry-after-ms", "x-ms-retry-after-ms"}) {
    const auto number = ParseNumber(Trim(headers.Get(name)));
    if (number) return Seconds(*number / 1000);
  }
  return std::nullopt;
}

std::optional<Duration> Asked(const http::Headers& headers, WallTime now) {
  const auto exact = Milliseconds(headers);
  // Azure: retry-after-ms 0 beside retry-after 1.
  if (exact && *exact > Duration::zero()) return exact;
  for (const std::string_view name : {"retry-after", "x-retry-after"}) {
    if (auto wait = ParseWait(Trim(headers.Get(name)), now)) return wait;
  }
  return exact;
}

// When the last of the used-up limits is renewed; where none says that it is used up, of those that
// do not say what remains.
std::optional<Duration> Reset(const http::Headers& headers, WallTime now) {
  std::optional<Duration> used_up, unknown;
  for (const gateway::RateLimit& limit : RateLimits(headers, now)) {
    if (!limit.reset_after) continue;
    if (limit.remaining == 0) used_up = std::max(used_up.value_or(Duration{}), *limit.reset_after);
    const bool may_be = !limit.remaining && *limit.reset_after > Duration::zero();
    if (may_be) unknown = std::max(unknown.value_or(Duration{}), *limit.reset_after);
  }
  return used_up ? used_up : unknown;
}

}  // namespace

std::optional<milliseconds> RetryAfter(int status, const http::Headers& headers,
                                       const UpstreamError& upstream_error, WallTime now) {
  if (!MayAskToWait(status)) return std::nullopt;
  auto wait = Asked(headers, now);
  if (!wait) wait = Asked(upstream_error.hints, now);
  if (!wait) wait = FindWait(upstream_error.message);
  if (!wait && status == 429) wait = Reset(headers, now);
  if (!wait && status == 429) wait = Reset(upstream_error.hints, now);
  if (!wait) return std::nullopt;
  return Bounded(*wait);
}

std::optional<milliseconds> RetryAfter(int status, const http::Headers& headers, WallTime now) {
  return RetryAfter(status, headers, UpstreamError{}, now);
}

bool AsksToWait(const http::Headers& headers, const UpstreamError& upstream_error, WallTime now) {
  return Asked(headers, now) || Asked(upstream_error.hints, now);
}

}  // namespace inferwire::openai
