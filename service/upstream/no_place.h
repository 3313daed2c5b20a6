// A request that no upstream takes now: whether to wait, and what to say. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/random.h"
#include "upstream/route.h"

namespace inferwire::upstream {

// Half of what is left and 20 s at most: who waits longer has no time for an answer.
bool WorthWaiting(Duration wait, Duration time_left);

// Those that were told the same time do not all come back at it: up to half of it more, at least
// 0.1 s and 2 s at most.
Duration Spread(Duration wait, Random& random);

// where: "no target of the route gpt-4.1".
Error NoTargetWithTags(const std::string& where, const std::vector<std::string>& tags);
// Of a destination that is no route's.
Error NoPlaceAt(const Destination& destination, SteadyTime now);
// who: "every endpoint of openai".
Error FullError(const std::string& who, SteadyTime now);
// Nobody knows where it is.
Error NoEndpoint(std::string message, SteadyTime now);
// The same for whichever it is; back: when there will be a place, if that is known.
Error NoPlaceError(v1::ErrorReason reason, std::string message, std::optional<SteadyTime> back,
                   SteadyTime now);

}  // namespace inferwire::upstream
