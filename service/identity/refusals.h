// How many wrong keys each address has shown in this minute. Two rows of counters, an address's
// place in each given by a hash, as in gateway/caller_counts.h: bounded memory, no locks, nothing
// to forget. Thread-safe; shared by all loops and all versions of the configuration.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "gateway/caller_counts.h"

namespace inferwire::identity {

class Refusals {
 public:
  // In the minute of `now`.
  int64_t Of(gateway::CallerKey address, SteadyTime now) const;
  // How many it has with this one.
  int64_t Add(gateway::CallerKey address, SteadyTime now);
  // Told, on a loop's thread, who has shown too many in a minute, as gRPC names a peer or as a
  // certificate does; about once for each and minute. Before the first call.
  void OnBurst(std::function<void(std::string_view who)> tell) { tell_ = std::move(tell); }
  void TellOfBurst(std::string_view who) const { tell_(who); }
  // Until the next minute begins.
  static Duration Left(SteadyTime now);

 private:
  static constexpr size_t kPlaces = 2048;
  // The minute in the upper half, the count in the lower one.
  using Row = std::array<std::atomic<uint64_t>, kPlaces>;

  Row first_{}, second_{};
  std::function<void(std::string_view)> tell_ = [](std::string_view) {};
};

}  // namespace inferwire::identity
