// The calls that cases name.
#pragma once

#include <inferwire/client.h>

#include <nlohmann/json.hpp>
#include <string>

namespace inferwire::clients {

nlohmann::json Run(client::Client& client, const std::string& call, const nlohmann::json& task);

}  // namespace inferwire::clients
