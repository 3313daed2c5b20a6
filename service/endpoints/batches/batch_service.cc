#include "endpoints/batches/batch_service.h"

#include <optional>
#include <utility>

#include "gateway/ownership.h"
#include "rpc/acceptor.h"

namespace inferwire::endpoints {
namespace {

Error NoStore() {
  Error error;
  error.code = Code::kUnimplemented;
  error.reason = v1::ERROR_REASON_UNSUPPORTED_ENDPOINT;
  error.message = "this gateway keeps no batches: its configuration names no store";
  return error;
}

// As in every other service for what has an owner: callers without an identity may be refused.
std::optional<Error> Refusal(const BatchBackend* service, const upstream::Runtime& runtime,
                             const gateway::CallContext& context) {
  if (!service) return NoStore();
  return runtime.ownership ? runtime.ownership->Refusal(context.owner) : std::nullopt;
}

rpc::Endpoint WaitsForNews(rpc::Endpoint endpoint) {
  endpoint.waits_for_news = true;
  return endpoint;
}

}  // namespace

template <class Request, auto New>
rpc::Endpoint BatchService::Make(std::string_view method, std::string_view type, bool streams,
                                 telemetry::Metrics& metrics) {
  return {kName,
          method,
          type,
          "batches",
          streams,
          metrics.Rpc(type, kName, method),
          metrics.Operation("batches"),
          rpc::NewRequest<Request>,
          [](const rpc::Message&) -> std::string_view { return ""; },
          [this](rpc::Message& message, const upstream::Runtime& runtime,
                 const gateway::CallContext& context, gateway::Operation::Sink& sink) -> Begun {
            if (auto refused = Refusal(service_, runtime, context)) return *std::move(refused);
            if (auto known = rpc::CheckOutermost(message); !known) return known.error();
            return New(static_cast<const Request&>(message), *service_, runtime, context, sink);
          }};
}

rpc::Endpoint BatchService::MakeCreate(telemetry::Metrics& metrics) {
  rpc::Endpoint endpoint{kName,
                         "CreateBatch",
                         "client_stream",
                         "batches",
                         true,
                         metrics.Rpc("client_stream", kName, "CreateBatch"),
                         metrics.Operation("batches"),
                         rpc::NewRequest<v1::CreateBatchRequest>,
                         {}};
  endpoint.begin_client_stream =
      [this](const upstream::Runtime& runtime, const gateway::CallContext& context,
             gateway::ClientStream::Sink& sink) -> Result<std::unique_ptr<gateway::ClientStream>> {
    if (auto refused = Refusal(service_, runtime, context)) return *std::move(refused);
    return NewCreateBatch(*service_, runtime, context, sink);
  };
  return endpoint;
}

BatchService::BatchService(telemetry::Metrics& metrics)
    : create_(MakeCreate(metrics)),
      get_(Make<v1::GetBatchRequest, NewGetBatch>("GetBatch", "unary", false, metrics)),
      list_(Make<v1::ListBatchesRequest, NewListBatches>("ListBatches", "unary", false, metrics)),
      cancel_(Make<v1::CancelBatchRequest, NewCancelBatch>("CancelBatch", "unary", false, metrics)),
      delete_(Make<v1::DeleteBatchRequest, NewDeleteBatch>("DeleteBatch", "unary", false, metrics)),
      watch_(WaitsForNews(Make<v1::WatchBatchRequest, NewWatchBatch>("WatchBatch", "server_stream",
                                                                     true, metrics))),
      results_(Make<v1::StreamBatchResultsRequest, NewBatchResults>(
          "StreamBatchResults", "server_stream", true, metrics)) {}

void BatchService::Accept(rpc::Loop& loop, std::vector<std::unique_ptr<rpc::Tag>>& acceptors) {
  acceptors.push_back(rpc::AcceptClientStream(loop, create_, grpc_, &Grpc::RequestCreateBatch));
  acceptors.push_back(rpc::AcceptSingle<rpc::UnaryWire>(loop, get_, grpc_, &Grpc::RequestGetBatch));
  acceptors.push_back(
      rpc::AcceptSingle<rpc::UnaryWire>(loop, list_, grpc_, &Grpc::RequestListBatches));
  acceptors.push_back(
      rpc::AcceptSingle<rpc::UnaryWire>(loop, cancel_, grpc_, &Grpc::RequestCancelBatch));
  acceptors.push_back(
      rpc::AcceptSingle<rpc::UnaryWire>(loop, delete_, grpc_, &Grpc::RequestDeleteBatch));
  acceptors.push_back(
      rpc::AcceptSingle<rpc::WriterWire>(loop, watch_, grpc_, &Grpc::RequestWatchBatch));
  acceptors.push_back(
      rpc::AcceptSingle<rpc::WriterWire>(loop, results_, grpc_, &Grpc::RequestStreamBatchResults));
}

}  // namespace inferwire::endpoints
