// The vocabulary: its words, and what each takes.
#include "simulator/behavior_words.h"

#include <array>
#include <cmath>
#include <utility>

namespace inferwire::simulator {
namespace {

using std::chrono::milliseconds;

template <class T>
bool Put(const std::optional<T>& value, T& out) {
  if (value) out = *value;
  return value.has_value();
}

bool PutCount(std::string_view text, int64_t min, int64_t max, std::optional<int64_t>& out) {
  const auto value = NumberIn(text, static_cast<double>(min), static_cast<double>(max));
  if (!value || std::floor(*value) != *value) return false;
  out = static_cast<int64_t>(*value);
  return true;
}

bool PutFlag(std::string_view text, bool& out) {
  out = text.empty() || text == "true" || text == "1";
  return out || text == "false" || text == "0";
}

bool PutDuration(std::string_view text, std::optional<milliseconds>& out) {
  const auto duration = ParseDuration(text);
  if (duration) out = std::chrono::duration_cast<milliseconds>(*duration);
  return duration.has_value();
}

bool PutTtft(std::string_view text, Behavior& behavior) {
  std::optional<milliseconds> duration;
  return PutDuration(text, duration) && Put(duration, behavior.timing.first_token);
}

bool PutStatus(std::string_view text, Behavior& behavior) {
  const auto value = NumberIn(text, 200, 599);
  if (value) behavior.status = static_cast<int>(*value);
  return value.has_value();
}

bool PutStall(std::string_view text, Behavior& behavior) {
  if (text.empty() || text == "headers") return behavior.stall = true;
  return PutCount(text, 0, 1'000'000'000, behavior.stall_after);
}

bool PutGarbage(std::string_view text, Behavior& behavior) {
  if (text.empty() || text == "html") {
    behavior.garbage = Garbage::kHtml;
  } else if (text == "json") {
    behavior.garbage = Garbage::kJson;
  } else if (text == "content_type") {
    behavior.garbage = Garbage::kContentType;
  } else {
    return false;
  }
  return true;
}

bool PutTruncate(std::string_view text, Behavior& behavior) {
  if (text.empty() || text == "all") {
    behavior.truncate = Truncate::kAll;
  } else if (text == "finish") {
    behavior.truncate = Truncate::kFinish;
  } else if (text == "done") {
    behavior.no_done = true;
  } else {
    return false;
  }
  return true;
}

bool PutRetryAfter(std::string_view text, Behavior& behavior) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return false;
  }
  behavior.retry_after = std::string(text);
  return !text.empty();
}

bool PutShouldRetry(std::string_view text, Behavior& behavior) {
  bool should = false;
  if (!PutFlag(text, should)) return false;
  behavior.should_retry = should;
  return true;
}

bool PutLimitWindow(std::string_view text, Behavior& behavior) {
  std::optional<milliseconds> window;
  if (!PutDuration(text, window) || *window < milliseconds(1)) return false;
  behavior.key_limits.window = *window;
  return true;
}

// The whole of a batch: a tenth each for validation, finalizing and a cancel, the rest for its run.
bool PutBatchTime(std::string_view text, Behavior& behavior) {
  std::optional<milliseconds> whole;
  if (!PutDuration(text, whole)) return false;
  BatchScript& batch = behavior.batch;
  batch.validation = batch.finalizing = batch.cancelling = *whole / 10;
  batch.run = *whole - *whole / 5;
  return true;
}

template <auto Member>
bool PutBatchPhase(std::string_view text, Behavior& behavior) {
  std::optional<milliseconds> time;
  return PutDuration(text, time) && Put(time, behavior.batch.*Member);
}

template <class T, size_t N>
bool PutName(std::string_view text, const std::pair<std::string_view, T> (&names)[N], T& out) {
  for (const auto& [name, value] : names) {
    if (name != text) continue;
    out = value;
    return true;
  }
  return false;
}

template <auto Part, auto Member>
bool PutText(std::string_view text, Behavior& behavior) {
  behavior.*Part.*Member = std::string(text);
  return !text.empty();
}

bool PutOrder(std::string_view text, Behavior& behavior) {
  using enum BatchScript::Order;
  constexpr std::pair<std::string_view, BatchScript::Order> kNames[] = {
      {"shuffled", kShuffled}, {"input", kInput}, {"reverse", kReverse}};
  return PutName(text, kNames, behavior.batch.order);
}

bool PutLine(std::string_view text, Behavior& behavior) {
  using enum ItemLine;
  constexpr std::pair<std::string_view, ItemLine> kNames[] = {
      {"whole", kWhole},     {"missing", kMissing},     {"duplicate", kDuplicate},
      {"garbage", kGarbage}, {"truncated", kTruncated}, {"foreign", kForeign}};
  return PutName(text, kNames, behavior.line);
}

bool PutEffect(std::string_view text, Behavior& behavior) {
  constexpr std::pair<std::string_view, Effect> kNames[] = {
      {"as_answered", Effect::kAsAnswered}, {"done", Effect::kDone}, {"none", Effect::kNone}};
  return PutName(text, kNames, behavior.effect);
}

constexpr int64_t kMax = 1'000'000'000;
using V = std::string_view;

constexpr std::array kWords = {
    Word{"ttft", "a duration such as 200ms", PutTtft},
    Word{"rate", "tokens per second",
         [](V v, Behavior& b) { return Put(NumberIn(v, 0, 1e9), b.timing.tokens_per_second); }},
    Word{"jitter", "0 to 1",
         [](V v, Behavior& b) { return Put(NumberIn(v, 0, 1), b.timing.jitter); }},
    Word{"tokens", "a count",
         [](V v, Behavior& b) { return PutCount(v, 0, 10'000'000, b.tokens); }},
    Word{"big", "bytes, up to 256 MiB",
         [](V v, Behavior& b) { return PutCount(v, 1, kMaxBigBytes, b.big); }},
    Word{"chunk_bytes", "bytes",
         [](V v, Behavior& b) { return PutCount(v, 1, kMax, b.chunk_bytes); }},
    Word{"write_bytes", "bytes",
         [](V v, Behavior& b) { return PutCount(v, 1, kMax, b.write_bytes); }},
    Word{"echo", "nothing", [](V v, Behavior& b) { return PutFlag(v, b.echo); }},
    Word{"refusal", "nothing", [](V v, Behavior& b) { return PutFlag(v, b.refusal); }},
    Word{"usage", "none", [](V v, Behavior& b) { return b.no_usage = v == "none"; }},
    Word{"reasoning", "tokens",
         [](V v, Behavior& b) { return PutCount(v, 0, 10'000'000, b.reasoning); }},
    Word{"crlf", "nothing", [](V v, Behavior& b) { return PutFlag(v, b.crlf); }},
    Word{"lone_surrogate", "nothing",
         [](V v, Behavior& b) { return PutFlag(v, b.lone_surrogate); }},
    Word{"invalid_utf8", "nothing", [](V v, Behavior& b) { return PutFlag(v, b.invalid_utf8); }},
    Word{"keepalive", "a duration; 0 is before every event",
         [](V v, Behavior& b) { return PutDuration(v.empty() ? V("0") : v, b.keepalive); }},
    Word{"status", "200 to 599", PutStatus},
    Word{"code", "an error code",
         [](V v, Behavior& b) {
           b.code = std::string(v);
           return !v.empty();
         }},
    Word{"retry_after", "seconds or an HTTP date", PutRetryAfter},
    Word{"should_retry", "true or false", PutShouldRetry},
    Word{"rpm", "requests per minute of the key",
         [](V v, Behavior& b) { return PutCount(v, 1, kMax, b.key_limits.requests_per_minute); }},
    Word{"tpm", "tokens per minute of the key",
         [](V v, Behavior& b) { return PutCount(v, 1, kMax, b.key_limits.tokens_per_minute); }},
    Word{"limit_window", "a duration", PutLimitWindow},
    Word{"error_in_200", "nothing", [](V v, Behavior& b) { return PutFlag(v, b.error_in_200); }},
    Word{"error_in_stream", "events before it",
         [](V v, Behavior& b) {
           return PutCount(v.empty() ? V("1") : v, 0, kMax, b.error_in_stream);
         }},
    Word{"reset", "nothing", [](V v, Behavior& b) { return PutFlag(v, b.reset); }},
    Word{"reset_after", "bytes of the body",
         [](V v, Behavior& b) { return PutCount(v, 0, kMax, b.reset_after); }},
    Word{"stall", "headers, or events before it", PutStall},
    Word{"slow_headers", "a duration per byte",
         [](V v, Behavior& b) { return PutDuration(v.empty() ? V("10ms") : v, b.slow_headers); }},
    Word{"garbage", "html, json or content_type", PutGarbage},
    Word{"truncate", "all, finish or done", PutTruncate},
    Word{"no_done", "nothing", [](V v, Behavior& b) { return PutFlag(v, b.no_done); }},
    Word{"wrong_content_length", "bytes to add, may be negative",
         [](V v, Behavior& b) {
           return PutCount(v.empty() ? V("10") : v, -kMax, kMax, b.wrong_content_length);
         }},
    Word{"effect", "done, none or as_answered", PutEffect},
    Word{"body_rate", "bytes per second",
         [](V v, Behavior& b) { return PutCount(v, 1, kMax, b.body_rate); }},
    Word{"body_reset", "bytes of an upload",
         [](V v, Behavior& b) { return PutCount(v, 0, kMax, b.body_reset); }},
    Word{"body_stall", "bytes of an upload",
         [](V v, Behavior& b) { return PutCount(v, 0, kMax, b.body_stall); }},
    Word{"body_answer", "bytes of an upload",
         [](V v, Behavior& b) { return PutCount(v, 0, kMax, b.body_answer); }},
    Word{"no_range", "nothing", [](V v, Behavior& b) { return PutFlag(v, b.no_range); }},
    Word{"list_lag", "a duration",
         [](V v, Behavior& b) {
           std::optional<milliseconds> lag;
           return PutDuration(v, lag) && Put(lag, b.list_lag);
         }},
    Word{"batch_time", "a duration", PutBatchTime},
    Word{"batch_validation", "a duration", PutBatchPhase<&BatchScript::validation>},
    Word{"batch_run", "a duration", PutBatchPhase<&BatchScript::run>},
    Word{"batch_finalizing", "a duration", PutBatchPhase<&BatchScript::finalizing>},
    Word{"batch_cancelling", "a duration", PutBatchPhase<&BatchScript::cancelling>},
    Word{"batch_expire", "0 to 1",
         [](V v, Behavior& b) {
           b.batch.expire = NumberIn(v, 0, 1);
           return b.batch.expire.has_value();
         }},
    Word{"batch_fail", "an error code", PutText<&Behavior::batch, &BatchScript::fail>},
    Word{"response_time", "a duration",
         [](V v, Behavior& b) {
           std::optional<milliseconds> time;
           return PutDuration(v, time) && Put(time, b.response.time);
         }},
    Word{"job_time", "a duration",
         [](V v, Behavior& b) {
           std::optional<milliseconds> time;
           return PutDuration(v, time) && Put(time, b.job.time);
         }},
    Word{"job_fail", "an error code", PutText<&Behavior::job, &JobScript::fail>},
    Word{"response_fail", "an error code", PutText<&Behavior::response, &ResponseScript::fail>},
    Word{"error_event", "an error code",
         PutText<&Behavior::response, &ResponseScript::error_event>},
    Word{"batch_order", "shuffled, input or reverse", PutOrder},
    Word{"close", "a close code",
         [](V v, Behavior& b) { return PutCount(v, 1000, 4999, b.realtime.close); }},
    Word{"close_after", "events before it",
         [](V v, Behavior& b) { return PutCount(v, 1, kMax, b.realtime.close_after); }},
    Word{"kill_after", "events before it",
         [](V v, Behavior& b) { return PutCount(v, 1, kMax, b.realtime.kill_after); }},
    Word{"session_limit", "a duration",
         [](V v, Behavior& b) { return PutDuration(v, b.realtime.session_limit); }},
    Word{"ping", "a duration", [](V v, Behavior& b) { return PutDuration(v, b.realtime.ping); }},
    Word{"fragment", "frames of each event",
         [](V v, Behavior& b) { return PutCount(v, 1, 100, b.realtime.fragment); }},
    Word{"rsv", "nothing", [](V v, Behavior& b) { return PutFlag(v, b.realtime.reserved_bit); }},
    Word{"masked", "nothing", [](V v, Behavior& b) { return PutFlag(v, b.realtime.masked); }},
    Word{"binary", "nothing", [](V v, Behavior& b) { return PutFlag(v, b.realtime.binary); }},
    Word{"bad_accept", "nothing",
         [](V v, Behavior& b) { return PutFlag(v, b.realtime.bad_accept); }},
    Word{"line", "whole, missing, duplicate, garbage, truncated or foreign", PutLine},
};

}  // namespace

std::span<const Word> Vocabulary() { return kWords; }

}  // namespace inferwire::simulator
