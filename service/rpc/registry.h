// The endpoints of a server, and the machines that serve their calls.
#pragma once

#include <string>
#include <vector>

#include "rpc/endpoint.h"
#include "rpc/loop.h"
#include "rpc/routes.h"

namespace inferwire::rpc {

// What serves the endpoint's calls: its own machine, or the one of all that run one operation.
Machine MachineOf(const EndpointSpec& spec);

// Outlives the calls.
class Registry {
 public:
  Registry(std::vector<EndpointSpec> specs, telemetry::Metrics& metrics);

  // Their full names, for the health service.
  std::vector<std::string> ServiceNames() const;
  // For the wire on this loop; the routes do not outlive this.
  Routes RoutesOn(Loop& loop) const;

 private:
  std::vector<Endpoint> endpoints_;
};

}  // namespace inferwire::rpc
