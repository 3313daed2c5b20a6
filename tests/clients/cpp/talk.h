// A realtime session by its script.
#pragma once

#include <inferwire/client.h>

#include <nlohmann/json.hpp>

namespace inferwire::clients {

nlohmann::json Talk(client::Client& client, const nlohmann::json& task);

}  // namespace inferwire::clients
