// What became of failed attempts, and who answered for a route's targets. Thread-safe.
#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "telemetry/counter_set.h"
#include "telemetry/families.h"
#include "telemetry/handle_map.h"
#include "telemetry/label_guard.h"

namespace inferwire::telemetry {

class Metrics;

struct RouteLimits {
  size_t upstreams = 20;
  size_t targets = 100;  // route x upstream
  size_t routes = 50;
};

// One route x upstream.
struct RouteTargetMetrics {
  Counter& answers;    // as the first choice
  Counter& fallbacks;  // instead of a target before it
};

enum class ResendTo { kKey, kEndpoint, kSame, kNext };
// See routing::Proof; answered: the route asks for another answer.
enum class ResendProof { kRefused, kFailed, kAnything, kAnswered };

class RouteMetrics;

// One upstream. Its series are there from the start: what is made while calls fail would lie behind
// their memory, and keep it from being given back.
class ResendMetrics {
 public:
  ResendMetrics(RouteMetrics& families, const std::string& provider);

  void Resent(ResendTo where, ResendProof proof);
  // why: proof, attempts, deadline or budget.
  void Denied(std::string_view why);
  // An attempt that may be billed was followed by another one.
  void PossiblyBilled() { possibly_billed_.Increment(); }

 private:
  CounterSet resends_, denied_;
  Counter& possibly_billed_;
};

class RouteMetrics {
 public:
  explicit RouteMetrics(Metrics& metrics);

  // It stays: an upstream asks once.
  ResendMetrics& Upstream(std::string_view provider);
  // kind: endpoint or model; to: a condition. Why is in the log: each reason would be a series.
  void PlaceChanged(std::string_view provider, std::string_view kind, std::string_view to);
  // How many there are now; what was told before and is not any more is zero. By provider, kind
  // (endpoint, model or key) and state.
  using PlaceCounts = std::map<std::tuple<std::string, std::string, std::string>, size_t>;
  void Places(const PlaceCounts& counts);
  // By route and state.
  using TargetCounts = std::map<std::pair<std::string, std::string>, size_t>;
  void RouteTargets(const TargetCounts& counts);
  // It stays: a route's targets ask once.
  RouteTargetMetrics& Target(std::string_view route, std::string_view provider);

 private:
  friend ResendMetrics;

  CounterFamily &resends_, &denied_, &possibly_billed_, &changes_, &answers_;
  GaugeFamily &places_, &route_targets_;
  LabelGuard guard_, targets_guard_, routes_guard_;
  HandleMap<RouteTargetMetrics> targets_;
  HandleMap<ResendMetrics> upstreams_;
  std::mutex mutex_;  // of what follows
  std::set<Gauge*> shown_places_, shown_targets_;
};

}  // namespace inferwire::telemetry
