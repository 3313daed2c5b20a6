#include "app/grpc_server.h"

#include <grpc/grpc.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/server_builder.h>

#include <utility>

#include "app/server_credentials.h"
#include "app/server_options.h"

namespace inferwire::app {
namespace {

using Acceptor = grpc::experimental::ExternalConnectionAcceptor;

class GrpcServer final : public rpc::WireServer {
 public:
  GrpcServer(std::unique_ptr<grpc::Server> server, std::unique_ptr<Acceptor> acceptor,
             const std::vector<std::unique_ptr<rpc::Loop>>& loops)
      : server_(std::move(server)), acceptor_(std::move(acceptor)), loops_(loops) {}

  void Adopt(int fd) override {
    Acceptor::NewConnectionParameters connection;
    connection.fd = fd;
    // gRPC gives a connection's calls to any of them.
    for (const auto& loop : loops_) loop->Watch(fd);
    acceptor_->HandleNewConnection(&connection);
  }
  // Server::Shutdown cancels a call here and there on connections in use (measured on 1.51):
  // callers who leave by themselves, told to by the connections' age, lose nothing.
  void Leave() override {}
  void Shutdown(WallTime until) override {
    server_->Shutdown(std::chrono::time_point_cast<std::chrono::system_clock::duration>(until));
  }
  void CancelAll() override { grpc_server_cancel_all_calls(server_->c_server()); }

 private:
  const std::unique_ptr<grpc::Server> server_;
  const std::unique_ptr<Acceptor> acceptor_;
  const std::vector<std::unique_ptr<rpc::Loop>>& loops_;
};

}  // namespace

Result<std::unique_ptr<rpc::WireServer>> StartGrpcServer(
    const WireParts& parts, std::vector<std::unique_ptr<rpc::Loop>>& loops) {
  grpc::ServerBuilder builder;
  ApplyOptions(parts.config.server, parts.loops, builder);
  parts.registry.Register(builder);
  parts.health.Register(builder);
  auto acceptor = builder.experimental().AddExternalConnectionAcceptor(
      grpc::ServerBuilder::experimental_type::ExternalConnectionType::FROM_FD,
      MakeCredentials(parts.config.tls));
  for (int i = 0; i < parts.loops; ++i) {
    loops.push_back(std::make_unique<rpc::Loop>(builder.AddCompletionQueue(), parts.loop_shared,
                                                parts.settings, NewSeed()));
  }
  auto server = builder.BuildAndStart();
  if (!server) {
    Error error;
    error.message = "gRPC refused to start; are the TLS files readable and well formed?";
    return error;
  }
  for (const auto& loop : loops) {
    parts.registry.Accept(*loop);
    parts.health.Accept(*loop);
    loop->Start();
  }
  return std::unique_ptr<rpc::WireServer>(
      std::make_unique<GrpcServer>(std::move(server), std::move(acceptor), loops));
}

}  // namespace inferwire::app
