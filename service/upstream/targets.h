// The targets of one call: which of its route's can take it, which were tried, and which is next.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "routing/choice.h"
#include "upstream/route.h"

namespace inferwire::upstream {

class Router;

// What a caller asks of the route, checked.
struct Preferences {
  std::string upstream;  // pinned; empty: none
  bool fallback = true;
  std::vector<std::string> require_tags, exclude_upstreams;
};

// What is known of each of a route's targets, for a call that asked for this model. An error if
// none of them serves it.
Result<std::vector<Destination>> DestinationsOf(const Router& router, const Route& route,
                                                std::string_view asked);

class Targets {
 public:
  struct Picked {
    size_t index = 0;
    std::string_view chosen_by;  // a literal
  };

  // route outlives it, as the router does that it is of. views: of the loop that it stays on; null:
  // looking at endpoints that change takes a lock.
  Targets(const Route& route, std::vector<Destination> destinations, Preferences preferences,
          routing::Traits traits, std::shared_ptr<EndpointViews> views = nullptr);
  Targets(const Targets&) = delete;
  Targets& operator=(const Targets&) = delete;

  const Route& route() const { return route_; }
  const Destination& destination(size_t index) const { return destinations_[index]; }
  const Target& target(size_t index) const { return route_.targets[index]; }
  const routing::Traits& traits() const { return traits_; }

  // This one cannot take the call: its model's window is too small.
  void SetTooSmall(size_t index) { marks_[index].too_small = true; }
  // What was picked is all there is: what the call names lies there.
  void Stay();
  // A failure says that only a model with a larger window helps.
  void NeedLargerThan(size_t index);

  // This one was tried before, by whoever made the call.
  void SetTried(size_t index) { marks_[index].tried = true; }

  // This one, if it can take the call now; it counts as tried from here on.
  bool Take(size_t index, SteadyTime now);
  // The best of those that were not tried; it counts as tried from here on. Unset: there is none.
  std::optional<Picked> Next(SteadyTime now, Random& random);
  // The same, but only one that is well: for what need not be tried at all.
  std::optional<Picked> NextUp(SteadyTime now, Random& random);
  bool HasNext(SteadyTime now) const;
  // What the quickest of those takes to answer at the least; zero: not known.
  Duration LeastExpected(SteadyTime now) const;
  // Where that gives none because all are out or without a key: the one for a call that is let
  // through alone, or that waits. It counts as tried, too.
  std::optional<Picked> Alone(SteadyTime now);
  // When the first of those that take no calls now does again, as far as that is known.
  std::optional<SteadyTime> SoonestBack(SteadyTime now) const;
  // Why there was none at all.
  Error NoTarget(SteadyTime now) const;
  // Every one as it stands now, for Explain.
  std::vector<routing::Candidate> Look(SteadyTime now) const;
  routing::Excluded Why(const routing::Candidate& candidate) const;

 private:
  struct Mark {
    bool tried = false;
    bool too_small = false;
  };

  std::optional<Picked> Pick(const std::vector<routing::Candidate>& candidates, Random& random);
  // This one is asked: a call that is pinned, or may not fall back, has no other from here on.
  void CountAsTried(size_t index);
  // When this one can be asked by a call that has nowhere else to go, if that is known.
  std::optional<SteadyTime> BackAlone(size_t index, SteadyTime now) const;

  const Route& route_;
  const std::vector<Destination> destinations_;
  const Preferences preferences_;
  routing::Traits traits_;  // its views are of the preferences
  std::vector<Mark> marks_;
  const std::shared_ptr<EndpointViews> views_;
};

}  // namespace inferwire::upstream
