// What the configuration and the catalogue say that a provider allows one key.
#pragma once

#include <memory>
#include <string>

#include "app/router_builder.h"
#include "config/config.h"
#include "upstream/key_limits.h"

namespace inferwire::app {

// Null: nothing is said. key: its name in the pool; empty: the only one. The error says that there
// are more meters than may be.
Result<std::shared_ptr<const upstream::KeyLimits>> MakeKeyLimits(
    const config::UpstreamConfig& upstream, const std::string& key, const config::Config& config,
    const RouterParts& parts);

}  // namespace inferwire::app
