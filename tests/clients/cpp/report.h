// What a call brought, in the form that the cases expect.
#pragma once

#include <inferwire/client.h>

#include <nlohmann/json.hpp>

namespace inferwire::clients {

using json = nlohmann::json;

json SeenText(const std::string& text);
json SeenBytes(const google::protobuf::Message& message);
json SeenUsage(const v1::Usage& usage);
json SeenGateway(const v1::GatewayInfo& gateway);
json SeenCompletion(const v1::ChatCompletion& completion);
json SeenError(const client::Error& error);
json SeenProgress(const client::ManyProgress& progress);

}  // namespace inferwire::clients
