#include "telemetry/realtime_metrics.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "telemetry/metrics.h"

namespace inferwire::telemetry {
namespace {

constexpr std::array kDirections{"up", "down"};
constexpr std::array kCodes{"1000", "1001", "1002", "1003", "1005", "1006", "1007", "1008",
                            "1009", "1010", "1011", "1012", "1013", "4000", "none", "other"};
constexpr std::array<uint16_t, 15> kCodeNumbers{1000, 1001, 1002, 1003, 1005, 1006, 1007, 1008,
                                                1009, 1010, 1011, 1012, 1013, 4000, 0};
static_assert(kCodes.size() == kCodeNumbers.size() + 1);

}  // namespace

RealtimeMetrics::RealtimeMetrics(Metrics& metrics)
    : sessions_(metrics.Gauges("inferwire_realtime_sessions", "Realtime sessions that are open.")
                    .Add({})),
      refused_(metrics
                   .Counters("inferwire_realtime_refused_total",
                             "Realtime sessions refused because of limits.realtime_sessions.")
                   .Add({})),
      events_(metrics.Counters("inferwire_realtime_events_total",
                               "Events of realtime sessions, up to upstream and down from it."),
              "direction", kDirections),
      audio_(metrics.Counters("inferwire_realtime_audio_bytes_total",
                              "Bytes of audio in typed events of realtime sessions."),
             "direction", kDirections),
      ends_(metrics.Counters("inferwire_realtime_ends_total",
                             "Realtime sessions that have ended, by the WebSocket's close code."),
            "close_code", kCodes),
      seconds_(metrics
                   .Histograms("inferwire_realtime_session_seconds",
                               "How long realtime sessions lasted.",
                               {1, 5, 15, 60, 300, 900, 1800, 3600, 7200})
                   .Add({})) {
  events_.MakeAll();
  audio_.MakeAll();
  ends_.MakeAll();
}

void RealtimeMetrics::Began() {
  count_.fetch_add(1, std::memory_order_relaxed);
  sessions_.Increment();
}

void RealtimeMetrics::Ended(uint16_t close_code, Duration lasted) {
  count_.fetch_sub(1, std::memory_order_relaxed);
  sessions_.Decrement();
  const auto* const found = std::ranges::find(kCodeNumbers, close_code);
  ends_[static_cast<size_t>(std::distance(kCodeNumbers.begin(), found))].Increment();
  seconds_.Observe(Seconds(lasted));
}

}  // namespace inferwire::telemetry
