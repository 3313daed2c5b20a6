#include "endpoints/realtime/registration.h"

#include "endpoints/realtime/session.h"
#include "inferwire/v1/realtime_service.pb.h"
#include "rpc/begin.h"

namespace inferwire::endpoints {

std::vector<rpc::EndpointSpec> RealtimeEndpoints() {
  return {{.service = "inferwire.v1.RealtimeService",
           .method = "Connect",
           .kind = rpc::Kind::kBidiStream,
           .operation = "realtime",
           .begin_client_stream = {
               .new_request = rpc::NewRequest<v1::ConnectRequest>,
               .model = [](const rpc::Message& first) -> std::string_view {
                 return static_cast<const v1::ConnectRequest&>(first).start().model();
               },
               .options = [](const rpc::Message& first) -> const v1::CallOptions* {
                 return &static_cast<const v1::ConnectRequest&>(first).start().options();
               },
               .operation = NewRealtimeSession},
           .session = true}};
}

}  // namespace inferwire::endpoints
