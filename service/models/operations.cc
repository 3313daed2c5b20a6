#include "models/operations.h"

#include <utility>

#include "codec/encode.h"
#include "models/compare.h"
#include "models/list_models.h"

namespace inferwire::models {
namespace {

// An answer that is there already.
template <class Response>
class LocalAnswer final : public openai::Operation {
 public:
  LocalAnswer(Response response, const openai::CallContext& context, Sink& sink)
      : response_(std::move(response)), sink_(sink) {
    report_.request_id = context.request_id;
  }

  void Start() override {
    report_.finished = true;
    sink_.OnMessage(response_);
    sink_.OnEnd(std::nullopt);
  }
  void Resume() override {}
  const openai::Report& report() const override { return report_; }

 private:
  Response response_;
  Sink& sink_;
  openai::Report report_;
};

template <class Request, class Response>
Begun Answer(Result<Response> (*make)(const Request&, const openai::Routes&),
             const Request& request, const openai::Runtime& runtime,
             const openai::CallContext& context, openai::Operation::Sink& sink) {
  if (auto known = codec::RefuseUnknownFields(request); !known) return known.error();
  auto response = make(request, runtime.routes);
  if (!response) return response.error();
  return std::unique_ptr<openai::Operation>(
      std::make_unique<LocalAnswer<Response>>(std::move(*response), context, sink));
}

}  // namespace

Begun NewListModels(const v1::ListModelsRequest& request, const openai::Runtime& runtime,
                    const openai::CallContext& context, openai::Operation::Sink& sink) {
  return Answer(ListModels, request, runtime, context, sink);
}

Begun NewGetModel(const v1::GetModelRequest& request, const openai::Runtime& runtime,
                  const openai::CallContext& context, openai::Operation::Sink& sink) {
  return Answer(GetModel, request, runtime, context, sink);
}

Begun NewCompareModels(const v1::CompareModelsRequest& request, const openai::Runtime& runtime,
                       const openai::CallContext& context, openai::Operation::Sink& sink) {
  return Answer(CompareModels, request, runtime, context, sink);
}

}  // namespace inferwire::models
