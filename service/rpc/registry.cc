#include "rpc/registry.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "rpc/operation_call.h"

namespace inferwire::rpc {

Machine MachineOf(const EndpointSpec& spec) {
  return spec.machine ? spec.machine : &OperationCall::Serve;
}

Registry::Registry(std::vector<EndpointSpec> specs, telemetry::Metrics& metrics) {
  endpoints_.reserve(specs.size());
  for (EndpointSpec& spec : specs) endpoints_.emplace_back(std::move(spec), metrics);
}

std::vector<std::string> Registry::ServiceNames() const {
  std::vector<std::string> names;
  for (const Endpoint& endpoint : endpoints_) {
    if (std::ranges::find(names, endpoint.service) == names.end()) {
      names.emplace_back(endpoint.service);
    }
  }
  return names;
}

Routes Registry::RoutesOn(Loop& loop) const {
  Routes routes;
  for (const Endpoint& endpoint : endpoints_) {
    const std::string path =
        "/" + std::string(endpoint.service) + "/" + std::string(endpoint.method);
    auto begin = [&loop, &endpoint, machine = MachineOf(endpoint)](std::unique_ptr<Wire> wire) {
      machine(loop.services(), endpoint, std::move(wire));
    };
    routes.emplace(path, Route{endpoint.kind, std::move(begin)});
  }
  return routes;
}

}  // namespace inferwire::rpc
