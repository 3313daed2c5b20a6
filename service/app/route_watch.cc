#include "app/route_watch.h"

#include <google/protobuf/util/json_util.h>

#include <map>
#include <string>
#include <string_view>

#include "base/error.h"
#include "endpoints/routes/list_routes.h"

namespace inferwire::app {
namespace {

using routing::Condition;

// Empty: success, time or a person.
std::string_view CauseOf(v1::ErrorReason reason) {
  return reason == v1::ERROR_REASON_UNSPECIFIED ? std::string_view() : ReasonName(reason);
}

constexpr Condition kConditions[] = {
    Condition::kUp,          Condition::kWarmingUp, Condition::kSilent, Condition::kProbing,
    Condition::kCoolingDown, Condition::kOut,       Condition::kDrained};

constexpr const char* kKeyStates[] = {"up", "cooling_down", "removed"};

std::string_view StateOf(const upstream::Route& route, const upstream::Target& target,
                         SteadyTime now) {
  const Condition condition = upstream::ConditionOf(target, now);
  if (!routing::TakesCalls(condition)) return routing::Name(condition);
  const upstream::KeyPool& keys = target.upstream->keys();
  const bool has_key = keys.Available(target.model, 0, now, route.has_several());
  return has_key ? routing::Name(condition) : "no_key";
}

}  // namespace

routing::Board::OnChange TellOfPlaces(telemetry::RouteMetrics& metrics, telemetry::Log& log) {
  return [&metrics, &log](std::string_view kind, const std::string& upstream,
                          const routing::PlaceState& place,
                          const routing::PlaceState::Change& change) {
    const std::string_view to = routing::Name(change.to);
    metrics.PlaceChanged(upstream, kind, to);
    const bool bad = !routing::TakesCalls(change.to) && change.to != Condition::kDrained;
    log.Event(bad ? telemetry::LogLevel::kWarning : telemetry::LogLevel::kInfo, "place_changed",
              {{"upstream", std::string_view(upstream)},
               {"kind", kind},
               {"name", std::string_view(place.name())},
               {"to", to},
               {"reason", CauseOf(change.cause)}});
  };
}

void MeasurePlaces(const routing::Board& board, SteadyTime now, telemetry::RouteMetrics& metrics) {
  telemetry::RouteMetrics::PlaceCounts counts;
  board.ForEach(
      [&](std::string_view kind, std::string_view upstream, const routing::PlaceState& place) {
        ++counts[{std::string(upstream), std::string(kind),
                  std::string(routing::Name(place.At(now)))}];
      },
      [&](std::string_view upstream, const routing::KeyState& key) {
        // All of them: an alert asks for one that is not there yet.
        for (const char* const state : kKeyStates) {
          counts.try_emplace({std::string(upstream), "key", state}, 0);
        }
        const char* const state =
            key.removed(now) ? "removed" : (key.cooling_down(now) ? "cooling_down" : "up");
        ++counts[{std::string(upstream), "key", state}];
      });
  metrics.Places(counts);
}

void MeasureLimits(const routing::Board& board, telemetry::EndpointMetrics& metrics) {
  std::map<std::string, int64_t> limits;
  board.ForEach(
      [&](std::string_view, std::string_view upstream, const routing::PlaceState& place) {
        if (place.limit() > 0) limits[std::string(upstream)] += place.limit();
      },
      [](std::string_view, const routing::KeyState&) {});
  metrics.Limits(limits);
}

void MeasureRoutes(const upstream::Router& router, SteadyTime now,
                   telemetry::RouteMetrics& metrics) {
  telemetry::RouteMetrics::TargetCounts counts;
  for (const auto& route : router.routes()) {
    for (const Condition condition : kConditions) {
      counts[{route->name, std::string(routing::Name(condition))}] = 0;
    }
    for (const upstream::Target& target : route->targets) {
      ++counts[{route->name, std::string(StateOf(*route, target, now))}];
    }
  }
  metrics.RouteTargets(counts);
}

std::string RoutesPage(const upstream::Router& router, SteadyTime now) {
  const auto list = endpoints::ListRoutes({}, router, now);
  std::string json;
  google::protobuf::util::JsonPrintOptions options;
  options.always_print_primitive_fields = true;
  if (list && google::protobuf::util::MessageToJsonString(*list, &json, options).ok()) return json;
  return "{}";
}

}  // namespace inferwire::app
