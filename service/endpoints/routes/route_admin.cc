#include "endpoints/routes/route_admin.h"

#include <functional>
#include <string>
#include <string_view>

#include "endpoints/routes/place_message.h"
#include "gateway/call_options.h"
#include "routing/board.h"

namespace inferwire::endpoints {
namespace {

constexpr Duration kLongestDrain = std::chrono::hours(24);

Error NotAllowed() {
  Error error;
  error.code = Code::kPermissionDenied;
  error.reason = v1::ERROR_REASON_PATH_NOT_ALLOWED;
  error.origin = Origin::kCaller;
  error.message = "draining and resetting is not open to callers (server.route_admin)";
  return error;
}

Error NoSuchPlace() {
  Error error;
  error.code = Code::kNotFound;
  error.reason = v1::ERROR_REASON_RESOURCE_NOT_FOUND;
  error.origin = Origin::kCaller;
  error.message = "no upstream, endpoint, model or key of the configuration has these names";
  error.resource = Error::Resource{"place", {}};
  return error;
}

// Empty parts mean all of them.
bool Is(std::string_view wanted, std::string_view name) { return wanted.empty() || wanted == name; }

using OnPlace = std::function<void(routing::PlaceState&)>;
using OnKey = std::function<void(routing::KeyState&)>;

// With what is named. An upstream alone is also all that is there, if `whole`, else its endpoints.
// on_key: empty to leave keys alone.
template <class Response>
Result<Response> With(const v1::Place& place, const upstream::Router& router, SteadyTime now,
                      bool whole, const OnPlace& on_place, const OnKey& on_key) {
  if (!router.route_admin() || !router.board()) return NotAllowed();
  Response response;
  const bool of_models = place.endpoint().empty() && (whole || !place.model().empty());
  router.board()->ForEach(
      [&](std::string_view kind, std::string_view upstream, routing::PlaceState& state) {
        const bool is_model = kind == "model";
        const bool wanted = is_model ? of_models && Is(place.model(), state.name())
                                     : place.model().empty() && Is(place.endpoint(), state.name());
        if (!wanted || !place.key().empty() || !Is(place.upstream(), upstream)) return;
        on_place(state);
        v1::PlaceStatus& status = *response.add_places();
        status = StatusOf(state, now);
        status.mutable_place()->set_upstream(std::string(upstream));
        if (is_model) {
          status.mutable_place()->set_model(state.name());
        } else {
          status.mutable_place()->set_endpoint(state.name());
        }
      },
      [&](std::string_view upstream, routing::KeyState& state) {
        if (!on_key || !place.model().empty() || !place.endpoint().empty()) return;
        if (!Is(place.upstream(), upstream) || !Is(place.key(), state.name())) return;
        on_key(state);
        v1::PlaceStatus& status = *response.add_places();
        status = StatusOf(state, {}, now);
        status.mutable_place()->set_upstream(std::string(upstream));
        status.mutable_place()->set_key(state.name());
      });
  if (response.places().empty()) return NoSuchPlace();
  return response;
}

Result<void> NoKey(const v1::Place& place) {
  if (place.key().empty()) return {};
  return InvalidField("place.key", "cannot be drained; give it weight 0 in the configuration");
}

}  // namespace

Result<v1::DrainResponse> Drain(const v1::DrainRequest& request, const upstream::Router& router,
                                SteadyTime now) {
  if (auto good = NoKey(request.place()); !good) return good.error();
  if (request.place().upstream().empty() && request.place().model().empty()) {
    return InvalidField("place", "names no upstream and no model");
  }
  Duration ttl = kLongestDrain;
  if (request.has_ttl()) {
    auto checked = gateway::CheckDuration(request.ttl(), "ttl");  // at most a day
    if (!checked) return checked.error();
    ttl = *checked;
  }
  return With<v1::DrainResponse>(request.place(), router, now, /*whole=*/false,
                                 [&](routing::PlaceState& state) { state.Drain(now + ttl, now); },
                                 {});
}

Result<v1::UndrainResponse> Undrain(const v1::UndrainRequest& request,
                                    const upstream::Router& router, SteadyTime now) {
  if (auto good = NoKey(request.place()); !good) return good.error();
  return With<v1::UndrainResponse>(request.place(), router, now, /*whole=*/true,
                                   [now](routing::PlaceState& state) { state.Undrain(now); }, {});
}

Result<v1::ResetResponse> Reset(const v1::ResetRequest& request, const upstream::Router& router,
                                SteadyTime now) {
  return With<v1::ResetResponse>(
      request.place(), router, now, /*whole=*/true,
      [now](routing::PlaceState& state) { state.Reset(now); },
      [](routing::KeyState& state) { state.Restore(); });
}

}  // namespace inferwire::endpoints
