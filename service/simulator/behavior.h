// How one answer deviates from the plain one: timing, shape and faults. One vocabulary serves the
// x-simulator header ("ttft=200ms; rate=50"), the model's suffix ("gpt-4.1-mini+ttft=200ms") and
// scripted rules. README.md lists the words.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "simulator/realtime_script.h"

namespace inferwire::simulator {

struct Timing {
  std::chrono::milliseconds first_token{0};
  double tokens_per_second = 0;  // 0: all at once
  double jitter = 0;             // 0..1: each gap varies by up to this share
};

// How a batch runs; times are virtual.
struct BatchScript {
  std::chrono::milliseconds validation{300}, run{2400}, finalizing{300}, cancelling{300};
  std::optional<double> expire{};  // the window ends when this share of the items is done
  std::string fail{};              // validation fails with this code
  enum class Order { kShuffled, kInput, kReverse } order = Order::kShuffled;
};

// How a fine-tuning job runs; times are virtual.
struct JobScript {
  std::chrono::milliseconds time{3000};  // of all of it: a tenth each for validation and the queue
  std::string fail{};                    // it fails with this code while it runs
};

// How a response or a run of an assistant runs; times are virtual.
struct ResponseScript {
  std::chrono::milliseconds time{1000};  // of one in the background; a tenth of it in the queue
  std::string fail{};                    // it fails with this code, after its output
  std::string error_event{};             // an error event with this code, before any output
};

// What becomes of one item's line in a batch's output.
enum class ItemLine { kWhole, kMissing, kDuplicate, kGarbage, kTruncated, kForeign };
// Whether a request on files and batches takes effect, whatever the answer says of it.
enum class Effect { kAsAnswered, kDone, kNone };

// The limits of the key that asks, for the model that it asks for; the bucket holds what a window
// brings.
struct KeyLimits {
  std::optional<int64_t> requests_per_minute{}, tokens_per_minute{};
  std::chrono::milliseconds window{60'000};
};

enum class Garbage { kNone, kHtml, kJson, kContentType };
enum class Truncate { kNone, kAll, kFinish };

struct Behavior {
  Timing timing{};
  // The answer's shape.
  std::optional<int64_t> tokens{};       // length of the text
  std::optional<int64_t> big{};          // bytes of the text
  std::optional<int64_t> chunk_bytes{};  // text bytes per event instead of one token
  std::optional<int64_t> write_bytes{};  // bytes per write, whatever the events
  bool echo = false;
  bool refusal = false;
  bool no_usage = false;
  std::optional<int64_t> reasoning{};  // tokens of it, whatever the model
  bool crlf = false;
  bool lone_surrogate = false;
  bool invalid_utf8 = false;
  std::optional<std::chrono::milliseconds>
      keepalive{};  // comments at this interval; 0: every event
  // Errors with an answer.
  std::optional<int> status{};
  std::string code{};
  std::optional<std::string> retry_after{};
  std::optional<bool> should_retry{};  // x-should-retry
  KeyLimits key_limits{};
  bool error_in_200 = false;
  std::optional<int64_t> error_in_stream{};  // after so many events
  // Broken answers.
  bool reset = false;                                       // before the headers
  std::optional<int64_t> reset_after{};                     // bytes of the body
  bool stall = false;                                       // before the headers
  std::optional<int64_t> stall_after{};                     // events
  std::optional<std::chrono::milliseconds> slow_headers{};  // between two bytes
  Garbage garbage = Garbage::kNone;
  Truncate truncate = Truncate::kNone;
  bool no_done = false;
  std::optional<int64_t> wrong_content_length{};  // added to the true length
  // Responses, runs and jobs.
  ResponseScript response{};
  JobScript job{};
  // Files and batches.
  Effect effect = Effect::kAsAnswered;
  std::optional<int64_t> body_rate{};    // bytes per second of an upload that are read
  std::optional<int64_t> body_reset{};   // TCP reset after so many bytes of an upload
  std::optional<int64_t> body_stall{};   // no byte is read after so many
  std::optional<int64_t> body_answer{};  // answered after so many, whatever follows
  bool no_range = false;                 // a range of a file is answered with all of it
  std::chrono::milliseconds list_lag{};  // how late lists show what is new
  BatchScript batch{};
  RealtimeScript realtime{};
  ItemLine line = ItemLine::kWhole;
};

// The largest text that big=N gives.
inline constexpr int64_t kMaxBigBytes = 256 << 20;

// One word of the vocabulary. The error names the word and what it takes.
Result<void> Set(std::string_view key, std::string_view value, Behavior& behavior);
// "key=value; key; key=value".
Result<void> SetAll(std::string_view list, char separator, Behavior& behavior);

// The number that all of the text is, if it is one in the range.
std::optional<double> NumberIn(std::string_view text, double min, double max);
// "200ms", "1.5s", "3us", "2m"; a bare number is milliseconds.
std::optional<std::chrono::nanoseconds> ParseDuration(std::string_view text);

}  // namespace inferwire::simulator
