// A call that streams in both directions and is admitted by what its first message says.
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

using Item = v1::CompleteManyRequest;

struct Played {
  gateway::ClientStream::Observer* observer = nullptr;
  gateway::CallContext context;
  std::vector<std::string> taken;
  bool input_ended = false, alive = false;

  void Say(std::string_view id) {
    v1::CompleteResponse answer;
    answer.mutable_completion()->set_id(id.data(), id.size());
    observer->OnMessage(answer);
  }
};

class PlayedStream final : public gateway::ClientStream {
 public:
  explicit PlayedStream(Played& played) : played_(played) { played_.alive = true; }
  ~PlayedStream() override { played_.alive = false; }
  void Start() override {}
  void Resume() override {}
  const gateway::CallStats& stats() const override { return stats_; }
  bool HasRoom() override { return true; }
  void Take(google::protobuf::Message& message) override {
    played_.taken.push_back(static_cast<Item&>(message).item().item_id());
  }
  void EndOfInput() override { played_.input_ended = true; }

 private:
  Played& played_;
  const gateway::CallStats stats_;
};

class FirstMessageWorld : public World {
 public:
  using World::World;

  Played played;
  const Endpoint endpoint{
      {.service = "inferwire.v1.ChatService",
       .method = "CompleteMany",
       .kind = Kind::kBidiStream,
       .operation = "chat",
       .begin_client_stream = {
           .new_request = NewRequest<Item>,
           .model = [](const Message& first) -> std::string_view {
             return static_cast<const Item&>(first).item().params().model();
           },
           .options = [](const Message& first) -> const v1::CallOptions* {
             return &static_cast<const Item&>(first).item().options();
           },
           .operation = [this](const upstream::Runtime&, const gateway::CallContext& context,
                               gateway::ClientStream::Observer& observer) -> ClientStreamBegun {
             played.observer = &observer;
             played.context = context;
             return std::unique_ptr<gateway::ClientStream>(new PlayedStream(played));
           }},
       .session = true},
      metrics};
};

class FirstMessage : public ::testing::Test {
 protected:
  ~FirstMessage() override {
    EXPECT_THAT(rpc.violations, ::testing::IsEmpty());
    EXPECT_TRUE(world.live.empty());
    EXPECT_FALSE(world.played.alive);
  }
  void Serve() { static_cast<World&>(world).Serve(world.endpoint, rpc); }
  void Send(const std::string& id) {
    Item message;
    message.mutable_item()->set_item_id(id);
    message.mutable_item()->mutable_params()->set_model("gpt-4.1-mini");
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

  FirstMessageWorld world;
  FakeRpc rpc;
};

TEST_F(FirstMessage, IsWaitedForAndThenTakenAsAnyOther) {
  Serve();
  EXPECT_FALSE(world.played.alive);
  EXPECT_EQ(world.in_flight->all.load(), 0);
  Send("a");
  Send("b");
  ReadAll();
  EXPECT_EQ(world.in_flight->all.load(), 1) << "admitted";
  EXPECT_THAT(world.played.taken, ::testing::ElementsAre("a", "b"));
  rpc.Done(true);
  End();
}

TEST_F(FirstMessage, AnswersComeWhileTheCallerStillSends) {
  Serve();
  Send("a");
  ReadAll();
  world.played.Say("one");
  ASSERT_TRUE(rpc.writing);
  rpc.CompleteWrite(true);
  Send("b");
  ReadAll();
  world.played.Say("two");
  rpc.CompleteWrite(true);
  rpc.half_closed = true;
  ReadAll();
  EXPECT_TRUE(world.played.input_ended);
  world.played.Say("last");
  world.played.observer->OnEnd(std::nullopt);
  if (rpc.writing) rpc.CompleteWrite(true);
  EXPECT_EQ(rpc.written.size(), 3u);
  EXPECT_TRUE(rpc.status->ok());
  End();
}

TEST_F(FirstMessage, ASessionHasItsOwnDeadline) {
  Serve();
  Send("a");
  ReadAll();
  world.Advance(std::chrono::seconds(3600));
  EXPECT_FALSE(rpc.status);
  world.Advance(std::chrono::seconds(200));
  ASSERT_TRUE(rpc.status);
  EXPECT_EQ(rpc.status->error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  End();
}

TEST_F(FirstMessage, ACallerThatSendsNoneIsRefused) {
  Serve();
  rpc.half_closed = true;
  ReadAll();
  ASSERT_TRUE(rpc.status);
  EXPECT_EQ(rpc.status->error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  End();
}

TEST_F(FirstMessage, ACallerThatIsSilentIsNotWaitedForForever) {
  Serve();
  world.Advance(std::chrono::seconds(31));
  ASSERT_TRUE(rpc.status);
  EXPECT_EQ(rpc.status->error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  End();
}

TEST_F(FirstMessage, WhatItAsksForIsChecked) {
  Serve();
  Item message;
  message.mutable_item()->mutable_options()->mutable_max_queue_wait()->set_seconds(-1);
  rpc.to_read.push_back(Serialize(message));
  ReadAll();
  ASSERT_TRUE(rpc.status);
  const auto info = inferwire::testing_support::DetailOf<google::rpc::ErrorInfo>(*rpc.status);
  EXPECT_EQ(info->reason(), "INVALID_PARAMETER");
  EXPECT_FALSE(world.played.alive);
  End();
}

TEST_F(FirstMessage, WhatDoesNotParseEndsTheCall) {
  Serve();
  grpc::Slice slice("\xff\xff\xff");
  rpc.to_read.emplace_back(&slice, 1);
  rpc.CompleteRead();
  ASSERT_TRUE(rpc.status);
  EXPECT_EQ(rpc.status->error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  End();
}

// Whatever the order of events, gRPC's rules hold and the call goes away.
TEST(FirstMessageSchedule, AnyOrderOfEventsEndsTheCallOnce) {
  int ended_well = 0, refused = 0, gone = 0;
  for (uint64_t seed = 0; seed < 2000; ++seed) {
    std::mt19937_64 engine(seed);
    const auto pick = [&](uint64_t below) { return engine() % below; };
    FirstMessageWorld world(seed);
    FakeRpc rpc;
    static_cast<World&>(world).Serve(world.endpoint, rpc);
    bool ended = false;
    for (int step = 0; step < 200 && rpc.wire_alive; ++step) {
      std::vector<std::function<void()>> can;
      if (rpc.CanRead()) can.push_back([&] { rpc.CompleteRead(); });
      if (rpc.writing) can.push_back([&] { rpc.CompleteWrite(!rpc.cancelled); });
      if (rpc.finishing) can.push_back([&] { rpc.CompleteFinish(!rpc.cancelled); });
      if (!rpc.half_closed) {
        can.push_back([&] { rpc.to_read.push_back(Serialize(Item())); });
        if (pick(8) == 0) can.push_back([&] { rpc.half_closed = true; });
      }
      if (world.played.alive && !ended) {
        can.push_back([&] { world.played.Say("x"); });
        if (world.played.input_ended || pick(20) == 0) {
          can.push_back([&] {
            ended = true;
            const bool well = world.played.input_ended;
            world.played.observer->OnEnd(well ? std::nullopt
                                              : std::optional<Error>(InvalidField("a", "b")));
          });
        }
      }
      if (pick(30) == 0) can.push_back([&] { world.Advance(std::chrono::seconds(pick(4000))); });
      if (!rpc.done && (rpc.status || pick(60) == 0)) {
        can.push_back([&] { rpc.Done(!rpc.status.has_value()); });
      }
      if (!can.empty()) can[pick(can.size())]();
      if (rpc.status) ended = true;
    }
    if (rpc.wire_alive && !rpc.done) rpc.Done(!rpc.status.has_value());
    if (rpc.writing) rpc.CompleteWrite(false);
    if (rpc.finishing) rpc.CompleteFinish(false);
    if (rpc.reading) rpc.CompleteRead();
    ASSERT_THAT(rpc.violations, ::testing::IsEmpty()) << "seed " << seed;
    ASSERT_TRUE(world.live.empty()) << "seed " << seed;
    ASSERT_FALSE(world.played.alive) << "seed " << seed;
    (!rpc.status ? gone : rpc.status->ok() ? ended_well : refused) += 1;
  }
  EXPECT_GT(ended_well, 50);
  EXPECT_GT(refused, 100);
  EXPECT_GT(gone, 100);
}

}  // namespace
}  // namespace inferwire::rpc
