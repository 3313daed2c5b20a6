// Calls that wait for room under their limits, and all the ways in which that may end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "google/rpc/error_details.pb.h"
#include "parked_world.h"
#include "support/status_detail.h"

namespace inferwire::rpc {
namespace {

using http::FakeTransport;
using std::chrono::milliseconds;
using std::chrono::seconds;

std::string ReasonOf(const grpc::Status& status) {
  const auto info = inferwire::testing_support::DetailOf<google::rpc::ErrorInfo>(status);
  return info ? info->reason() : "";
}

class ParkedCallsTest : public ::testing::Test {
 protected:
  ~ParkedCallsTest() override {
    if (first.wire_alive) End(first);
    if (rpc.wire_alive) End(rpc);
    EXPECT_THAT(rpc.violations, ::testing::IsEmpty());
    EXPECT_TRUE(world.live.empty());
    EXPECT_EQ(world.queue->waiting(), 0u);
    EXPECT_EQ(world.held(), 0);
    EXPECT_EQ(world.in_flight->all, 0);
    EXPECT_EQ(world.memory.held(), 0);
  }

  // One call runs, and the next one waits.
  void FillWithOne() {
    v1::CompleteRequest request;
    *request.mutable_params() = Hello();
    world.Complete(first, request);
    ASSERT_EQ(world.transport.transfers.size(), 1u);
  }
  void StartUnary() {
    v1::CompleteRequest request;
    *request.mutable_params() = Hello();
    world.Complete(rpc, request);
  }
  void StartStream(std::optional<int> max_queue_wait = {}) {
    v1::StreamCompleteRequest request;
    *request.mutable_params() = Hello();
    if (max_queue_wait) {
      request.mutable_options()->mutable_max_queue_wait()->set_seconds(*max_queue_wait);
    }
    world.Stream(rpc, request);
  }
  void AnswerUnary(size_t transfer) {
    auto& to = *world.transport.transfers.at(transfer);
    FakeTransport::Head(to, 200, "application/json");
    FakeTransport::Body(to, Answer("Hi"));
    FakeTransport::End(to);
  }
  static void End(FakeRpc& of) {
    while (of.writing) of.CompleteWrite(true);
    if (of.finishing) of.CompleteFinish(true);
    if (of.wire_alive) of.Done(false);
  }
  void FirstEnds() {
    AnswerUnary(0);
    End(first);
    world.Run();
  }
  v1::StreamCompleteResponse Event(size_t index) {
    return rpc.Written<v1::StreamCompleteResponse>(index);
  }

  ParkedWorld world{1};
  FakeRpc first, rpc;
};

TEST_F(ParkedCallsTest, AUnaryCallWaitsGoesOnAndSaysHowLongItWaited) {
  FillWithOne();
  StartUnary();
  world.Pass(milliseconds(700));
  EXPECT_EQ(world.transport.transfers.size(), 1u) << "nothing of it was sent";
  EXPECT_EQ(world.in_flight->all, 1) << "it holds no place";
  FirstEnds();
  ASSERT_EQ(world.transport.transfers.size(), 2u);
  EXPECT_EQ(world.in_flight->all, 1);
  AnswerUnary(1);
  End(rpc);
  ASSERT_TRUE(rpc.status->ok());
  const auto response = rpc.Written<v1::CompleteResponse>(0);
  EXPECT_EQ(response.completion().choices(0).message().content(), "Hi");
  EXPECT_EQ(response.gateway().queued_for().nanos(), 700'000'000);
}

TEST_F(ParkedCallsTest, ItsRequestCountsAsHeldWhileItWaits) {
  FillWithOne();
  const int64_t before = world.memory.held();
  v1::CompleteRequest request;
  *request.mutable_params() = Hello();
  request.mutable_params()->mutable_messages(0)->set_content(std::string(1 << 20, 'x'));
  world.Complete(rpc, request);
  EXPECT_GE(world.memory.held() - before, 1 << 20);
  rpc.Done(true);
  EXPECT_LT(world.memory.held() - before, 1 << 10);
}

TEST_F(ParkedCallsTest, TheWaitIsNoDelayOfOurs) {
  FillWithOne();
  StartUnary();
  world.Pass(milliseconds(700));
  FirstEnds();
  AnswerUnary(1);
  End(rpc);
  EXPECT_THAT(world.metrics.Expose(),
              ::testing::ContainsRegex("overhead_seconds_sum\\{[^}]*chat[^}]*\\} 0\n"));
}

TEST_F(ParkedCallsTest, AStreamThatSaidHowLongItMayWaitIsToldWhereItStands) {
  FillWithOne();
  StartStream(60);
  ASSERT_EQ(rpc.written.size(), 1u);
  const auto queued = Event(0).queued();
  EXPECT_EQ(queued.position(), 0);
  EXPECT_EQ(queued.eta().seconds(), 1);
  EXPECT_EQ(queued.meter(), v1::METER_CONCURRENT_CALLS);
  EXPECT_EQ(queued.scope().tenant_id(), "acme");
  EXPECT_EQ(queued.scope().team_id(), "search");
  rpc.CompleteWrite(true);
  world.Pass(milliseconds(900));
  EXPECT_EQ(rpc.written.size(), 1u) << "not more often than once a second";
  world.Pass(milliseconds(100));
  ASSERT_EQ(rpc.written.size(), 2u);
  EXPECT_TRUE(Event(1).has_queued());
  rpc.CompleteWrite(true);
  FirstEnds();
  auto& transfer = *world.transport.transfers.at(1);
  FakeTransport::Head(transfer, 200, "text/event-stream");
  FakeTransport::Body(transfer, Chunk("Hi") + LastChunk());
  FakeTransport::End(transfer);
  End(rpc);
  ASSERT_TRUE(rpc.status->ok());
  EXPECT_TRUE(Event(2).has_started());
  EXPECT_EQ(Event(2).started().gateway().queued_for().seconds(), 1);
}

TEST_F(ParkedCallsTest, AStreamThatDidNotIsSentNothingSoThatItsLibraryMayRepeatIt) {
  FillWithOne();
  StartStream();
  world.Pass(milliseconds(1500));
  EXPECT_TRUE(rpc.written.empty());
  world.Pass(milliseconds(500));
  EXPECT_TRUE(rpc.written.empty());
  ASSERT_TRUE(rpc.status);
  EXPECT_EQ(ReasonOf(*rpc.status), "CONCURRENCY_LIMITED");
  End(rpc);
}

TEST_F(ParkedCallsTest, ARefusalAfterQueuedIsAClearStatus) {
  FillWithOne();
  StartStream(1);
  rpc.CompleteWrite(true);
  world.Pass(seconds(1));
  while (rpc.writing) rpc.CompleteWrite(true);
  ASSERT_TRUE(rpc.status);
  EXPECT_EQ(rpc.status->error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(ReasonOf(*rpc.status), "CONCURRENCY_LIMITED");
  End(rpc);
}

TEST_F(ParkedCallsTest, ACallerWhoGoesAwayLeavesTheQueue) {
  FillWithOne();
  StartUnary();
  EXPECT_EQ(world.queue->waiting(), 1u);
  rpc.Done(true);
  EXPECT_EQ(world.queue->waiting(), 0u);
  FirstEnds();
  EXPECT_EQ(world.transport.transfers.size(), 1u) << "nothing was sent for it";
}

TEST_F(ParkedCallsTest, ACallerWhoGoesAwayAsItIsGrantedGivesTheRoomBack) {
  FillWithOne();
  StartUnary();
  AnswerUnary(0);
  End(first);
  while (world.queue->Turn() == Duration::zero()) {
  }
  EXPECT_EQ(world.held(), 1);
  rpc.Done(true);
  EXPECT_EQ(world.held(), 0);
  world.Run();
  EXPECT_EQ(world.transport.transfers.size(), 1u);
}

TEST_F(ParkedCallsTest, ACallThatIsCutWhileItWaitsIsToldWhy) {
  FillWithOne();
  StartUnary();
  Error why;
  why.code = Code::kUnavailable;
  why.reason = v1::ERROR_REASON_GATEWAY_DRAINING;
  const std::vector<LiveCall*> calls(world.live.begin(), world.live.end());
  for (LiveCall* call : calls) call->Cut(why);
  EXPECT_EQ(ReasonOf(*rpc.status), "GATEWAY_DRAINING");
  EXPECT_EQ(world.queue->waiting(), 0u);
  End(rpc);
}

TEST_F(ParkedCallsTest, WhenTheQueueClosesTheCallIsToldWhy) {
  FillWithOne();
  StartUnary();
  world.queue->Close();
  world.Run();
  ASSERT_TRUE(rpc.status);
  EXPECT_EQ(ReasonOf(*rpc.status), "GATEWAY_DRAINING");
  End(rpc);
}

TEST_F(ParkedCallsTest, AnUploadWaitsBeforeItIsRead) {
  FillWithOne();
  const Endpoint upload(DescriptionOf("UploadFile"), world.metrics);
  world.Serve(upload, rpc);
  EXPECT_FALSE(rpc.reading);
  FirstEnds();
  EXPECT_TRUE(rpc.reading);
  rpc.Done(true);
  rpc.CompleteRead();
}

TEST_F(ParkedCallsTest, AnUnreasonableWaitIsRefused) {
  v1::CompleteRequest request;
  *request.mutable_params() = Hello();
  request.mutable_options()->mutable_max_queue_wait()->set_seconds(-1);
  world.Complete(rpc, request);
  ASSERT_TRUE(rpc.status);
  EXPECT_EQ(rpc.status->error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(rpc.status->error_message(), ::testing::HasSubstr("max_queue_wait"));
  End(rpc);
  FillWithOne();
}

class ParkedItemsTest : public ::testing::Test {
 protected:
  ~ParkedItemsTest() override {
    EXPECT_THAT(rpc.violations, ::testing::IsEmpty());
    EXPECT_TRUE(world.live.empty());
    EXPECT_EQ(world.queue->waiting(), 0u);
    EXPECT_EQ(world.held(), 0);
    EXPECT_EQ(world.in_flight->all, 0);
  }

  void Start() {
    world.Many(rpc);
    v1::CompleteManyRequest message;
    message.mutable_config();
    Send(message);
    for (const char* id : {"a", "b", "c"}) {
      message.mutable_item()->set_item_id(id);
      *message.mutable_item()->mutable_params() = Hello();
      Send(message);
    }
    Settle();
  }
  void Send(const v1::CompleteManyRequest& message) { rpc.to_read.push_back(Serialize(message)); }
  void Settle() {
    for (bool busy = true; busy;) {
      world.Run();
      busy = false;
      if (rpc.CanRead()) rpc.CompleteRead(), busy = true;
      if (rpc.writing) rpc.CompleteWrite(true), busy = true;
    }
  }
  void AnswerItem(size_t index) {
    auto& transfer = *world.transport.transfers.at(index);
    FakeTransport::Head(transfer, 200, "application/json");
    FakeTransport::Body(transfer, Answer("Hi"));
    FakeTransport::End(transfer);
    Settle();
  }
  // The results so far, by item.
  std::map<std::string, v1::CompleteManyResult> Results() {
    std::map<std::string, v1::CompleteManyResult> results;
    for (size_t i = 0; i < rpc.written.size(); ++i) {
      const auto message = rpc.Written<v1::CompleteManyResponse>(i);
      if (message.has_result()) results[message.result().item_id()] = message.result();
    }
    return results;
  }
  void End() {
    if (rpc.finishing) rpc.CompleteFinish(true);
    if (rpc.wire_alive) rpc.Done(false);
    if (rpc.reading) rpc.CompleteRead();
    world.Run();
  }

  ParkedWorld world{2};  // the stream itself and one item
  FakeRpc rpc;
};

TEST_F(ParkedItemsTest, ItemsWaitForEachOtherAndAllAreAnswered) {
  Start();
  EXPECT_EQ(world.transport.transfers.size(), 1u);
  EXPECT_EQ(world.queue->waiting(), 2u);
  rpc.half_closed = true;
  world.Pass(milliseconds(300));
  for (size_t i = 0; i < 3; ++i) AnswerItem(i);
  const auto results = Results();
  ASSERT_EQ(results.size(), 3u);
  for (const auto& [id, result] : results) EXPECT_TRUE(result.has_completion()) << id;
  EXPECT_FALSE(results.at("a").gateway().has_queued_for());
  EXPECT_EQ(results.at("b").gateway().queued_for().nanos(), 300'000'000);
  EXPECT_TRUE(rpc.status->ok());
  End();
}

TEST_F(ParkedItemsTest, ALongItemCountsAsHeldWhileItWaits) {
  Start();
  const int64_t before = world.memory.held();
  v1::CompleteManyRequest message;
  message.mutable_item()->set_item_id("long");
  *message.mutable_item()->mutable_params() = Hello();
  message.mutable_item()->mutable_params()->mutable_messages(0)->set_content(
      std::string(1 << 20, 'x'));
  Send(message);
  Settle();
  EXPECT_GE(world.memory.held() - before, 1 << 20);
  rpc.Done(true);
  EXPECT_LT(world.memory.held(), 1 << 20);
  End();
}

TEST_F(ParkedItemsTest, ACancelledItemLeavesTheQueueAndHasItsResult) {
  Start();
  v1::CompleteManyRequest cancel;
  cancel.mutable_cancel()->set_item_id("b");
  Send(cancel);
  Settle();
  EXPECT_EQ(world.queue->waiting(), 1u);
  EXPECT_EQ(Results().at("b").error().code(), static_cast<int>(Code::kCancelled));
  AnswerItem(0);
  AnswerItem(1);
  EXPECT_TRUE(Results().at("c").has_completion());
  rpc.half_closed = true;
  Settle();
  End();
}

TEST_F(ParkedItemsTest, WhenTheQueueClosesItemsThatWaitHaveResultsAndTheOthersGoOn) {
  Start();
  world.queue->Close();
  Settle();
  for (const char* id : {"b", "c"}) {
    EXPECT_EQ(Results().at(id).error().code(), static_cast<int>(Code::kUnavailable)) << id;
  }
  AnswerItem(0);
  EXPECT_TRUE(Results().at("a").has_completion());
  rpc.half_closed = true;
  Settle();
  EXPECT_TRUE(rpc.status->ok());
  End();
}

TEST_F(ParkedItemsTest, AnItemThatWaitedLongEnoughHasItsResult) {
  Start();
  world.Pass(seconds(2));
  Settle();
  EXPECT_EQ(Results().at("c").error().code(), static_cast<int>(Code::kResourceExhausted));
  AnswerItem(0);
  rpc.half_closed = true;
  Settle();
  End();
}

TEST_F(ParkedItemsTest, AStreamThatGoesAwayTakesItsItemsFromTheQueue) {
  Start();
  rpc.Done(true);
  EXPECT_EQ(world.queue->waiting(), 0u);
  End();
}

TEST_F(ParkedItemsTest, AStreamThatIsCutTakesItsItemsFromTheQueue) {
  Start();
  Error why;
  why.code = Code::kUnavailable;
  why.reason = v1::ERROR_REASON_GATEWAY_DRAINING;
  (*world.live.begin())->Cut(why);
  EXPECT_EQ(world.queue->waiting(), 0u);
  EXPECT_FALSE(rpc.status->ok());
  End();
}

}  // namespace
}  // namespace inferwire::rpc
