#include "endpoints/keys/registration.h"

#include "endpoints/directory/query.h"
#include "endpoints/keys/key_calls.h"

namespace inferwire::endpoints {

std::vector<rpc::EndpointSpec> KeysEndpoints(const DirectoryBackend& backend) {
  const auto unary = [](std::string_view method, rpc::BeginSingle begin) {
    rpc::EndpointSpec spec;
    spec.service = "inferwire.v1.KeysService";
    spec.method = method;
    spec.kind = rpc::Kind::kUnary;
    spec.operation = "admin";
    spec.begin = std::move(begin);
    return spec;
  };
  return {unary("CreateKey", BeginInDirectory(backend, NewCreateKey)),
          unary("RotateKey", BeginInDirectory(backend, NewRotateKey)),
          unary("RevokeKey", BeginInDirectory(backend, NewRevokeKey)),
          unary("UpdateKey", BeginInDirectory(backend, NewUpdateKey)),
          unary("GetKey", BeginInDirectory(backend, NewGetKey)),
          unary("ListKeys", BeginInDirectory(backend, NewListKeys))};
}

}  // namespace inferwire::endpoints
