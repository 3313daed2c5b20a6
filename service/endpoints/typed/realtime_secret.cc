#include "endpoints/typed/realtime_secret.h"

#include <string>
#include <utility>

#include "endpoints/shared/caller_access.h"
#include "endpoints/shared/route_wishes.h"
#include "endpoints/typed/typed_call.h"
#include "openai/error_table.h"
#include "tenancy/principal.h"

namespace inferwire::endpoints {
namespace {

constexpr std::string_view kPath = "/realtime/client_secrets";

Result<upstream::Destination> AtUpstream(const std::string& name, const std::string& model,
                                         const upstream::Runtime& runtime,
                                         const gateway::CallContext& context) {
  auto upstream = runtime.router.ByName(name);
  if (!upstream) return upstream.error();
  upstream::Destination destination;
  destination.upstream = *upstream;
  if (model.empty()) {
    if (auto may = MayUseUnseen(runtime, context); !may) return may.error();
    return destination;
  }
  auto sent = runtime.router.ForSent(**upstream, model);
  if (!sent) return sent.error();
  if (auto may = MayUse(*sent, runtime, context); !may) return may.error();
  return std::move(*sent);
}

// Of a route, the target that does not change over: who has a secret stays there.
Result<upstream::Destination> ByModel(const std::string& model, const v1::RoutePreferences& wish,
                                      const upstream::Runtime& runtime,
                                      const gateway::CallContext& context) {
  if (auto may = MayUse(std::string_view(model), runtime, context); !may) return may.error();
  auto destination = runtime.router.ForModel(model);
  if (!destination) return destination;
  const upstream::Route* const route = runtime.router.RouteOf(model);
  auto good = route ? CheckAllowed(*route, wish) : CheckWishes(*destination, wish);
  if (!good) return good.error();
  return destination;
}

Result<void> CheckAllowedAtAll(const v1::CreateRealtimeSecretRequest& request,
                               const upstream::Runtime& runtime,
                               const gateway::CallContext& context) {
  if (!runtime.router.raw_allowed()("POST", kPath)) {
    Error error =
        openai::ErrorOf(v1::ERROR_REASON_PATH_NOT_ALLOWED,
                        "raw.allow of the gateway does not have POST " + std::string(kPath));
    error.resource = Error::Resource{"path", "POST " + std::string(kPath)};
    return error;
  }
  if (request.options().validate_only()) {
    return InvalidField("options.validate_only", "is not for secrets");
  }
  if (!request.options().idempotency_key().empty()) {
    return InvalidField("options.idempotency_key", "is not for secrets: they are not kept");
  }
  // The sessions that it is for cannot be held to them.
  if (context.principal && context.principal->access.max_output_tokens()) {
    return openai::ErrorOf(v1::ERROR_REASON_OUTPUT_LIMIT_NOT_ALLOWED,
                           "sessions cannot be held to the caller's limits.max_output_tokens");
  }
  if (request.upstream().empty() && request.params().session().model().empty()) {
    return InvalidField("params.session.model", "is required, unless upstream says where");
  }
  return {};
}

}  // namespace

rpc::Begun NewRealtimeSecret(const TypedMethod& method, v1::CreateRealtimeSecretRequest& request,
                             const upstream::Runtime& runtime, const gateway::CallContext& context,
                             gateway::Operation::Observer& observer) {
  if (auto allowed = CheckAllowedAtAll(request, runtime, context); !allowed) return allowed.error();
  const std::string& model = request.params().session().model();
  auto place = request.upstream().empty()
                   ? ByModel(model, request.options().route(), runtime, context)
                   : AtUpstream(request.upstream(), model, runtime, context);
  if (!place) return place.error();
  if (!place->upstream->options().dialect->realtime) {
    return openai::ErrorOf(v1::ERROR_REASON_MODEL_LACKS_FEATURE,
                           "the upstream " + place->upstream->name() + " has no realtime sessions");
  }
  request.set_upstream(place->upstream->name());
  if (!model.empty()) request.mutable_params()->mutable_session()->set_model(place->model);
  return NewTypedCall(method, request, runtime, context, observer);
}

}  // namespace inferwire::endpoints
