#include "rpc/batch_service.h"

#include <optional>
#include <utility>

#include "openai/ownership.h"
#include "rpc/acceptor.h"

namespace inferwire::rpc {
namespace {

Error NoStore() {
  Error error;
  error.code = Code::kUnimplemented;
  error.reason = v1::ERROR_REASON_UNSUPPORTED_ENDPOINT;
  error.message = "this gateway keeps no batches: its configuration names no store";
  return error;
}

// As in every other service for what has an owner: callers without an identity may be refused.
std::optional<Error> Refusal(const batch::Service* service, const openai::Runtime& runtime,
                             const openai::CallContext& context) {
  if (!service) return NoStore();
  return runtime.ownership ? runtime.ownership->Refusal(context.owner) : std::nullopt;
}

Endpoint WaitsForNews(Endpoint endpoint) {
  endpoint.waits_for_news = true;
  return endpoint;
}

}  // namespace

template <class Request, auto New>
Endpoint BatchService::Make(std::string_view method, std::string_view type, bool streams,
                            Metrics& metrics) {
  return {kName,
          method,
          type,
          "batches",
          streams,
          metrics.Rpc(type, kName, method),
          metrics.Operation("batches"),
          NewRequest<Request>,
          [](const Message&) -> std::string_view { return ""; },
          [this](Message& message, const openai::Runtime& runtime,
                 const openai::CallContext& context, openai::Operation::Sink& sink) -> Begun {
            if (auto refused = Refusal(service_, runtime, context)) return *std::move(refused);
            if (auto known = CheckOutermost(message); !known) return known.error();
            return New(static_cast<const Request&>(message), *service_, runtime, context, sink);
          }};
}

Endpoint BatchService::MakeCreate(Metrics& metrics) {
  Endpoint endpoint{kName,
                    "CreateBatch",
                    "client_stream",
                    "batches",
                    true,
                    metrics.Rpc("client_stream", kName, "CreateBatch"),
                    metrics.Operation("batches"),
                    NewRequest<v1::CreateBatchRequest>,
                    {}};
  endpoint.begin_intake =
      [this](const openai::Runtime& runtime, const openai::CallContext& context,
             openai::Intake::Sink& sink) -> Result<std::unique_ptr<openai::Intake>> {
    if (auto refused = Refusal(service_, runtime, context)) return *std::move(refused);
    return batch::NewCreateBatch(*service_, runtime, context, sink);
  };
  return endpoint;
}

BatchService::BatchService(Metrics& metrics)
    : create_(MakeCreate(metrics)),
      get_(Make<v1::GetBatchRequest, batch::NewGetBatch>("GetBatch", "unary", false, metrics)),
      list_(Make<v1::ListBatchesRequest, batch::NewListBatches>("ListBatches", "unary", false,
                                                                metrics)),
      cancel_(Make<v1::CancelBatchRequest, batch::NewCancelBatch>("CancelBatch", "unary", false,
                                                                  metrics)),
      delete_(Make<v1::DeleteBatchRequest, batch::NewDeleteBatch>("DeleteBatch", "unary", false,
                                                                  metrics)),
      watch_(WaitsForNews(Make<v1::WatchBatchRequest, batch::NewWatchBatch>(
          "WatchBatch", "server_stream", true, metrics))),
      results_(Make<v1::StreamBatchResultsRequest, batch::NewBatchResults>(
          "StreamBatchResults", "server_stream", true, metrics)) {}

void BatchService::Accept(Loop& loop, std::vector<std::unique_ptr<Tag>>& acceptors) {
  acceptors.push_back(AcceptIntake(loop, create_, grpc_, &Grpc::RequestCreateBatch));
  acceptors.push_back(AcceptSingle<UnaryWire>(loop, get_, grpc_, &Grpc::RequestGetBatch));
  acceptors.push_back(AcceptSingle<UnaryWire>(loop, list_, grpc_, &Grpc::RequestListBatches));
  acceptors.push_back(AcceptSingle<UnaryWire>(loop, cancel_, grpc_, &Grpc::RequestCancelBatch));
  acceptors.push_back(AcceptSingle<UnaryWire>(loop, delete_, grpc_, &Grpc::RequestDeleteBatch));
  acceptors.push_back(AcceptSingle<WriterWire>(loop, watch_, grpc_, &Grpc::RequestWatchBatch));
  acceptors.push_back(
      AcceptSingle<WriterWire>(loop, results_, grpc_, &Grpc::RequestStreamBatchResults));
}

}  // namespace inferwire::rpc
