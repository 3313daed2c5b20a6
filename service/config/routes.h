// What can be configured of how a call finds its target, and of what follows when one fails, with
// every default.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace inferwire::config {

// What of a failed request may be sent again, before any output.
enum class Resend {
  kRefused,   // only what provably was not processed
  kFailed,    // also what the provider itself reported as failed
  kAnything,  // also what nobody answered for: it may have been billed
};

// When an upstream that fails takes no more calls.
struct BreakerConfig {
  int failures = 5;  // in a row; 0: they do not count
  int ratio = 50;    // or so many % ...; 0: they do not count
  int of = 20;       // ... of at least so many in 10 s
  std::chrono::milliseconds out = std::chrono::seconds(30);      // doubled each time ...
  std::chrono::milliseconds out_most = std::chrono::minutes(5);  // ... up to this
  int most_out = 50;  // % of an upstream's endpoints that are left alone at once
  std::chrono::milliseconds warm_up = std::chrono::seconds(30);  // from a tenth of its weight
  bool operator==(const BreakerConfig&) const = default;
};

// Which of an upstream's endpoints are asked whether they are well.
enum class HealthOf { kOut, kAll };

// Requests that cost nothing, to find out whether an endpoint is well.
struct HealthConfig {
  std::string path = "/models";  // below the base URL
  std::chrono::milliseconds every = std::chrono::seconds(5);
  std::chrono::milliseconds timeout = std::chrono::seconds(2);
  HealthOf check = HealthOf::kOut;
};

// Asking an upstream what it serves.
struct DiscoveryConfig {
  std::string path = "/models";  // below the base URL
  std::chrono::milliseconds every = std::chrono::hours(1);
  std::chrono::milliseconds timeout = std::chrono::seconds(30);
};

// How many repetitions at the same target an upstream may get.
struct RetryBudgetConfig {
  int ratio = 12;  // % of its first attempts
  int least = 1;   // per second, whatever the load
  bool operator==(const RetryBudgetConfig&) const = default;
};

enum class RouteStrategy { kWeighted, kLeastInFlight, kLatency, kCheapest, kAffinity };
// Whose calls stay on their side of weights.
enum class RouteSticky { kNone, kAffinity, kCaller };
// Answers that the next target is asked after, although this one has answered.
enum class AlsoOn { kContentFilter, kUnsupportedParameter };
// What callers may ask for (CallOptions.route).
enum class RouteOverride { kUpstream, kTags, kFallback, kExclude, kAffinity };

struct RouteTargetConfig {
  std::string upstream;
  std::string model;  // as it is sent; empty: the route's name, or what was asked for of a prefix
  int group = 1;      // the lowest with a target that takes calls is used
  int weight = 100;   // within its group
  std::vector<std::string> tags;  // besides the upstream's
};

struct AffinityConfig {
  int bound = 125;  // % of the mean in flight that a target may have ...
  int slack = 2;    // ... and so many more
};

struct ShadowConfig {
  std::string upstream;
  std::string model;  // as of a target
  int percent = 1;
  int in_flight = 4;
};

// When a call is sent to a second place because its first byte is late, and how often.
inline constexpr std::string_view kHedgeAfterP95 = "p95";
inline constexpr std::chrono::minutes kLatestHedge{10};
struct HedgeConfig {
  std::string after{kHedgeAfterP95};  // or a duration
  int most = 2;                       // % of the route's calls
};

struct RouteConfig {
  std::string name;               // a model's name, or the beginning of names and '*'
  std::vector<std::string> also;  // further names
  RouteStrategy strategy = RouteStrategy::kWeighted;
  RouteSticky sticky = RouteSticky::kNone;
  std::vector<RouteTargetConfig> targets;
  Resend resend = Resend::kFailed;
  int max_attempts = 3;  // other keys not counted
  std::vector<AlsoOn> also_on;
  std::vector<std::string> require_tags;
  std::vector<RouteOverride> overrides = {RouteOverride::kUpstream, RouteOverride::kTags,
                                          RouteOverride::kFallback, RouteOverride::kExclude,
                                          RouteOverride::kAffinity};
  AffinityConfig affinity;
  std::optional<ShadowConfig> shadow;
  std::optional<HedgeConfig> hedge;

  bool is_prefix() const { return name.ends_with('*'); }
  // The beginning of the names that it takes.
  std::string_view prefix() const { return std::string_view(name).substr(0, name.size() - 1); }
};

}  // namespace inferwire::config
