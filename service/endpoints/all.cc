#include "endpoints/all.h"

#include <iterator>
#include <utility>

#include "endpoints/batches/registration.h"
#include "endpoints/chat/registration.h"
#include "endpoints/files/registration.h"
#include "endpoints/models/registration.h"
#include "endpoints/raw/registration.h"
#include "endpoints/realtime/registration.h"
#include "endpoints/routes/registration.h"
#include "endpoints/typed/registration.h"
#include "endpoints/usage/registration.h"

namespace inferwire::endpoints {

std::vector<rpc::EndpointSpec> All(const BatchBackend* batches, const UsageBackend* usage) {
  std::vector<rpc::EndpointSpec> all;
  for (auto& room :
       {ChatEndpoints(), FilesEndpoints(), RawEndpoints(), ModelsEndpoints(), RoutesEndpoints(),
        TypedEndpoints(), RealtimeEndpoints(), BatchesEndpoints(batches), UsageEndpoints(usage)}) {
    all.insert(all.end(), room.begin(), room.end());
  }
  return all;
}

}  // namespace inferwire::endpoints
