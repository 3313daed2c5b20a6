// What is found out about the endpoints of upstreams that have several. Thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

#include "telemetry/counter_set.h"
#include "telemetry/families.h"
#include "telemetry/handle_map.h"
#include "telemetry/label_guard.h"

namespace inferwire::telemetry {

class Metrics;

struct EndpointLimits {
  size_t upstreams = 20;
};

// Why a call got no place at endpoints that are all full.
enum class NoPlace { kQueueFull, kWaitedEnough };

// What came of asking for a name's addresses.
enum class LookUp { kSame, kChanged, kFailed };

class EndpointMetrics;

// One upstream. Its series are there from the start.
class UpstreamEndpointMetrics {
 public:
  UpstreamEndpointMetrics(EndpointMetrics& families, const std::string& provider);

  void LookedUp(LookUp result) { lookups_[static_cast<size_t>(result)].Increment(); }

  // A call went to an endpoint that is out, since too many are.
  void Panicked() { panics_.Increment(); }
  // A call waited so long for a place, whether it got one or not.
  void Waited(Duration time) { waits_.Observe(Seconds(time)); }
  void Refused(NoPlace why) { refused_[static_cast<size_t>(why)].Increment(); }

 private:
  CounterSet lookups_, refused_;
  Counter& panics_;
  Histogram& waits_;
};

class EndpointMetrics {
 public:
  explicit EndpointMetrics(Metrics& metrics);

  // How many calls the upstreams take at once; what was told before and is not any more is zero.
  void Limits(const std::map<std::string, int64_t>& limits);
  // It stays.
  UpstreamEndpointMetrics& Of(std::string_view provider);

 private:
  friend UpstreamEndpointMetrics;

  CounterFamily &lookups_, &panics_, &refused_;
  HistogramFamily waits_;
  GaugeFamily& limits_;
  LabelGuard guard_;
  HandleMap<UpstreamEndpointMetrics> upstreams_;
  std::mutex mutex_;  // of what follows
  std::set<Gauge*> shown_limits_;
};

}  // namespace inferwire::telemetry
