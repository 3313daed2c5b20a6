// What the server says of itself: one JSON line per call and per event. A call's record has no
// field into which a prompt, an answer or a key could go. Thread-safe.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string_view>
#include <variant>

#include "base/clock.h"
#include "base/error.h"

namespace inferwire::telemetry {

enum class LogLevel { kDebug, kInfo, kWarning, kError, kOff };
std::string_view Name(LogLevel level);

// Every string in a line is cut to this many bytes, at a character.
inline constexpr size_t kMaxLogStringBytes = 256;
inline constexpr size_t kLogQueueLines = 8192;

// One finished call. An empty string or an unset value is left out of the line.
struct CallRecord {
  std::string_view request_id{};
  std::string_view client_request_id{};
  std::string_view trace_id{};
  std::string_view method{};    // chat, raw, ... or the RPC's full name
  std::string_view model{};     // as sent upstream
  std::string_view upstream{};  // configured name
  std::string_view peer{};
  std::string_view caller{};  // who it proved to be, by its certificate
  Code code = Code::kOk;
  v1::ErrorReason reason = v1::ERROR_REASON_UNSPECIFIED;
  std::optional<Origin> origin{};  // of the error; unset for success
  int attempts = 0;
  std::string_view hedge{};  // won or lost, if one was made
  Duration duration{};
  std::optional<Duration> overhead{};  // the part of it that is ours, as far as that can be said
  std::optional<Duration> upstream_time{};
  std::optional<Duration> first_byte{};
  std::optional<int64_t> input_tokens{};
  std::optional<int64_t> output_tokens{};
  std::optional<int64_t> cost_picousd{};
  // Of a failed call that the upstream may bill all the same: why it failed, and what it may cost
  // at most as far as that is known. Never a part of cost_picousd.
  std::string_view maybe_billed{};
  std::optional<int64_t> maybe_billed_picousd{};
  bool maybe_billed_estimated = false;
  std::optional<int64_t> events{};  // messages of a stream
  int64_t bytes_received = 0;       // from upstream
  int64_t bytes_sent = 0;           // to upstream
};

struct LogField {
  std::string_view name;
  std::variant<std::string_view, int64_t, double, bool> value;
};

// Takes finished lines, without their line break.
class LogSink {
 public:
  virtual ~LogSink() = default;
  virtual void Write(std::string_view line) = 0;
  // Lines that were given up because the reader was too slow.
  virtual int64_t dropped() const { return 0; }
};

// Writes from a thread of its own, many lines at once. When `max_lines` wait, the oldest is
// dropped: a stuck reader costs lines, never a call's time. The destructor writes what waits; `out`
// must outlive it.
std::unique_ptr<LogSink> AsyncSink(std::ostream& out, size_t max_lines = kLogQueueLines);

class Log {
 public:
  struct Options {
    LogLevel level = LogLevel::kInfo;  // of events
    bool calls = true;                 // a line per call
  };

  Log(Options options, const Clock& clock, std::unique_ptr<LogSink> sink);

  // From now on.
  void Configure(Options options);

  void Call(const CallRecord& record);
  // The name is the event's identity, e.g. draining; numbers and names go into fields.
  void Event(LogLevel level, std::string_view name, std::initializer_list<LogField> fields = {});

  // Lets a caller skip the work of making a record that nobody would see.
  bool logs_calls() const { return calls_.load(std::memory_order_relaxed); }
  bool logs(LogLevel level) const {
    return level >= level_.load(std::memory_order_relaxed) && level != LogLevel::kOff;
  }
  int64_t dropped() const { return sink_->dropped(); }

 private:
  std::atomic<LogLevel> level_;
  std::atomic<bool> calls_;
  const Clock& clock_;
  const std::unique_ptr<LogSink> sink_;
};

}  // namespace inferwire::telemetry
