// Calls whose request is a file, or several.
#pragma once

#include <inferwire/client.h>

#include <nlohmann/json.hpp>

namespace inferwire::clients {

nlohmann::json Upload(client::Client& client, const nlohmann::json& task);

}  // namespace inferwire::clients
