#include "endpoints/batches/registration.h"

#include <optional>
#include <string_view>
#include <utility>

#include "gateway/ownership.h"
#include "rpc/begin.h"

namespace inferwire::endpoints {
namespace {

constexpr std::string_view kService = "inferwire.v1.BatchesService";
constexpr std::string_view kOperation = "batches";

Error NoStore() {
  Error error;
  error.code = Code::kUnimplemented;
  error.reason = v1::ERROR_REASON_UNSUPPORTED_ENDPOINT;
  error.message = "this gateway keeps no batches: its configuration names no store";
  return error;
}

// As in every other service for what has an owner: callers without an identity may be refused.
std::optional<Error> Refusal(const BatchBackend* backend, const upstream::Runtime& runtime,
                             const gateway::CallContext& context) {
  if (!backend) return NoStore();
  return runtime.ownership ? runtime.ownership->Refusal(context.owner) : std::nullopt;
}

template <class Request>
rpc::BeginSingle Begin(const BatchBackend* backend,
                       Begun (*make)(const Request&, const BatchBackend&, const upstream::Runtime&,
                                     const gateway::CallContext&, gateway::Operation::Observer&)) {
  return {.new_request = rpc::NewRequest<Request>,
          .operation = [backend, make](rpc::Message& message, const upstream::Runtime& runtime,
                                       const gateway::CallContext& context,
                                       gateway::Operation::Observer& observer) -> Begun {
            if (auto refused = Refusal(backend, runtime, context)) return *std::move(refused);
            if (auto known = rpc::CheckOutermost(message); !known) return known.error();
            return make(static_cast<const Request&>(message), *backend, runtime, context, observer);
          }};
}

rpc::BeginClientStream BeginCreate(const BatchBackend* backend) {
  return {
      .new_request = rpc::NewRequest<v1::CreateBatchRequest>,
      .operation = [backend](const upstream::Runtime& runtime, const gateway::CallContext& context,
                             gateway::ClientStream::Observer& observer) -> rpc::ClientStreamBegun {
        if (auto refused = Refusal(backend, runtime, context)) return *std::move(refused);
        return NewCreateBatch(*backend, runtime, context, observer);
      }};
}

}  // namespace

// All but CreateBatch cost nothing: whoever has spent his budget may still stop a batch and read
// what he has paid for.
std::vector<rpc::EndpointSpec> BatchesEndpoints(const BatchBackend* backend) {
  return {{.service = kService,
           .method = "CreateBatch",
           .kind = rpc::Kind::kClientStream,
           .operation = kOperation,
           .begin_client_stream = BeginCreate(backend),
           .booked = false},
          {.service = kService,
           .method = "GetBatch",
           .kind = rpc::Kind::kUnary,
           .operation = kOperation,
           .begin = Begin(backend, NewGetBatch),
           .booked = false,
           .unmetered = true},
          {.service = kService,
           .method = "ListBatches",
           .kind = rpc::Kind::kUnary,
           .operation = kOperation,
           .begin = Begin(backend, NewListBatches),
           .booked = false,
           .unmetered = true},
          {.service = kService,
           .method = "CancelBatch",
           .kind = rpc::Kind::kUnary,
           .operation = kOperation,
           .begin = Begin(backend, NewCancelBatch),
           .booked = false,
           .unmetered = true},
          {.service = kService,
           .method = "DeleteBatch",
           .kind = rpc::Kind::kUnary,
           .operation = kOperation,
           .begin = Begin(backend, NewDeleteBatch),
           .booked = false,
           .unmetered = true},
          {.service = kService,
           .method = "WatchBatch",
           .kind = rpc::Kind::kServerStream,
           .operation = kOperation,
           .begin = Begin(backend, NewWatchBatch),
           .booked = false,
           .unmetered = true,
           .waits_for_news = true},
          {.service = kService,
           .method = "StreamBatchResults",
           .kind = rpc::Kind::kServerStream,
           .operation = kOperation,
           .begin = Begin(backend, NewBatchResults),
           .booked = false,
           .unmetered = true}};
}

}  // namespace inferwire::endpoints
