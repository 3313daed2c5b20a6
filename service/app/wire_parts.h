// What the server of the wire is made of.
#pragma once

#include <memory>
#include <optional>

#include "config/config.h"
#include "rpc/connection_closer.h"
#include "rpc/health.h"
#include "rpc/loop.h"
#include "rpc/registry.h"
#include "rpc/routes.h"

namespace inferwire::app {

// All of it outlives the server.
struct WireParts {
  const config::ServerConfig& server;
  const std::optional<config::TlsConfig>& tls;
  rpc::Registry& registry;
  rpc::HealthService& health;
  const rpc::LoopShared& loop_shared;
  std::shared_ptr<const rpc::Settings> settings;
  rpc::ConnectionCloser& closer;
  int loops = 1;
};

// For what is random on one loop.
uint64_t NewSeed();
// Everything that is served: endpoints, health and, if it is wanted, reflection.
rpc::Routes RoutesOn(const WireParts& parts, rpc::Loop& loop);

}  // namespace inferwire::app
