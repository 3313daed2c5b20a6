// How a realtime session deviates from the plain one: words of the vocabulary of behavior.h.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace inferwire::simulator {

struct RealtimeScript {
  std::optional<int64_t> close{};        // the code of the Close; without close_after: at once
  std::optional<int64_t> close_after{};  // events, before it
  std::optional<int64_t> kill_after{};   // events, before a TCP reset
  std::optional<std::chrono::milliseconds> session_limit{};
  std::optional<std::chrono::milliseconds> ping{};  // asked so often
  std::optional<int64_t> fragment{};                // frames of each event
  // What no server may send, after session.created.
  bool reserved_bit = false, masked = false, binary = false;
  bool bad_accept = false;  // at the upgrade
};

}  // namespace inferwire::simulator
