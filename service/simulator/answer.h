// What the router hands to a connection: an HTTP answer, in one piece or as events over time.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "simulator/behavior.h"

namespace inferwire::simulator {

using HeaderList = std::vector<std::pair<std::string, std::string>>;  // names in lower case

// A request as it arrived.
struct Recorded {
  std::string method{}, path{};  // path with the query
  HeaderList headers{};
  std::string body{};
};

struct Event {
  std::string bytes{};
  std::chrono::nanoseconds due{};  // since the answer began
  bool stall = false;              // nothing comes any more, and the connection stays open
};

// The body of a stream, made piece by piece as the connection takes it.
class EventSource {
 public:
  virtual ~EventSource() = default;
  // False: the stream is over.
  virtual bool Next(Event& event) = 0;
};

struct Answer {
  int status = 200;
  HeaderList headers{};
  std::string body{};
  std::unique_ptr<EventSource> events{};  // null: body is the body
  std::optional<int64_t> events_bytes{};  // of all events together; unknown: chunks
  std::chrono::nanoseconds delay{};       // before the first byte
  Behavior behavior{};
};

}  // namespace inferwire::simulator
