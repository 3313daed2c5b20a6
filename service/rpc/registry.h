// The endpoints of a server: registered with gRPC from their descriptions, and their calls given to
// the machines that serve them.
#pragma once

#include <grpcpp/server_builder.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "rpc/endpoint.h"
#include "rpc/grpc_service.h"
#include "rpc/http2/host.h"
#include "rpc/loop.h"
#include "rpc/tag.h"

namespace inferwire::rpc {

// What serves the endpoint's calls: its own machine, or the one of all that run one operation.
Machine MachineOf(const EndpointSpec& spec);

// Outlives the calls.
class Registry {
 public:
  Registry(std::vector<EndpointSpec> specs, telemetry::Metrics& metrics);

  // Their full names, for the health service.
  std::vector<std::string> ServiceNames() const;
  // Before the server is built.
  void Register(grpc::ServerBuilder& builder);
  // For a loop of our own wire; the routes do not outlive this.
  http2::Routes Routes(Loop& loop) const;
  // After the server was built, once per loop, before the loop starts.
  void Accept(Loop& loop);

 private:
  struct Row {
    Endpoint endpoint;
    GrpcService& service;
    int method;
  };

  GrpcService& ServiceNamed(std::string_view name);
  static std::unique_ptr<Tag> AcceptRow(const Row& row, Loop& loop);
  template <class WireType>
  static std::unique_ptr<Tag> AcceptOn(const Row& row, Loop& loop);

  std::vector<std::unique_ptr<GrpcService>> services_;
  std::vector<Row> rows_;
  std::vector<std::unique_ptr<Tag>> acceptors_;
};

}  // namespace inferwire::rpc
