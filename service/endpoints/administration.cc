#include "endpoints/administration.h"

#include <utility>

#include "endpoints/keys/registration.h"
#include "endpoints/tenants/registration.h"

namespace inferwire::endpoints {

std::vector<rpc::EndpointSpec> Administration(const DirectoryBackend& directory) {
  std::vector<rpc::EndpointSpec> all = KeysEndpoints(directory);
  for (rpc::EndpointSpec& spec : TenantsEndpoints(directory)) all.push_back(std::move(spec));
  return all;
}

}  // namespace inferwire::endpoints
