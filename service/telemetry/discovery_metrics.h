// What upstreams say they serve, and how the asking goes (inferwire_discovery_*). Thread-safe.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "telemetry/counter_set.h"
#include "telemetry/families.h"
#include "telemetry/handle_map.h"
#include "telemetry/label_guard.h"

namespace inferwire::telemetry {

class Metrics;
class DiscoveryFamilies;

enum class DiscoveryRead {
  kGood,
  kFailed,   // nobody answered in time, or with a failure
  kRefused,  // an answer that is no list
};

struct DiscoveryLimits {
  size_t upstreams = 20;
};

// One upstream. The reads' series are there from the start, the others from the first list on.
class DiscoveryMetrics {
 public:
  DiscoveryMetrics(DiscoveryFamilies& families, const std::string& provider);

  void Read(DiscoveryRead result) { reads_[static_cast<size_t>(result)].Increment(); }
  // unlisted: models that the configuration has it sent and the list does not have.
  void Listed(size_t models, size_t unlisted, WallTime now);

 private:
  DiscoveryFamilies& families_;
  const std::string provider_;
  CounterSet reads_;
};

class DiscoveryFamilies {
 public:
  explicit DiscoveryFamilies(Metrics& metrics);

  // It stays.
  DiscoveryMetrics& Of(std::string_view provider);

 private:
  friend DiscoveryMetrics;

  CounterFamily& reads_;
  GaugeFamily &models_, &unlisted_, &last_;
  LabelGuard guard_;
  HandleMap<DiscoveryMetrics> upstreams_;
};

}  // namespace inferwire::telemetry
