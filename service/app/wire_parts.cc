#include "app/wire_parts.h"

#include <random>
#include <utility>

#include "rpc/reflection.h"

namespace inferwire::app {

uint64_t NewSeed() {
  std::random_device seeds;
  return (uint64_t{seeds()} << 32) | seeds();
}

rpc::Routes RoutesOn(const WireParts& parts, rpc::Loop& loop) {
  rpc::Routes routes = parts.registry.RoutesOn(loop);
  parts.health.AddRoutes(loop, routes);
  if (!parts.server.reflection) return routes;
  auto services = parts.registry.ServiceNames();
  services.emplace_back(rpc::HealthService::kName);
  rpc::AddReflection(std::move(services), routes);
  return routes;
}

}  // namespace inferwire::app
