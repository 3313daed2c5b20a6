// Which of an upstream's endpoints a call goes to, and how all of them stand together.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "routing/choice.h"
#include "upstream/endpoints.h"

namespace inferwire::upstream {

// Those that a call has been at, whatever became of it.
using TriedEndpoints = std::vector<std::shared_ptr<const Endpoint>>;

// How an upstream stands: as its best endpoint does.
struct EndpointsHealth {
  bool any = false;   // its address is known
  bool full = false;  // those that take calls have as many as they take
  bool busy = false;  // the same of those that are up
  routing::Condition condition = routing::Condition::kUp;
  int in_flight = 0;     // of all
  Duration mean{};       // to the first byte, of those that have answered ...
  Duration deviation{};  // ... and what it deviates by
  double warmth = 1;     // of those that take calls
};
EndpointsHealth HealthOf(const EndpointSet& endpoints, SteadyTime now);

// When the first of them takes calls again; unset: one does, or nobody knows.
std::optional<SteadyTime> EndpointBackAt(const EndpointSet& endpoints, SteadyTime now, bool alone);

// Whether one that was not tried takes calls.
bool HasOther(const EndpointSet& endpoints, const TriedEndpoints& tried, int most_out,
              SteadyTime now);

struct EndpointWish {
  routing::ChoiceRules balance;
  int most_out = 50;      // % of them that are left alone at once
  uint64_t affinity = 0;  // of the conversation; 0: none
  // As for Places::Wish.
  bool alone = true, anyway = false;
};
enum class Begin {
  kUsual,
  kAlone,   // there is nothing else
  kPanic,   // it is out, but too many are
  kAnyway,  // all are out
};
// Takes the call's place at this one. False: it takes none now.
using BeginAt = std::function<bool(const Endpoint& endpoint, Begin how)>;

// Asks one after the other in the order of the balance. Where more than the most are out, so many
// of them take part, unless all are. What is out comes last: those that may be tried because there
// is nothing else, then any that is not drained. Null: none took it.
std::shared_ptr<const Endpoint> TakeEndpoint(const EndpointSet& endpoints,
                                             const TriedEndpoints& tried, const EndpointWish& wish,
                                             SteadyTime now, Random& random, const BeginAt& begin);

}  // namespace inferwire::upstream
