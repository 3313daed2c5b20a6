// A call whose request is a stream: its caller and the operation that takes the messages are played
// by the test.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <random>

#include "call_fixture.h"
#include "google/rpc/error_details.pb.h"
#include "rpc/begin.h"
#include "rpc/operation_call.h"
#include "support/status_detail.h"

namespace inferwire::rpc {
namespace {

// The operation as the test sees it; outlives it.
struct Played {
  gateway::ClientStream::Observer* observer = nullptr;
  gateway::CallContext context;
  std::vector<std::string> taken;
  bool room = true;
  bool refuses = false;  // ends with an error from within the next Take
  bool input_ended = false;
  bool started = false;
  bool alive = false;

  void Answer(std::string_view id) {
    v1::CompleteResponse answer;
    answer.mutable_completion()->set_id(id.data(), id.size());
    observer->OnMessage(answer);
    observer->OnEnd(std::nullopt);
  }
};

class PlayedClientStream final : public gateway::ClientStream {
 public:
  explicit PlayedClientStream(Played& played) : played_(played) { played_.alive = true; }
  ~PlayedClientStream() override { played_.alive = false; }

  void Start() override { played_.started = true; }
  void Resume() override {}
  const gateway::CallStats& stats() const override { return stats_; }
  bool HasRoom() override { return played_.room; }
  void Take(google::protobuf::Message& message) override {
    played_.taken.push_back(static_cast<v1::CompleteManyRequest&>(message).item().item_id());
    if (played_.refuses) played_.observer->OnEnd(InvalidField("item", "is refused"));
  }
  void EndOfInput() override { played_.input_ended = true; }

 private:
  Played& played_;
  const gateway::CallStats stats_;
};

class ClientStreamWorld : public World {
 public:
  using World::World;

  void Serve(FakeRpc& rpc) { World::Serve(endpoint, rpc); }

  Played played;
  std::optional<Error> begin_error;
  const Endpoint endpoint{
      {.service = "inferwire.v1.BatchesService",
       .method = "CreateBatch",
       .kind = Kind::kClientStream,
       .operation = "chat",
       .begin_client_stream =
           {.new_request = NewRequest<v1::CompleteManyRequest>,
            .operation = [this](const upstream::Runtime&, const gateway::CallContext& context,
                                gateway::ClientStream::Observer& observer) -> ClientStreamBegun {
              if (begin_error) return *begin_error;
              played.observer = &observer;
              played.context = context;
              return std::unique_ptr<gateway::ClientStream>(new PlayedClientStream(played));
            }}},
      metrics};
};

class ClientStreamCallTest : public ::testing::Test {
 protected:
  ~ClientStreamCallTest() override {
    EXPECT_THAT(rpc.violations, ::testing::IsEmpty());
    EXPECT_TRUE(world.live.empty());
    EXPECT_FALSE(world.played.alive);
  }

  void Send(const std::string& id) {
    v1::CompleteManyRequest message;
    message.mutable_item()->set_item_id(id);
    rpc.to_read.push_back(Serialize(message));
  }
  void ReadAll() {
    while (rpc.CanRead()) rpc.CompleteRead();
  }
  void End() {
    if (rpc.finishing) rpc.CompleteFinish(true);
    if (!rpc.done) rpc.Done(false);
    if (rpc.reading) rpc.CompleteRead();
  }

  ClientStreamWorld world;
  FakeRpc rpc;
};

TEST_F(ClientStreamCallTest, TakesEveryMessageInOrderAndAnswersOnce) {
  rpc.identity = "spiffe://example/team-a";
  world.Serve(rpc);
  EXPECT_TRUE(world.played.started);
  EXPECT_EQ(world.played.context.owner, "spiffe://example/team-a");
  Send("a");
  Send("b");
  rpc.half_closed = true;
  ReadAll();
  EXPECT_THAT(world.played.taken, ::testing::ElementsAre("a", "b"));
  ASSERT_TRUE(world.played.input_ended);
  EXPECT_FALSE(rpc.reading);
  world.played.Answer("done");
  ASSERT_EQ(rpc.written.size(), 1u);
  EXPECT_EQ(rpc.Written<v1::CompleteResponse>(0).completion().id(), "done");
  EXPECT_TRUE(rpc.status->ok());
  End();
}

TEST_F(ClientStreamCallTest, DoesNotReadTheCallerWhileTheOperationHasNoRoom) {
  world.Serve(rpc);
  Send("a");
  Send("b");
  world.played.room = false;
  ReadAll();
  EXPECT_THAT(world.played.taken, ::testing::ElementsAre("a"));
  EXPECT_FALSE(rpc.reading);
  world.played.room = true;
  world.played.observer->OnRoom();
  ReadAll();
  EXPECT_THAT(world.played.taken, ::testing::ElementsAre("a", "b"));
  rpc.Done(true);
  End();
}

TEST_F(ClientStreamCallTest, ARefusalEndsTheCallBeforeTheCallerHasSentEverything) {
  world.Serve(rpc);
  Send("a");
  Send("b");
  world.played.refuses = true;
  rpc.CompleteRead();
  ASSERT_TRUE(rpc.status);
  EXPECT_EQ(rpc.status->error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_FALSE(rpc.reading);
  End();
  EXPECT_THAT(world.played.taken, ::testing::ElementsAre("a"));
}

TEST_F(ClientStreamCallTest, WhatDoesNotParseEndsTheCallAndTheOperation) {
  world.Serve(rpc);
  grpc::Slice slice("\xff\xff\xff");
  rpc.to_read.emplace_back(&slice, 1);
  rpc.CompleteRead();
  ASSERT_TRUE(rpc.status);
  EXPECT_EQ(rpc.status->error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_FALSE(world.played.alive);
  End();
}

TEST_F(ClientStreamCallTest, AMessageOverTheLimitIsRefused) {
  world.limits.request_bytes = 100;
  world.Serve(rpc);
  Send(std::string(200, 'x'));
  rpc.CompleteRead();
  const auto info = inferwire::testing_support::DetailOf<google::rpc::ErrorInfo>(*rpc.status);
  EXPECT_EQ(info->reason(), "REQUEST_TOO_LARGE");
  End();
}

TEST_F(ClientStreamCallTest, AnOperationThatCannotBeginEndsTheCallUnread) {
  world.begin_error = InvalidField("batches", "are off");
  world.Serve(rpc);
  Send("a");
  ASSERT_TRUE(rpc.status);
  EXPECT_FALSE(rpc.reading);
  End();
}

TEST_F(ClientStreamCallTest, TheDeadlineEndsTheCallWhileTheCallerIsSilent) {
  world.Serve(rpc);
  Send("a");
  ReadAll();
  world.Advance(std::chrono::hours(2));
  ASSERT_TRUE(rpc.status);
  EXPECT_EQ(rpc.status->error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  EXPECT_FALSE(world.played.alive);
  EXPECT_TRUE(rpc.reading);
  End();
}

TEST_F(ClientStreamCallTest, ACancelEndsTheOperationInTheSameTurn) {
  world.Serve(rpc);
  Send("a");
  ReadAll();
  rpc.Done(true);
  EXPECT_FALSE(world.played.alive);
  EXPECT_TRUE(rpc.wire_alive);  // a read is in flight
  rpc.CompleteRead();
  EXPECT_FALSE(rpc.wire_alive);
  EXPECT_FALSE(rpc.status);
}

// Whatever the order of events, gRPC's rules hold and the call goes away.
TEST(ClientStreamCallSchedule, AnyOrderOfEventsEndsTheCallOnce) {
  int answered = 0, refused = 0, gone = 0;
  for (uint64_t seed = 0; seed < 3000; ++seed) {
    std::mt19937_64 engine(seed);
    const auto pick = [&](uint64_t below) { return engine() % below; };
    ClientStreamWorld world(seed);
    FakeRpc rpc;
    world.Serve(rpc);
    bool ended = false;
    for (int step = 0; step < 200 && rpc.wire_alive; ++step) {
      std::vector<std::function<void()>> can;
      if (rpc.CanRead()) can.push_back([&] { rpc.CompleteRead(); });
      if (rpc.finishing) can.push_back([&] { rpc.CompleteFinish(!rpc.cancelled); });
      if (!rpc.half_closed) {
        can.push_back([&] {
          v1::CompleteManyRequest message;
          message.mutable_item()->set_item_id("x");
          rpc.to_read.push_back(Serialize(message));
        });
        if (pick(8) == 0) can.push_back([&] { rpc.half_closed = true; });
      }
      if (world.played.alive && !ended) {
        can.push_back([&] {
          world.played.room = !world.played.room;
          if (world.played.room) world.played.observer->OnRoom();
        });
        if (world.played.input_ended) {
          can.push_back([&] { ended = true, world.played.Answer("done"); });
        } else if (pick(20) == 0) {
          can.push_back(
              [&] { ended = true, world.played.observer->OnEnd(InvalidField("a", "b")); });
        }
      }
      if (pick(30) == 0) can.push_back([&] { world.Advance(std::chrono::seconds(pick(700))); });
      if (!rpc.done && (rpc.status || pick(60) == 0)) {
        can.push_back([&] { rpc.Done(!rpc.status.has_value()); });
      }
      if (!can.empty()) can[pick(can.size())]();
      if (rpc.status) ended = true;
    }
    if (rpc.wire_alive && !rpc.done) rpc.Done(!rpc.status.has_value());
    if (rpc.finishing) rpc.CompleteFinish(false);
    if (rpc.reading) rpc.CompleteRead();
    ASSERT_THAT(rpc.violations, ::testing::IsEmpty()) << "seed " << seed;
    ASSERT_TRUE(world.live.empty()) << "seed " << seed;
    ASSERT_FALSE(world.played.alive) << "seed " << seed;
    ASSERT_EQ(rpc.status && rpc.status->ok(), !rpc.written.empty()) << "seed " << seed;
    (!rpc.status ? gone : rpc.status->ok() ? answered : refused) += 1;
  }
  EXPECT_GT(answered, 100);
  EXPECT_GT(refused, 100);
  EXPECT_GT(gone, 100);
}

}  // namespace
}  // namespace inferwire::rpc
