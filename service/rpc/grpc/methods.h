// The routes of a server as gRPC knows them: one grpc::Service for the methods of each.
#pragma once

#include <grpcpp/server_builder.h>

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rpc/grpc/queue.h"
#include "rpc/grpc/service.h"
#include "rpc/routes.h"

namespace inferwire::rpc {

// Outlives the server.
class GrpcMethods {
 public:
  // The routes of any loop: all have the same methods.
  explicit GrpcMethods(const Routes& routes);

  // Before the server is built.
  void Register(grpc::ServerBuilder& builder);
  // Asks for the calls of a loop. After the server was built, before the loop starts.
  void Accept(const Routes& routes, GrpcQueue& queue);

 private:
  struct Method {
    GrpcService& service;
    int number;
  };

  GrpcService& ServiceNamed(std::string_view name);

  std::vector<std::unique_ptr<GrpcService>> services_;
  std::unordered_map<std::string, Method> methods_;  // by path
};

}  // namespace inferwire::rpc
