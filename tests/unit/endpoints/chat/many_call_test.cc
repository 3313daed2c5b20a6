#include "endpoints/chat/many_call.h"

#include <gtest/gtest.h>

#include "unit/rpc/call_fixture.h"

namespace inferwire::rpc {
namespace {

using http::FakeTransport;

class ManyCallTest : public testing::Test {
 protected:
  ~ManyCallTest() override {
    EXPECT_THAT(rpc.violations, testing::IsEmpty());
    EXPECT_TRUE(world.live.empty());
    EXPECT_EQ(world.transport.wrong_cancels, 0);
  }

  void Send(const v1::CompleteManyRequest& message) { rpc.to_read.push_back(Serialize(message)); }
  void SendConfig(int max_in_flight = 0, bool chunks = false) {
    v1::CompleteManyRequest message;
    message.mutable_config()->set_max_in_flight(max_in_flight);
    message.mutable_config()->set_stream_chunks(chunks);
    Send(message);
  }
  void SendItem(const std::string& id) {
    v1::CompleteManyRequest message;
    message.mutable_item()->set_item_id(id);
    *message.mutable_item()->mutable_params() = Hello();
    Send(message);
  }
  void SendCancel(const std::string& id) {
    v1::CompleteManyRequest message;
    message.mutable_cancel()->set_item_id(id);
    Send(message);
  }
  // Everything that can happen without upstream happens.
  void Settle() {
    for (bool busy = true; busy;) {
      busy = false;
      if (rpc.CanRead()) rpc.CompleteRead(), busy = true;
      if (rpc.writing) rpc.CompleteWrite(true), busy = true;
      world.timers.FireDue();
    }
  }
  void AnswerItem(size_t index, std::string_view text) {
    auto& transfer = *world.transport.transfers.at(index);
    FakeTransport::Head(transfer, 200, "application/json");
    FakeTransport::Body(transfer, Answer(text));
    FakeTransport::End(transfer);
  }
  void End() {
    if (rpc.finishing) rpc.CompleteFinish(true);
    rpc.Done(false);
    if (rpc.reading) rpc.CompleteRead();
  }
  v1::CompleteManyResponse Event(size_t index) {
    return rpc.Written<v1::CompleteManyResponse>(index);
  }

  World world;
  FakeRpc rpc;
};

TEST_F(ManyCallTest, ItemsHaveThePriorityOfTheirStream) {
  rpc.metadata["inferwire-priority"] = "background";
  world.Many(rpc);
  SendConfig();
  Settle();
  world.in_flight->all += 500;  // half of the bound: interactive calls are still admitted
  SendItem("a");
  rpc.half_closed = true;
  Settle();
  EXPECT_EQ(Event(1).result().error().code(), static_cast<int>(Code::kUnavailable));
  world.in_flight->all -= 500;
  End();
}

TEST_F(ManyCallTest, AnswersEveryItemInTheOrderOfTheirEndsAndSumsUp) {
  world.Many(rpc);
  SendConfig(10);
  SendItem("a");
  SendItem("b");
  rpc.half_closed = true;
  Settle();
  ASSERT_EQ(world.transport.transfers.size(), 2u);
  AnswerItem(1, "second");
  AnswerItem(0, "first");
  Settle();
  ASSERT_EQ(rpc.written.size(), 4u);
  EXPECT_EQ(Event(0).ready().max_in_flight(), 10);
  EXPECT_EQ(Event(1).result().item_id(), "b");
  EXPECT_EQ(Event(2).result().completion().choices(0).message().content(), "first");
  EXPECT_EQ(Event(3).summary().succeeded(), 2);
  EXPECT_EQ(Event(3).summary().usage().total_tokens(), 10);
  EXPECT_TRUE(rpc.status->ok());
  End();
}

TEST_F(ManyCallTest, AnItemsFailureDoesNotEndTheStream) {
  world.Many(rpc);
  SendConfig();
  SendItem("good");
  SendItem("bad");
  rpc.half_closed = true;
  Settle();
  auto& bad = *world.transport.transfers.at(1);
  FakeTransport::Head(bad, 400, "application/json");
  FakeTransport::Body(bad, R"({"error":{"message":"no","type":"invalid_request_error"}})");
  FakeTransport::End(bad);
  AnswerItem(0, "ok");
  Settle();
  EXPECT_EQ(Event(1).result().item_id(), "bad");
  EXPECT_EQ(Event(1).result().error().code(), 3);
  EXPECT_EQ(Event(3).summary().failed(), 1);
  EXPECT_TRUE(rpc.status->ok());
  End();
}

TEST_F(ManyCallTest, ReadsNoFurtherItemWhileTheMostAreRunning) {
  world.limits.many_in_flight = 2;
  world.Many(rpc);
  SendConfig(50);
  for (const char* id : {"a", "b", "c"}) SendItem(id);
  Settle();
  EXPECT_EQ(Event(0).ready().max_in_flight(), 2);
  EXPECT_EQ(world.transport.transfers.size(), 2u);
  EXPECT_EQ(rpc.reading, nullptr);
  AnswerItem(0, "x");
  Settle();
  EXPECT_EQ(world.transport.transfers.size(), 3u);
  rpc.Done(true);
  EXPECT_EQ(world.transport.running(), 0u);
  if (rpc.reading) rpc.CompleteRead();
}

TEST_F(ManyCallTest, RefusesADuplicateIdAndServesTheFirst) {
  world.Many(rpc);
  SendConfig();
  SendItem("a");
  SendItem("a");
  rpc.half_closed = true;
  Settle();
  EXPECT_EQ(Event(1).result().error().code(), static_cast<int>(Code::kAlreadyExists));
  AnswerItem(0, "x");
  Settle();
  EXPECT_TRUE(Event(2).result().has_completion());
  EXPECT_EQ(Event(3).summary().succeeded(), 1);
  EXPECT_EQ(Event(3).summary().failed(), 1);
  End();
}

TEST_F(ManyCallTest, CancelsOneItem) {
  world.Many(rpc);
  SendConfig();
  SendItem("a");
  SendItem("b");
  SendCancel("a");
  SendCancel("unknown");
  rpc.half_closed = true;
  Settle();
  EXPECT_TRUE(world.transport.transfers.at(0)->cancelled);
  EXPECT_EQ(Event(1).result().error().code(), static_cast<int>(Code::kCancelled));
  AnswerItem(1, "x");
  Settle();
  EXPECT_EQ(Event(3).summary().cancelled(), 1);
  End();
}

TEST_F(ManyCallTest, SendsChunksAndTheMergedCompletion) {
  world.Many(rpc);
  SendConfig(1, true);
  SendItem("a");
  rpc.half_closed = true;
  Settle();
  auto& transfer = *world.transport.transfers.at(0);
  FakeTransport::Head(transfer, 200, "text/event-stream");
  FakeTransport::Body(transfer, Chunk("He") + Chunk("llo") + LastChunk());
  FakeTransport::End(transfer);
  Settle();
  EXPECT_EQ(Event(1).chunk().chunk().choices(0).delta().content(), "He");
  const auto result = Event(rpc.written.size() - 2);
  EXPECT_EQ(result.result().completion().choices(0).message().content(), "Hello");
  End();
}

TEST_F(ManyCallTest, WantsTheConfigFirstAndOnce) {
  world.Many(rpc);
  SendItem("a");
  Settle();
  EXPECT_EQ(rpc.status->error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  End();
}

TEST_F(ManyCallTest, RefusesASecondConfig) {
  world.Many(rpc);
  SendConfig();
  SendConfig();
  Settle();
  EXPECT_EQ(rpc.status->error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  End();
}

TEST_F(ManyCallTest, EndsWithOkAndAnEmptySummaryWithoutItems) {
  world.Many(rpc);
  SendConfig();
  rpc.half_closed = true;
  Settle();
  EXPECT_TRUE(Event(1).has_summary());
  EXPECT_TRUE(rpc.status->ok());
  End();
}

TEST_F(ManyCallTest, HoldsAnItemToItsOwnTimeout) {
  world.Many(rpc);
  SendConfig();
  v1::CompleteManyRequest message;
  message.mutable_item()->set_item_id("late");
  *message.mutable_item()->mutable_params() = Hello();
  message.mutable_item()->mutable_timeout()->set_seconds(2);
  Send(message);
  rpc.half_closed = true;
  Settle();
  world.Advance(std::chrono::seconds(2));
  Settle();
  EXPECT_EQ(Event(1).result().error().code(), static_cast<int>(Code::kDeadlineExceeded));
  EXPECT_TRUE(rpc.status->ok());
  End();
}

TEST_F(ManyCallTest, EndsAtTheCallersDeadlineAndStopsEveryItem) {
  rpc.deadline = world.clock.WallNow() + std::chrono::seconds(5);
  world.Many(rpc);
  SendConfig();
  SendItem("a");
  SendItem("b");
  Settle();
  world.Advance(std::chrono::seconds(5));
  world.timers.FireDue();
  Settle();
  EXPECT_EQ(world.transport.running(), 0u);
  EXPECT_EQ(rpc.status->error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  EXPECT_EQ(rpc.written.size(), 1u);  // ready: an item that the stream's end cut has no result
  End();
}

TEST_F(ManyCallTest, BoundsTheNumberOfItems) {
  world.limits.many_items = 1;
  world.Many(rpc);
  SendConfig();
  SendItem("a");
  SendItem("b");
  Settle();
  EXPECT_EQ(Event(1).result().error().code(), static_cast<int>(Code::kResourceExhausted));
  rpc.Done(true);
  if (rpc.reading) rpc.CompleteRead();
}

}  // namespace
}  // namespace inferwire::rpc
