#include "endpoints/models/operations.h"

#include <utility>

#include "codec/encode.h"
#include "endpoints/models/compare.h"
#include "endpoints/models/list_models.h"
#include "endpoints/shared/caller_access.h"
#include "endpoints/shared/known_answer.h"
#include "tenancy/principal.h"

namespace inferwire::endpoints {
namespace {

template <class Request, class Make>
Begun Answer(Make&& make, const Request& request, const upstream::Runtime& runtime,
             const gateway::CallContext& context, gateway::Operation::Observer& observer) {
  if (auto known = codec::RefuseUnknownFields(request); !known) return known.error();
  const tenancy::Access* const access =
      RestrictsModels(context) ? &context.principal->access : nullptr;
  auto response = make(request, runtime.router, access);
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
  const auto compare = [](const v1::CompareModelsRequest& models, const upstream::Router& router,
                          const tenancy::Access*) { return CompareModels(models, router); };
  return Answer(compare, request, runtime, context, observer);
}

}  // namespace inferwire::endpoints
