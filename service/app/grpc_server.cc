#include "app/grpc_server.h"

#include <grpc/grpc.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/server_builder.h>

#include <utility>

#include "app/server_credentials.h"
#include "app/server_options.h"
#include "rpc/grpc/methods.h"
#include "rpc/grpc/queue.h"

namespace inferwire::app {
namespace {

using Acceptor = grpc::experimental::ExternalConnectionAcceptor;
using Loops = std::vector<std::unique_ptr<rpc::Loop>>;

struct OnLoop {
  rpc::Routes routes;
  rpc::GrpcQueue* queue;  // the loop owns it
};

class GrpcServer final : public rpc::WireServer {
 public:
  GrpcServer(std::vector<OnLoop> loops, std::unique_ptr<rpc::GrpcMethods> methods,
             std::unique_ptr<grpc::Server> server, std::unique_ptr<Acceptor> acceptor)
      : loops_(std::move(loops)),
        methods_(std::move(methods)),
        server_(std::move(server)),
        acceptor_(std::move(acceptor)) {
    for (const OnLoop& loop : loops_) methods_->Accept(loop.routes, *loop.queue);
  }

  void Adopt(int fd) override {
    Acceptor::NewConnectionParameters connection;
    connection.fd = fd;
    // gRPC gives a connection's calls to any of them.
    for (const OnLoop& loop : loops_) loop.queue->Watch(fd);
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
  const std::vector<OnLoop> loops_;
  const std::unique_ptr<rpc::GrpcMethods> methods_;
  const std::unique_ptr<grpc::Server> server_;
  const std::unique_ptr<Acceptor> acceptor_;
};

OnLoop AddLoop(const WireParts& parts, grpc::ServerBuilder& builder, Loops& loops) {
  rpc::Loop& loop = *loops.emplace_back(
      std::make_unique<rpc::Loop>(parts.loop_shared, parts.settings, NewSeed()));
  rpc::Routes routes = RoutesOn(parts, loop);
  auto queue = std::make_unique<rpc::GrpcQueue>(builder.AddCompletionQueue());
  rpc::GrpcQueue* const guest = queue.get();
  loop.Host(std::move(queue));
  return {std::move(routes), guest};
}

}  // namespace

Result<std::unique_ptr<rpc::WireServer>> StartGrpcServer(const WireParts& parts, Loops& loops) {
  grpc::ServerBuilder builder;
  ApplyOptions(parts.config.server, parts.loops, builder);
  std::vector<OnLoop> on_loops;
  for (int i = 0; i < parts.loops; ++i) on_loops.push_back(AddLoop(parts, builder, loops));
  auto methods = std::make_unique<rpc::GrpcMethods>(on_loops.front().routes);
  methods->Register(builder);
  auto acceptor = builder.experimental().AddExternalConnectionAcceptor(
      grpc::ServerBuilder::experimental_type::ExternalConnectionType::FROM_FD,
      MakeCredentials(parts.config.tls));
  auto server = builder.BuildAndStart();
  if (!server) {
    Error error;
    error.message = "gRPC refused to start; are the TLS files readable and well formed?";
    return error;
  }
  auto started = std::make_unique<GrpcServer>(std::move(on_loops), std::move(methods),
                                              std::move(server), std::move(acceptor));
  for (const auto& loop : loops) loop->Start();
  return std::unique_ptr<rpc::WireServer>(std::move(started));
}

}  // namespace inferwire::app
