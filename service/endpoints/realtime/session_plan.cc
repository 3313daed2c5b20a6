#include "endpoints/realtime/session_plan.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "codec/encode.h"
#include "endpoints/shared/caller_access.h"
#include "endpoints/shared/route_wishes.h"
#include "gateway/call_options.h"
#include "openai/error_table.h"
#include "openai/path_segment.h"
#include "tenancy/principal.h"

namespace inferwire::endpoints {
namespace {

constexpr Duration kUsualHeartbeat = std::chrono::seconds(15);
constexpr Duration kShortestHeartbeat = std::chrono::seconds(1);
constexpr size_t kLongestCallId = 256;

struct Place {
  upstream::Destination first;
  std::unique_ptr<upstream::Targets> targets;  // null: nowhere else
  upstream::Targets::Picked picked{};
  routing::Resend resend = routing::Resend::kFailed;
  int max_retries = 0;
};

// Errors of the start's parts name them as they stand in the request.
Error WithinStart(Error error) {
  for (Error::FieldViolation& violation : error.fields) violation.field.insert(0, "start.");
  return error;
}

Result<Place> AtUpstream(const v1::RealtimeStart& start, const upstream::Runtime& runtime,
                         const gateway::CallContext& context) {
  auto upstream = runtime.router.ByName(start.upstream());
  if (!upstream) return upstream.error();
  Place place;
  place.first.upstream = *upstream;
  place.resend = (*upstream)->options().resend;
  place.max_retries = (*upstream)->options().max_retries;
  if (start.model().empty()) {
    if (auto may = MayUseUnseen(runtime, context); !may) return may.error();
    return place;
  }
  auto sent = runtime.router.ForSent(**upstream, start.model());
  if (!sent) return sent.error();
  if (auto may = MayUse(*sent, runtime, context); !may) return may.error();
  place.first = std::move(*sent);
  return place;
}

Result<Place> PlaceOf(const v1::RealtimeStart& start, const upstream::Runtime& runtime,
                      const gateway::CallContext& context) {
  if (!start.upstream().empty() || start.model().empty()) {
    return AtUpstream(start, runtime, context);
  }
  const v1::RoutePreferences& wish = start.options().route();
  Place place;
  const upstream::Route* const route = runtime.router.RouteOf(start.model());
  if (!route) {
    auto destination = runtime.router.ForModel(start.model());
    if (!destination) return destination.error();
    if (auto fits = CheckWishes(*destination, wish); !fits) return fits.error();
    place.resend = Least(destination->upstream->options().resend, wish.resend());
    place.max_retries = destination->upstream->options().max_retries;
    place.first = std::move(*destination);
    return place;
  }
  if (auto allowed = CheckAllowed(*route, wish); !allowed) return allowed.error();
  auto destinations = upstream::DestinationsOf(runtime.router, *route, start.model());
  if (!destinations) return destinations.error();
  auto targets = std::make_unique<upstream::Targets>(
      *route, std::move(*destinations), WishesOf(wish), routing::Traits{}, runtime.endpoint_views);
  const SteadyTime now = runtime.timers.Now();
  auto picked = targets->Next(now, runtime.random);
  if (!picked) picked = targets->Alone(now);
  if (!picked) return targets->NoTarget(now);
  place.picked = *picked;
  place.first = targets->destination(picked->index);
  place.targets = std::move(targets);
  place.resend = Least(route->resend, wish.resend());
  place.max_retries = route->max_attempts - 1;
  return place;
}

// Where Azure's models are deployments of an older API, they have a parameter of their own.
std::string PathOf(const upstream::Destination& to, const std::string& call_id) {
  std::string path = "/realtime?";
  if (!call_id.empty()) {
    path += "call_id=";
    openai::AppendPercentEncoded(call_id, path);
    return path;
  }
  path += to.upstream->NamesModelInPath() ? "deployment=" : "model=";
  openai::AppendPercentEncoded(to.model, path);
  return path;
}

Result<void> CheckAble(const upstream::Destination& to) {
  if (to.upstream->options().dialect->realtime) return {};
  return openai::ErrorOf(v1::ERROR_REASON_MODEL_LACKS_FEATURE,
                         "the upstream " + to.upstream->name() + " has no realtime sessions");
}

Result<Duration> HeartbeatOf(const v1::RealtimeStart& start) {
  if (!start.has_heartbeat_interval()) return kUsualHeartbeat;
  auto interval = gateway::CheckDuration(start.heartbeat_interval(), "heartbeat_interval");
  if (interval && *interval < kShortestHeartbeat) {
    return InvalidField("heartbeat_interval", "must be at least a second");
  }
  return interval;
}

Result<std::string> SessionUpdate(const v1::RealtimeStart& start,
                                  const upstream::Runtime& runtime) {
  std::string json;
  if (!start.has_session()) return json;
  json = R"({"type":"session.update","session":)";
  auto written = codec::AppendJson(start.session(), json, {.limits = runtime.limits.json});
  if (!written) {
    for (auto& violation : written.error().fields) violation.field.insert(0, "session.");
    return written.error();
  }
  json += '}';
  return json;
}

Result<SessionPlan> Plan(const v1::RealtimeStart& start, const upstream::Runtime& runtime,
                         const gateway::CallContext& context) {
  if (start.model().empty() && start.call_id().empty()) {
    return InvalidField("model", "is required, unless there is a call_id");
  }
  if (start.call_id().size() > kLongestCallId) return InvalidField("call_id", "is too long");
  auto options = gateway::CheckOptions(start.options());
  if (!options) return options.error();
  if (options->validate_only) return InvalidField("options.validate_only", "is not for sessions");
  // Each event may ask for a longer answer, and they go through as they are.
  if (context.principal && context.principal->access.max_output_tokens()) {
    return openai::ErrorOf(v1::ERROR_REASON_OUTPUT_LIMIT_NOT_ALLOWED,
                           "sessions cannot be held to the caller's limits.max_output_tokens");
  }
  SessionPlan plan;
  auto heartbeat = HeartbeatOf(start);
  if (!heartbeat) return heartbeat.error();
  plan.heartbeat = *heartbeat;
  auto update = SessionUpdate(start, runtime);
  if (!update) return update.error();
  plan.session_update = std::move(*update);
  auto place = PlaceOf(start, runtime, context);
  if (!place) return place.error();
  if (auto able = CheckAble(place->first); !able) return able.error();
  plan.raw_events = start.raw_events();
  plan.client_request_id = std::move(options->client_request_id);
  plan.model_info = place->first.model_info;
  plan.catalogue = place->first.catalogue ? place->first.catalogue : runtime.router.catalogue();

  upstream::UpstreamCall::Request& request = plan.request;
  request.upstream = place->first.upstream;
  request.model = place->first.model;
  request.model_state = place->first.state;
  request.endings = place->first.endings;
  request.method = "GET";
  request.path = PathOf(place->first, start.call_id());
  request.new_path = [call_id = start.call_id()](const upstream::Destination& to) {
    return PathOf(to, call_id);
  };
  request.use = upstream::Use::kRealtime;
  request.deadline = context.deadline;
  request.attempt_timeout = options->attempt_timeout;
  request.trace = context.trace;
  request.memory = context.memory;
  // An upgrade costs nothing: once it has succeeded nothing is sent again.
  request.resend = place->resend;
  request.max_retries = RetriesOf(options->max_retries.value_or(place->max_retries), context);
  request.previous_attempts = context.previous_attempts;
  request.targets = std::move(place->targets);
  request.first_target = place->picked;
  request.socket_limits.message_bytes = runtime.limits.realtime_message_bytes;
  return plan;
}

}  // namespace

Result<SessionPlan> PlanSession(const v1::RealtimeStart& start, const upstream::Runtime& runtime,
                                const gateway::CallContext& context) {
  auto plan = Plan(start, runtime, context);
  if (!plan) return WithinStart(std::move(plan.error()));
  return plan;
}

}  // namespace inferwire::endpoints
