// The calls that cases name.
#pragma once

#include <llmgate/client.h>

#include <nlohmann/json.hpp>
#include <string>

namespace llmgate::clients {

nlohmann::json Run(client::Client& client, const std::string& call, const nlohmann::json& task);

}  // namespace llmgate::clients
