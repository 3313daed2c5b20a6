// A caller's cancel or deadline stops the upstream's bill, whatever the call is doing.
#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "gateway.h"

namespace inferwire::e2e {
namespace {

using simulator::Stats;

// Nothing but the caller can end a call while a test waits for its end: the simulator stalls or
// streams for longer, and the call's deadline and the time limits of upstreams are further off.
constexpr auto kPatience = 30s;
constexpr auto kFarDeadline = 10 * kPatience;

class Cancel : public testing::Test {
 protected:
  bool WaitForRequest() {
    return gateway.upstream().WaitFor([](const Stats& stats) { return stats.requests == 1; }, 10s);
  }
  void ExpectAbort() {
    ASSERT_TRUE(gateway.upstream().WaitFor([](const Stats& stats) { return stats.aborts == 1; },
                                           kPatience));
    EXPECT_EQ(gateway.upstream().stats().completed, 0u);
    EXPECT_TRUE(Gateway::Eventually(
        [&] { return gateway.Metric(R"(inferwire_requests_in_flight{operation="chat"})") == 0; }));
  }

  Gateway gateway;
};

TEST_F(Cancel, OfAUnaryCallClosesTheUpstreamConnection) {
  v1::CompleteRequest request;
  *request.mutable_params() = Prompt("hi", "gpt-4.1-mini+stall");
  auto context = NewContext(kFarDeadline);
  auto call = std::async(std::launch::async, [&] {
    v1::CompleteResponse response;
    return gateway.chat().Complete(context.get(), request, &response);
  });
  ASSERT_TRUE(WaitForRequest());
  context->TryCancel();
  ExpectAbort();
  EXPECT_EQ(call.get().error_code(), grpc::StatusCode::CANCELLED);
}

TEST_F(Cancel, OfAStreamBeforeItsFirstByteClosesTheUpstreamConnection) {
  v1::StreamCompleteRequest request;
  *request.mutable_params() = Prompt("hi", "gpt-4.1-mini+stall");
  auto context = NewContext(kFarDeadline);
  auto reader = gateway.chat().StreamComplete(context.get(), request);
  ASSERT_TRUE(WaitForRequest());
  context->TryCancel();
  ExpectAbort();
}

TEST_F(Cancel, InTheMiddleOfAStreamClosesTheUpstreamConnection) {
  v1::StreamCompleteRequest request;
  *request.mutable_params() = Prompt("hi", "gpt-4.1-mini+rate=50+tokens=5000");
  auto context = NewContext(kFarDeadline);
  auto reader = gateway.chat().StreamComplete(context.get(), request);
  v1::StreamCompleteResponse event;
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(reader->Read(&event));
  context->TryCancel();
  ExpectAbort();
  EXPECT_EQ(gateway.Metric(
                R"(inferwire_streams_ended_total{operation="chat",reason="client_cancelled"})"),
            1);
}

TEST_F(Cancel, OfAFanOutClosesEveryUpstreamConnection) {
  constexpr uint64_t kItems = 20;
  auto context = NewContext();
  auto stream = gateway.chat().CompleteMany(context.get());
  v1::CompleteManyRequest message;
  message.mutable_config()->set_max_in_flight(kItems);
  stream->Write(message);
  for (uint64_t i = 0; i < kItems; ++i) {
    message.mutable_item()->set_item_id(std::to_string(i));
    *message.mutable_item()->mutable_params() = Prompt("hi", "gpt-4.1-mini+stall");
    stream->Write(message);
  }
  ASSERT_TRUE(
      gateway.upstream().WaitFor([](const Stats& stats) { return stats.requests == kItems; }, 10s));
  context->TryCancel();
  EXPECT_TRUE(
      gateway.upstream().WaitFor([](const Stats& stats) { return stats.aborts == kItems; }, 10s));
}

TEST_F(Cancel, OfOneItemLeavesTheOthersAlone) {
  auto context = NewContext();
  auto stream = gateway.chat().CompleteMany(context.get());
  v1::CompleteManyRequest message;
  message.mutable_config();
  stream->Write(message);
  message.mutable_item()->set_item_id("stuck");
  *message.mutable_item()->mutable_params() = Prompt("hi", "gpt-4.1-mini+stall");
  stream->Write(message);
  ASSERT_TRUE(WaitForRequest());
  message.mutable_cancel()->set_item_id("stuck");
  stream->Write(message);
  message.mutable_item()->set_item_id("fine");
  *message.mutable_item()->mutable_params() = Prompt("hi");
  stream->Write(message);
  stream->WritesDone();
  v1::CompleteManySummary summary;
  for (v1::CompleteManyResponse event; stream->Read(&event);) {
    if (event.has_summary()) summary = event.summary();
  }
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_EQ(summary.succeeded(), 1);
  EXPECT_EQ(summary.cancelled(), 1);
}

TEST_F(Cancel, ADeadlineEndsTheCallAndTheUpstreamTransfer) {
  v1::CompleteRequest request;
  *request.mutable_params() = Prompt("hi", "gpt-4.1-mini+stall");
  v1::CompleteResponse response;
  auto context = NewContext(500ms);
  const auto status = gateway.chat().Complete(context.get(), request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  ExpectAbort();
}

TEST_F(Cancel, TheServersDefaultDeadlineHoldsForACallerWithoutOne) {
  Gateway strict([](config::Config& config) { config.deadlines.unary = 300ms; });
  v1::CompleteRequest request;
  *request.mutable_params() = Prompt("hi", "gpt-4.1-mini+stall");
  v1::CompleteResponse response;
  grpc::ClientContext context;
  const auto status = strict.chat().Complete(&context, request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  EXPECT_EQ(InfoOf(status).reason(), "DEADLINE");
}

TEST_F(Cancel, AThousandStreamsAtOnceLeavesNothingBehind) {
  constexpr size_t kStreams = 1000;
  Gateway all([](config::Config& config) { config.server.overload_wait = 0ms; });
  v1::StreamCompleteRequest request;
  *request.mutable_params() = Prompt("hi", "gpt-4.1-mini+rate=5+tokens=2000");
  std::vector<std::unique_ptr<grpc::ClientContext>> contexts;
  std::vector<std::unique_ptr<grpc::ClientReader<v1::StreamCompleteResponse>>> readers;
  for (size_t i = 0; i < kStreams; ++i) {
    contexts.push_back(NewContext(120s));
    readers.push_back(all.chat().StreamComplete(contexts.back().get(), request));
  }
  ASSERT_TRUE(all.upstream().WaitFor(
      [](const Stats& stats) { return stats.open_streams == kStreams; }, 60s));
  for (const auto& context : contexts) context->TryCancel();
  EXPECT_TRUE(
      all.upstream().WaitFor([](const Stats& stats) { return stats.aborts == kStreams; }, 30s));
  EXPECT_TRUE(Gateway::Eventually(
      [&] { return all.Metric(R"(inferwire_requests_in_flight{operation="chat"})") == 0; }));
}

}  // namespace
}  // namespace inferwire::e2e
