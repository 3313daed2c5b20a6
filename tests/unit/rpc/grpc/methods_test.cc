// Routes served by gRPC, to a client of gRPC in the same process.
#include "rpc/grpc/methods.h"

#include <gmock/gmock.h>
#include <grpc/support/time.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace inferwire::rpc {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

grpc::ByteBuffer MessageOf(const std::string& text) {
  const grpc::Slice slice(text);
  return grpc::ByteBuffer(&slice, 1);
}

class Ignored final : public Tag {
 public:
  void Complete(bool) override {}
};

// Its calls end at once, with the path that they came by.
class GrpcMethodsTest : public testing::Test {
 protected:
  GrpcMethodsTest() { methods.Accept(routes, queue); }
  ~GrpcMethodsTest() override {
    server->Shutdown();
    queue.Close();
    while (!queue.closed()) queue.Turn({});
    begun.clear();
    client_queue.Shutdown();
    void* tag = nullptr;
    for (bool ok = false; client_queue.Next(&tag, &ok);) {
    }
  }

  Routes MakeRoutes() {
    Routes made;
    for (const char* service : {"/test.Calls/", "/test.Others/"}) {
      for (const Kind kind :
           {Kind::kUnary, Kind::kClientStream, Kind::kServerStream, Kind::kBidiStream}) {
        const std::string path = service + std::string(Name(kind));
        made[path] = {kind, [this, path](std::unique_ptr<Wire> wire) {
                        begun.push_back(std::move(wire));
                        requests.push_back(begun.back()->request().Length());
                        begun.back()->Finish({grpc::StatusCode::ABORTED, path}, ignored);
                      }};
      }
    }
    return made;
  }

  void Await() {
    void* tag = nullptr;
    bool ok = false;
    while (client_queue.AsyncNext(&tag, &ok, gpr_inf_past(GPR_CLOCK_MONOTONIC)) !=
           grpc::CompletionQueue::GOT_EVENT) {
      queue.Turn({});
    }
  }
  grpc::Status Call(const std::string& path, const std::string& message) {
    grpc::GenericStub stub(server->InProcessChannel({}));
    grpc::ClientContext context;
    const auto call = stub.PrepareCall(&context, path, &client_queue);
    call->StartCall(nullptr);
    Await();
    call->WriteLast(MessageOf(message), {}, nullptr);
    Await();
    grpc::Status status;
    call->Finish(&status, nullptr);
    Await();
    return status;
  }

  Ignored ignored;
  std::vector<std::unique_ptr<Wire>> begun;
  std::vector<size_t> requests;  // the lengths of those that came with the call
  const Routes routes = MakeRoutes();
  GrpcMethods methods{routes};
  grpc::ServerBuilder builder;
  std::unique_ptr<grpc::ServerCompletionQueue> owned = [this] {
    methods.Register(builder);
    return builder.AddCompletionQueue();
  }();
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  GrpcQueue queue{std::move(owned)};
  grpc::CompletionQueue client_queue;
};

TEST_F(GrpcMethodsTest, ACallOfEachKindBeginsWhereItsRouteSays) {
  for (const auto& [path, route] : routes) {
    const grpc::Status status = Call(path, "question");
    EXPECT_EQ(status.error_code(), grpc::StatusCode::ABORTED) << path;
    EXPECT_EQ(status.error_message(), path);
    EXPECT_EQ(requests.back(), ReadsStream(route.kind) ? 0u : 8u) << path;
  }
}

TEST_F(GrpcMethodsTest, ServesOneCallAfterTheOther) {
  for (int i = 0; i < 3; ++i) Call("/test.Calls/unary", "question");
  EXPECT_THAT(requests, ElementsAre(8, 8, 8));
}

TEST_F(GrpcMethodsTest, WhatHasNoRouteIsUnimplemented) {
  EXPECT_EQ(Call("/test.Calls/Nothing", "").error_code(), grpc::StatusCode::UNIMPLEMENTED);
  EXPECT_THAT(begun, IsEmpty());
}

}  // namespace
}  // namespace inferwire::rpc
