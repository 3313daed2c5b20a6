// What is found out about the endpoints of upstreams that have several. Thread-safe.
#pragma once

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

 private:
  CounterSet lookups_;
  Counter& panics_;
};

class EndpointMetrics {
 public:
  explicit EndpointMetrics(Metrics& metrics);

  // It stays.
  UpstreamEndpointMetrics& Of(std::string_view provider);

 private:
  friend UpstreamEndpointMetrics;

  CounterFamily &lookups_, &panics_;
  LabelGuard guard_;
  HandleMap<UpstreamEndpointMetrics> upstreams_;
};

}  // namespace inferwire::telemetry
