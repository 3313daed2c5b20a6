#include "endpoints/models/operations.h"

#include <utility>

#include "codec/encode.h"
#include "endpoints/models/compare.h"
#include "endpoints/models/list_models.h"

namespace inferwire::endpoints {
namespace {

// An answer that is there already.
template <class Response>
class LocalAnswer final : public gateway::Operation {
 public:
  LocalAnswer(Response response, const gateway::CallContext& context, Sink& sink)
      : response_(std::move(response)), sink_(sink) {
    stats_.request_id = context.request_id;
  }

  void Start() override {
    stats_.finished = true;
    sink_.OnMessage(response_);
    sink_.OnEnd(std::nullopt);
  }
  void Resume() override {}
  const gateway::CallStats& stats() const override { return stats_; }

 private:
  Response response_;
  Sink& sink_;
  gateway::CallStats stats_;
};

template <class Request, class Response>
Begun Answer(Result<Response> (*make)(const Request&, const upstream::Router&),
             const Request& request, const upstream::Runtime& runtime,
             const gateway::CallContext& context, gateway::Operation::Sink& sink) {
  if (auto known = codec::RefuseUnknownFields(request); !known) return known.error();
  auto response = make(request, runtime.router);
  if (!response) return response.error();
  return std::unique_ptr<gateway::Operation>(
      std::make_unique<LocalAnswer<Response>>(std::move(*response), context, sink));
}

}  // namespace

Begun NewListModels(const v1::ListModelsRequest& request, const upstream::Runtime& runtime,
                    const gateway::CallContext& context, gateway::Operation::Sink& sink) {
  return Answer(ListModels, request, runtime, context, sink);
}

Begun NewGetModel(const v1::GetModelRequest& request, const upstream::Runtime& runtime,
                  const gateway::CallContext& context, gateway::Operation::Sink& sink) {
  return Answer(GetModel, request, runtime, context, sink);
}

Begun NewCompareModels(const v1::CompareModelsRequest& request, const upstream::Runtime& runtime,
                       const gateway::CallContext& context, gateway::Operation::Sink& sink) {
  return Answer(CompareModels, request, runtime, context, sink);
}

}  // namespace inferwire::endpoints
