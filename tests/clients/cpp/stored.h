// The calls of batches and models.
#pragma once

#include <inferwire/client.h>

#include <nlohmann/json.hpp>

namespace inferwire::clients {

nlohmann::json Batch(client::Client& client, const nlohmann::json& task);
nlohmann::json DeleteBatch(client::Client& client, const nlohmann::json& task);
nlohmann::json Models(client::Client& client, const nlohmann::json& task);
nlohmann::json Model(client::Client& client, const nlohmann::json& task);
nlohmann::json Compare(client::Client& client, const nlohmann::json& task);
nlohmann::json Estimate(client::Client& client, const nlohmann::json& task);

}  // namespace inferwire::clients
