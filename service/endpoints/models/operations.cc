#include "endpoints/models/operations.h"

#include <utility>

#include "codec/encode.h"
#include "endpoints/models/compare.h"
#include "endpoints/models/known_models_operation.h"
#include "endpoints/models/list_models.h"
#include "endpoints/shared/caller_access.h"
#include "tenancy/principal.h"

namespace inferwire::endpoints {
namespace {

// Null: it may use all.
const tenancy::Access* AccessOf(const gateway::CallContext& context) {
  return RestrictsModels(context) ? &context.principal->access : nullptr;
}

class List final : public KnownModelsOperation {
 public:
  List(const v1::ListModelsRequest& request, const upstream::Runtime& runtime,
       const gateway::CallContext& context, gateway::Operation::Observer& observer)
      : KnownModelsOperation(runtime, context, observer),
        request_(request),
        page_(ModelPage::Of(request_, router(), AccessOf(context))) {}

  Result<void> Check() const { return page_ ? Result<void>() : Result<void>(page_.error()); }

 private:
  bool Work(const upstream::KnownModels& known) override {
    if (page_->Step(known)) return true;
    AnswerWith(page_->Finish(known));
    return false;
  }

  const v1::ListModelsRequest request_;
  Result<ModelPage> page_;
};

// One whose answer is a function of the request and the list.
template <class Request, class Function>
class AtOnce final : public KnownModelsOperation {
 public:
  AtOnce(const Request& request, Function make, const upstream::Runtime& runtime,
         const gateway::CallContext& context, gateway::Operation::Observer& observer)
      : KnownModelsOperation(runtime, context, observer),
        request_(request),
        access_(AccessOf(context)),
        make_(std::move(make)) {}

 private:
  bool Work(const upstream::KnownModels& known) override {
    AnswerWith(make_(request_, known, router(), access_));
    return false;
  }

  const Request request_;
  const tenancy::Access* const access_;  // the call's, which outlives this
  const Function make_;
};

template <class Request, class Function>
Begun NewAtOnce(const Request& request, Function make, const upstream::Runtime& runtime,
                const gateway::CallContext& context, gateway::Operation::Observer& observer) {
  if (auto known = codec::RefuseUnknownFields(request); !known) return known.error();
  return std::unique_ptr<gateway::Operation>(std::make_unique<AtOnce<Request, Function>>(
      request, std::move(make), runtime, context, observer));
}

}  // namespace

Begun NewListModels(const v1::ListModelsRequest& request, const upstream::Runtime& runtime,
                    const gateway::CallContext& context, gateway::Operation::Observer& observer) {
  if (auto known = codec::RefuseUnknownFields(request); !known) return known.error();
  auto list = std::make_unique<List>(request, runtime, context, observer);
  if (auto good = list->Check(); !good) return good.error();
  return std::unique_ptr<gateway::Operation>(std::move(list));
}

Begun NewGetModel(const v1::GetModelRequest& request, const upstream::Runtime& runtime,
                  const gateway::CallContext& context, gateway::Operation::Observer& observer) {
  return NewAtOnce(request, GetModel, runtime, context, observer);
}

Begun NewCompareModels(const v1::CompareModelsRequest& request, const upstream::Runtime& runtime,
                       const gateway::CallContext& context,
                       gateway::Operation::Observer& observer) {
  const auto compare = [](const v1::CompareModelsRequest& models,
                          const upstream::KnownModels& known, const upstream::Router& router,
                          const tenancy::Access*) { return CompareModels(models, known, router); };
  return NewAtOnce(request, compare, runtime, context, observer);
}

}  // namespace inferwire::endpoints
