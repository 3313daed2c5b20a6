#include "endpoints/routes/operations.h"

#include <utility>

#include "codec/encode.h"
#include "endpoints/routes/explain_route.h"
#include "endpoints/routes/list_routes.h"
#include "endpoints/routes/route_admin.h"
#include "endpoints/shared/known_answer.h"

namespace inferwire::endpoints {
namespace {

template <class Request, class Response>
Begun Answer(Result<Response> (*make)(const Request&, const upstream::Router&, SteadyTime),
             const Request& request, const upstream::Runtime& runtime,
             const gateway::CallContext& context, gateway::Operation::Observer& observer) {
  if (auto known = codec::RefuseUnknownFields(request); !known) return known.error();
  auto response = make(request, runtime.router, runtime.timers.Now());
  if (!response) return response.error();
  return NewKnownAnswer(std::move(*response), context, observer);
}

}  // namespace

Begun NewListRoutes(const v1::ListRoutesRequest& request, const upstream::Runtime& runtime,
                    const gateway::CallContext& context, gateway::Operation::Observer& observer) {
  return Answer(ListRoutes, request, runtime, context, observer);
}

Begun NewExplainRoute(const v1::ExplainRouteRequest& request, const upstream::Runtime& runtime,
                      const gateway::CallContext& context, gateway::Operation::Observer& observer) {
  if (auto known = codec::RefuseUnknownFields(request); !known) return known.error();
  auto response = ExplainRoute(request, runtime, context);
  if (!response) return response.error();
  return NewKnownAnswer(std::move(*response), context, observer);
}

Begun NewDrain(const v1::DrainRequest& request, const upstream::Runtime& runtime,
               const gateway::CallContext& context, gateway::Operation::Observer& observer) {
  return Answer(Drain, request, runtime, context, observer);
}

Begun NewUndrain(const v1::UndrainRequest& request, const upstream::Runtime& runtime,
                 const gateway::CallContext& context, gateway::Operation::Observer& observer) {
  return Answer(Undrain, request, runtime, context, observer);
}

Begun NewReset(const v1::ResetRequest& request, const upstream::Runtime& runtime,
               const gateway::CallContext& context, gateway::Operation::Observer& observer) {
  return Answer(Reset, request, runtime, context, observer);
}

}  // namespace inferwire::endpoints
