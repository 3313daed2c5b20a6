// Any RPC by its name, with its messages in protobuf's JSON form.
#pragma once

#include <inferwire/client.h>

#include <nlohmann/json.hpp>

namespace inferwire::clients {

nlohmann::json ToJson(const google::protobuf::Message& message);
nlohmann::json Rpc(client::Client& client, const nlohmann::json& task);
nlohmann::json RpcStream(client::Client& client, const nlohmann::json& task);

}  // namespace inferwire::clients
