// Where a model's requests may go. Made with a version of the configuration and immutable after.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "catalogue/catalogue.h"
#include "catalogue/ending.h"
#include "routing/choice.h"
#include "routing/failure.h"
#include "routing/place_state.h"
#include "routing/retry_budget.h"
#include "upstream/upstream.h"

namespace inferwire::telemetry {

class HedgeMetrics;
struct RouteTargetMetrics;
class ShadowMetrics;

}  // namespace inferwire::telemetry

namespace inferwire::upstream {

// One upstream, and the model's name there.
struct Destination {
  const Upstream* upstream = nullptr;
  std::string model;  // the name to send: aliases are resolved
  // What is known of the model: by the name that is sent, else by the one that was asked for (where
  // models are deployments with names of their own), as the upstream offers it. Null: the catalogue
  // does not have it.
  catalogue::ModelRef model_info{};
  // Where that was looked up; null: nowhere.
  std::shared_ptr<const catalogue::Catalogue> catalogue{};
  // The model's health there; null: it is not followed (a model that no configuration names).
  routing::PlaceState* state = nullptr;
  // False, of a route's: a strict catalogue does not have the model, or there is no such
  // deployment, or it has ended and others have not.
  bool served = true;
  // Of the models that were asked for on the way here: those that are near their ends.
  std::vector<catalogue::Ending> endings{};
  // Its model has ended, and calls are not to go there if they can go elsewhere.
  bool left = false;
};

// One of a route's.
struct Target {
  const Upstream* upstream = nullptr;
  std::string model;  // empty: as it was asked for
  int group = 1;
  int weight = 100;
  std::vector<std::string> tags;  // the upstream's and its own, sorted
  uint64_t hash = 0;
  std::shared_ptr<routing::PlaceState> state{};
  telemetry::RouteTargetMetrics* metrics = nullptr;  // null: nobody counts its answers
};

// The worse of its endpoint's and its model's.
routing::Condition ConditionOf(const Target& target, SteadyTime now);

// What callers may ask for, by RoutePreferences.
struct RouteOverrides {
  bool upstream = true, tags = true, fallback = true, exclude = true, affinity = true;
};

// Where a part of a route's calls is sent a second time; nobody waits for its answers.
struct Shadow {
  Target target;
  int percent = 1;                              // of the calls
  int most_in_flight = 4;                       // of the whole process
  telemetry::ShadowMetrics* metrics = nullptr;  // null: nobody counts
  std::shared_ptr<std::atomic<int>> in_flight = std::make_shared<std::atomic<int>>(0);
};

// When a call that is late is sent to a second place, if its caller asks for it.
struct Hedge {
  std::optional<Duration> after;  // unset: by what the target's answers take of late
  int most = 2;                   // % of the route's calls
  std::shared_ptr<routing::RetryBudget> budget{};  // those; of the whole process
  telemetry::HedgeMetrics* metrics = nullptr;      // null: nobody counts
};

struct Route {
  std::string name;               // a model's, or a prefix that ends in '*'
  std::vector<std::string> also;  // further names
  routing::Strategy strategy = routing::Strategy::kWeighted;
  routing::Sticky sticky = routing::Sticky::kNone;
  int affinity_bound = 125, affinity_slack = 2;
  routing::Resend resend = routing::Resend::kFailed;
  int max_attempts = 3;
  bool also_on_content_filter = false, also_on_unsupported_parameter = false;
  std::vector<std::string> require_tags;
  RouteOverrides overrides;
  std::vector<Target> targets;
  std::optional<Shadow> shadow;
  std::optional<Hedge> hedge;

  // A call has somewhere else to go.
  bool has_several() const { return targets.size() > 1; }
  routing::ChoiceRules rules() const {
    return {strategy, sticky, require_tags, affinity_bound, affinity_slack};
  }
};

}  // namespace inferwire::upstream
