#include "endpoints/routes/place_message.h"

#include <chrono>
#include <string>

#include "base/error.h"

namespace inferwire::endpoints {
namespace {

void Set(Duration from, google::protobuf::Duration* to) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(from);
  to->set_seconds(seconds.count());
  to->set_nanos(static_cast<int32_t>((from - seconds).count()));
}

}  // namespace

v1::PlaceState ToMessage(routing::Condition condition) {
  switch (condition) {
    case routing::Condition::kUp:
      return v1::PLACE_STATE_UP;
    case routing::Condition::kWarmingUp:
      return v1::PLACE_STATE_WARMING_UP;
    case routing::Condition::kSilent:
      return v1::PLACE_STATE_SILENT;
    case routing::Condition::kProbing:
      return v1::PLACE_STATE_PROBING;
    case routing::Condition::kCoolingDown:
      return v1::PLACE_STATE_COOLING_DOWN;
    case routing::Condition::kOut:
      return v1::PLACE_STATE_OUT;
    case routing::Condition::kDrained:
      return v1::PLACE_STATE_DRAINED;
  }
  return v1::PLACE_STATE_UNSPECIFIED;
}

v1::PlaceStatus StatusOf(const routing::PlaceState& place, SteadyTime now) {
  v1::PlaceStatus status;
  const routing::Condition condition = place.At(now);
  status.set_state(ToMessage(condition));
  if (const auto back = place.BackAt(now)) Set(*back - now, status.mutable_back_after());
  const bool failed =
      condition >= routing::Condition::kProbing && condition != routing::Condition::kDrained;
  if (failed && place.cause() != v1::ERROR_REASON_UNSPECIFIED) {
    status.set_reason(std::string(ReasonName(place.cause())));
  }
  status.set_in_flight(place.in_flight());
  status.set_limit(place.limit());
  if (place.mean() > Duration::zero()) Set(place.mean(), status.mutable_time_to_first_byte());
  const routing::PlaceState::Tally tally = place.Recent(now);
  status.set_answered(tally.good);
  status.set_failed(tally.failed);
  return status;
}

v1::PlaceStatus StatusOf(const routing::KeyState& key, std::string_view model, SteadyTime now) {
  v1::PlaceStatus status;
  status.set_state(v1::PLACE_STATE_UP);
  const bool rests = model.empty() ? key.cooling_down(now) : !key.Available(model, now);
  if (rests) status.set_state(v1::PLACE_STATE_COOLING_DOWN);
  if (key.removed(now)) status.set_state(v1::PLACE_STATE_REMOVED);
  if (const auto back = key.BackAt(model, now)) Set(*back - now, status.mutable_back_after());
  return status;
}

v1::RouteTarget ToMessage(const upstream::Target& target, SteadyTime now) {
  const std::string& upstream = target.upstream->name();
  v1::RouteTarget message;
  message.set_upstream(upstream);
  message.set_model(target.model);
  message.set_group(target.group);
  message.set_weight(target.weight);
  for (const std::string& tag : target.tags) message.add_tags(tag);
  for (const auto& endpoint : *target.upstream->endpoints()) {
    v1::PlaceStatus& status = *message.add_places();
    status = StatusOf(*endpoint->state, now);
    status.mutable_place()->set_endpoint(endpoint->address);
  }
  if (target.state) {
    v1::PlaceStatus& status = *message.add_places();
    status = StatusOf(*target.state, now);
    status.mutable_place()->set_model(target.model);
  }
  for (const upstream::PoolKey& key : target.upstream->keys().keys()) {
    if (!key.state) continue;
    v1::PlaceStatus& status = *message.add_places();
    status = StatusOf(*key.state, target.model, now);
    status.mutable_place()->set_key(key.state->name());
  }
  for (v1::PlaceStatus& status : *message.mutable_places()) {
    status.mutable_place()->set_upstream(upstream);
  }
  return message;
}

v1::Hedge ToMessage(const upstream::Hedge& hedge) {
  v1::Hedge message;
  if (hedge.after) Set(*hedge.after, message.mutable_after());
  message.set_most(hedge.most);
  return message;
}

}  // namespace inferwire::endpoints
