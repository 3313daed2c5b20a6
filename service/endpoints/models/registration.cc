#include "endpoints/models/registration.h"

#include <string_view>

#include "endpoints/models/operations.h"
#include "rpc/begin.h"

namespace inferwire::endpoints {
namespace {

constexpr std::string_view kService = "inferwire.v1.ModelsService";
constexpr std::string_view kOperation = "models";

}  // namespace

std::vector<rpc::EndpointSpec> ModelsEndpoints() {
  return {{.service = kService,
           .method = "ListModels",
           .kind = rpc::Kind::kUnary,
           .operation = kOperation,
           .begin = rpc::Begin(NewListModels),
           .answered_here = true},
          {.service = kService,
           .method = "GetModel",
           .kind = rpc::Kind::kUnary,
           .operation = kOperation,
           .begin = rpc::Begin(NewGetModel),
           .answered_here = true},
          {.service = kService,
           .method = "CompareModels",
           .kind = rpc::Kind::kUnary,
           .operation = kOperation,
           .begin = rpc::Begin(NewCompareModels),
           .answered_here = true},
          {.service = kService,
           .method = "Estimate",
           .kind = rpc::Kind::kUnary,
           .operation = kOperation,
           .begin = rpc::Begin(NewEstimate),
           .answered_here = true}};
}

}  // namespace inferwire::endpoints
