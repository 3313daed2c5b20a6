// What headers and messages say about waiting, within bounds. Input: a status, headers, an empty
// line, the error's message.
#include <set>
#include <string>

#include "codec/utf8.h"
#include "fuzz/http_text.h"
#include "fuzz/input.h"
#include "fuzz/message_check.h"
#include "fuzz/require.h"
#include "gateway/gateway_info.h"
#include "openai/rate_limit_headers.h"
#include "openai/retry_after.h"
#include "openai/wait_time.h"
#include "openai/wall_time.h"

namespace inferwire::fuzz {
namespace {

constexpr std::string_view kMetricBytes = "abcdefghijklmnopqrstuvwxyz0123456789-_";

void CheckWait(std::optional<std::chrono::milliseconds> wait) {
  using namespace std::chrono_literals;
  Require(!wait || (*wait >= 0ms && *wait <= 1h), "a wait is between nothing and an hour");
}

void CheckTime(std::optional<Duration> time) {
  Require(!time || (*time >= Duration::zero() && *time <= openai::kLongestWait),
          "a time is between nothing and what is believed");
}

void CheckLimits(const std::vector<gateway::RateLimit>& limits) {
  Require(limits.size() <= 8, "at most 8 limits");
  std::set<std::string> metrics;
  for (const gateway::RateLimit& limit : limits) {
    Require(metrics.insert(limit.metric).second, "a metric stands there once", limit.metric);
    Require(!limit.metric.empty() && limit.metric.size() <= 64 &&
                limit.metric.find_first_not_of(kMetricBytes) == std::string::npos,
            "a metric is a short word", limit.metric);
    Require(limit.limit.value_or(0) >= 0 && limit.remaining.value_or(0) >= 0, "counts are counts");
    CheckTime(limit.reset_after);
  }
}

}  // namespace

void Run(Input input) {
  const WallTime now = std::chrono::sys_days(std::chrono::year(2026) / 9 / 1);
  const int status = NumberOr(input.Line(), 429);
  const http::Headers headers = TakeHeaders(input);
  const std::string_view message = input.Rest();

  const auto limits = openai::RateLimits(headers, now);
  CheckLimits(limits);
  openai::UpstreamError fault = openai::ReadUpstreamError(message);
  CheckWait(openai::RetryAfter(status, headers, fault, now));
  fault.message = message;
  CheckWait(openai::RetryAfter(status, headers, fault, now));

  gateway::CallStats stats;
  stats.upstream_request_id = openai::RequestId(headers);
  Require(stats.upstream_request_id.size() <= 128, "an id has at most 128 bytes");
  for (const char c : stats.upstream_request_id) Require(c > 0x20 && c < 0x7f, "an id is visible");
  v1::GatewayInfo info;
  gateway::FillGatewayInfo(stats, limits, info);
  CheckMessage(info);

  CheckTime(openai::ParseTimeSpan(message));
  CheckTime(openai::ParseWait(message, now));
  CheckTime(openai::FindWait(message));
  if (const auto number = openai::ParseNumber(message)) CheckTime(openai::Seconds(*number));
  for (const auto& moment : {openai::ParseHttpDate(message, now), openai::ParseIsoTime(message)}) {
    Require(!moment || (*moment >= WallTime{} - std::chrono::hours(24) &&
                        *moment < std::chrono::sys_days(std::chrono::year(2201) / 1 / 3)),
            "a moment is one that the clock holds");
  }
}

}  // namespace inferwire::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  inferwire::fuzz::Run({data, size});
  return 0;
}
