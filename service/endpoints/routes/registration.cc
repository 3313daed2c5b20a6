#include "endpoints/routes/registration.h"

#include <string_view>

#include "endpoints/routes/operations.h"
#include "rpc/begin.h"

namespace inferwire::endpoints {
namespace {

constexpr std::string_view kService = "inferwire.v1.RoutesService";
constexpr std::string_view kAdmin = "inferwire.v1.RouteAdminService";
constexpr std::string_view kOperation = "routes";
constexpr std::string_view kAdminAccess = "route_admin";

}  // namespace

std::vector<rpc::EndpointSpec> RoutesEndpoints() {
  return {{.service = kService,
           .method = "ListRoutes",
           .kind = rpc::Kind::kUnary,
           .operation = kOperation,
           .begin = rpc::Begin(NewListRoutes),
           .answered_here = true},
          {.service = kService,
           .method = "ExplainRoute",
           .kind = rpc::Kind::kUnary,
           .operation = kOperation,
           .begin = rpc::Begin(NewExplainRoute),
           .answered_here = true},
          {.service = kAdmin,
           .method = "Drain",
           .kind = rpc::Kind::kUnary,
           .operation = kOperation,
           .access = kAdminAccess,
           .begin = rpc::Begin(NewDrain),
           .answered_here = true},
          {.service = kAdmin,
           .method = "Undrain",
           .kind = rpc::Kind::kUnary,
           .operation = kOperation,
           .access = kAdminAccess,
           .begin = rpc::Begin(NewUndrain),
           .answered_here = true},
          {.service = kAdmin,
           .method = "Reset",
           .kind = rpc::Kind::kUnary,
           .operation = kOperation,
           .access = kAdminAccess,
           .begin = rpc::Begin(NewReset),
           .answered_here = true}};
}

}  // namespace inferwire::endpoints
