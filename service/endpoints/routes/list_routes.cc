#include "endpoints/routes/list_routes.h"

#include <string>
#include <string_view>

#include "endpoints/routes/place_message.h"
#include "openai/error.h"
#include "routing/board.h"

namespace inferwire::endpoints {
namespace {

v1::Resend ResendOf(routing::Resend resend) {
  switch (resend) {
    case routing::Resend::kRefused:
      return v1::RESEND_REFUSED;
    case routing::Resend::kFailed:
      return v1::RESEND_FAILED;
    case routing::Resend::kAnything:
      return v1::RESEND_ANYTHING;
  }
  return v1::RESEND_UNSPECIFIED;
}

v1::Route MessageOf(const upstream::Route& route, SteadyTime now) {
  v1::Route message;
  message.set_name(route.name);
  for (const std::string& name : route.also) message.add_also(name);
  message.set_strategy(std::string(routing::Name(route.strategy)));
  message.set_resend(ResendOf(route.resend));
  for (const std::string& tag : route.require_tags) message.add_require_tags(tag);
  if (route.hedge) *message.mutable_hedge() = ToMessage(*route.hedge);
  for (const upstream::Target& target : route.targets) {
    *message.add_targets() = ToMessage(target, now);
  }
  return message;
}

void AddPlaces(const routing::Board& board, SteadyTime now, v1::ListRoutesResponse& to) {
  board.ForEach(
      [&](std::string_view kind, std::string_view upstream, const routing::PlaceState& state) {
        v1::PlaceStatus& status = *to.add_places();
        status = StatusOf(state, now);
        status.mutable_place()->set_upstream(std::string(upstream));
        if (kind == "model") {
          status.mutable_place()->set_model(state.name());
        } else {
          status.mutable_place()->set_endpoint(state.name());
        }
      },
      [&](std::string_view upstream, const routing::KeyState& state) {
        v1::PlaceStatus& status = *to.add_places();
        status = StatusOf(state, {}, now);
        status.mutable_place()->set_upstream(std::string(upstream));
        status.mutable_place()->set_key(state.name());
      });
}

}  // namespace

Result<v1::ListRoutesResponse> ListRoutes(const v1::ListRoutesRequest& request,
                                          const upstream::Router& router, SteadyTime now) {
  v1::ListRoutesResponse response;
  if (!request.name().empty()) {
    const upstream::Route* route = router.RouteNamed(request.name());
    for (const auto& each : router.routes()) {
      if (each->name == request.name()) route = each.get();  // a prefix by its own name
    }
    if (!route) {
      Error error;
      error.code = Code::kNotFound;
      error.reason = v1::ERROR_REASON_MODEL_NOT_FOUND;
      error.origin = Origin::kCaller;
      error.message = "no route has this name";
      error.resource = Error::Resource{"route", openai::Scrub(request.name(), 128)};
      return error;
    }
    *response.add_routes() = MessageOf(*route, now);
    return response;
  }
  for (const auto& route : router.routes()) *response.add_routes() = MessageOf(*route, now);
  if (const routing::Board* const board = router.board()) AddPlaces(*board, now, response);
  return response;
}

}  // namespace inferwire::endpoints
