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

}  // namespace

std::vector<rpc::EndpointSpec> RawEndpoints() {
  return {{.service = kService,
           .method = "Invoke",
           .kind = rpc::Kind::kUnary,
           .operation = kOperation,
           .begin = rpc::Begin(BeginInvoke)},
          {.service = kService,
           .method = "StreamInvoke",
           .kind = rpc::Kind::kServerStream,
           .operation = kOperation,
           .begin = rpc::Begin(BeginStreamInvoke)}};
}

}  // namespace inferwire::endpoints
