// States of places, keys and targets as messages.
#pragma once

#include <string_view>

#include "base/clock.h"
#include "inferwire/v1/routes_service.pb.h"
#include "routing/key_state.h"
#include "routing/place_state.h"
#include "upstream/route.h"

namespace inferwire::endpoints {

v1::PlaceState ToMessage(routing::Condition condition);

// All but the place's name.
v1::PlaceStatus StatusOf(const routing::PlaceState& place, SteadyTime now);
// For calls of this model; empty: of any.
v1::PlaceStatus StatusOf(const routing::KeyState& key, std::string_view model, SteadyTime now);

// With its places.
v1::RouteTarget ToMessage(const upstream::Target& target, SteadyTime now);

v1::Hedge ToMessage(const upstream::Hedge& hedge);

}  // namespace inferwire::endpoints
