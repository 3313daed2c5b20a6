#include "endpoints/models/operations.h"

#include <utility>

#include "codec/encode.h"
#include "endpoints/models/compare.h"
#include "endpoints/models/list_models.h"
#include "endpoints/shared/known_answer.h"

namespace inferwire::endpoints {
namespace {

template <class Request, class Response>
Begun Answer(Result<Response> (*make)(const Request&, const upstream::Router&),
             const Request& request, const upstream::Runtime& runtime,
             const gateway::CallContext& context, gateway::Operation::Observer& observer) {
  if (auto known = codec::RefuseUnknownFields(request); !known) return known.error();
  auto response = make(request, runtime.router);
  if (!response) return response.error();
  return NewKnownAnswer(std::move(*response), context, observer);
}

}  // namespace

Begun NewListModels(const v1::ListModelsRequest& request, const upstream::Runtime& runtime,
                    const gateway::CallContext& context, gateway::Operation::Observer& observer) {
  return Answer(ListModels, request, runtime, context, observer);
}

Begun NewGetModel(const v1::GetModelRequest& request, const upstream::Runtime& runtime,
                  const gateway::CallContext& context, gateway::Operation::Observer& observer) {
  return Answer(GetModel, request, runtime, context, observer);
}

Begun NewCompareModels(const v1::CompareModelsRequest& request, const upstream::Runtime& runtime,
                       const gateway::CallContext& context,
                       gateway::Operation::Observer& observer) {
  return Answer(CompareModels, request, runtime, context, observer);
}

}  // namespace inferwire::endpoints
