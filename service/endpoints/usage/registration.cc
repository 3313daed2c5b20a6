#include "endpoints/usage/registration.h"

#include <string_view>

#include "endpoints/usage/operations.h"
#include "rpc/begin.h"

namespace inferwire::endpoints {
namespace {

constexpr std::string_view kService = "inferwire.v1.UsageService";
constexpr std::string_view kOperation = "usage";
// Who may do anything may know what it came to.
constexpr std::string_view kAccess = "models";

Error NoSums() {
  Error error;
  error.code = Code::kFailedPrecondition;
  error.reason = v1::ERROR_REASON_WRONG_STATE;
  error.origin = Origin::kGateway;
  error.message =
      "this gateway keeps no sums of usage: its configuration names no ledger (ledger.path), or no "
      "store to add it up in (store)";
  return error;
}

template <class Request>
rpc::BeginSingle Begin(const UsageBackend* backend,
                       Begun (*make)(const Request&, const UsageBackend&, const upstream::Runtime&,
                                     const gateway::CallContext&, gateway::Operation::Observer&)) {
  return {.new_request = rpc::NewRequest<Request>,
          .operation = [backend, make](rpc::Message& message, const upstream::Runtime& runtime,
                                       const gateway::CallContext& context,
                                       gateway::Operation::Observer& observer) -> Begun {
            if (!backend) return NoSums();
            if (auto known = codec::RefuseUnknownFields(message); !known) return known.error();
            return make(static_cast<const Request&>(message), *backend, runtime, context, observer);
          }};
}

}  // namespace

std::vector<rpc::EndpointSpec> UsageEndpoints(const UsageBackend* backend) {
  return {{.service = kService,
           .method = "GetLimits",
           .kind = rpc::Kind::kUnary,
           .operation = kOperation,
           .access = kAccess,
           .begin = rpc::Begin(NewGetLimits),
           .answered_here = true,
           .for_viewers = true},
          {.service = kService,
           .method = "QueryUsage",
           .kind = rpc::Kind::kUnary,
           .operation = kOperation,
           .access = kAccess,
           .begin = Begin(backend, NewQueryUsage),
           .booked = false,
           .unmetered = true,
           .for_viewers = true},
          {.service = kService,
           .method = "ExportUsage",
           .kind = rpc::Kind::kServerStream,
           .operation = kOperation,
           .access = kAccess,
           .begin = Begin(backend, NewExportUsage),
           .booked = false,
           .unmetered = true,
           .for_viewers = true}};
}

}  // namespace inferwire::endpoints
