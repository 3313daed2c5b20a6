#include "endpoints/raw/registration.h"

#include <string_view>

#include "endpoints/raw/raw.h"
#include "rpc/begin.h"

namespace inferwire::endpoints {
namespace {

constexpr std::string_view kService = "inferwire.v1.RawService";
constexpr std::string_view kOperation = "raw";

rpc::Begun BeginInvoke(v1::InvokeRequest& request, const upstream::Runtime& runtime,
                       const gateway::CallContext& context,
                       gateway::Operation::Observer& observer) {
  return NewRawCall(*request.mutable_call(), request.options(), runtime, context, observer);
}

rpc::Begun BeginStreamInvoke(v1::StreamInvokeRequest& request, const upstream::Runtime& runtime,
                             const gateway::CallContext& context,
                             gateway::Operation::Observer& observer) {
  return NewRawStream(*request.mutable_call(), request.options(), runtime, context, observer);
}

template <class Response, class Request>
rpc::BeginSingle BeginRaw(rpc::NewOperation<Request> make) {
  rpc::BeginSingle begin = rpc::Begin(make);
  rpc::TakeKeys<Request, Response>(begin);
  return begin;
}

}  // namespace

std::vector<rpc::EndpointSpec> RawEndpoints() {
  return {{.service = kService,
           .method = "Invoke",
           .kind = rpc::Kind::kUnary,
           .operation = kOperation,
           .begin = BeginRaw<v1::InvokeResponse>(BeginInvoke)},
          {.service = kService,
           .method = "StreamInvoke",
           .kind = rpc::Kind::kServerStream,
           .operation = kOperation,
           .begin = BeginRaw<v1::StreamInvokeResponse>(BeginStreamInvoke)}};
}

}  // namespace inferwire::endpoints
