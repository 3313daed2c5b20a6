// One unary or streamed call, its upstream and its caller played by the test.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "call_fixture.h"
#include "google/rpc/error_details.pb.h"
#include "support/status_detail.h"

namespace inferwire::rpc {

inline std::string ReasonOf(const grpc::Status& status) {
  const auto info = inferwire::testing_support::DetailOf<google::rpc::ErrorInfo>(status);
  return info ? info->reason() : "";
}

class OperationCallTest : public ::testing::Test {
 protected:
  ~OperationCallTest() override {
    EXPECT_THAT(rpc.violations, ::testing::IsEmpty());
    EXPECT_TRUE(world.live.empty());
    EXPECT_EQ(world.transport.wrong_cancels, 0);
  }

  void StartStream() {
    v1::StreamCompleteRequest request;
    *request.mutable_params() = Hello();
    request.mutable_stream()->set_accumulate(true);
    world.Stream(rpc, request);
  }
  void StartUnary() {
    v1::CompleteRequest request;
    *request.mutable_params() = Hello();
    world.Complete(rpc, request);
  }
  http::PlayedTransfer& transfer() { return *world.transport.transfers.back(); }
  // Lets every write and the finish succeed, and the RPC end.
  void RunToEnd() {
    while (rpc.writing) rpc.CompleteWrite(true);
    if (rpc.finishing) rpc.CompleteFinish(true);
    if (rpc.wire_alive) rpc.Done(false);
  }
  v1::StreamCompleteResponse Event(size_t index) {
    return rpc.Written<v1::StreamCompleteResponse>(index);
  }

  World world;
  FakeRpc rpc;
};

}  // namespace inferwire::rpc
