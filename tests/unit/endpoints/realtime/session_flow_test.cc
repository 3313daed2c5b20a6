// A realtime session's back-pressure, its time, and the ways in which it ends unasked.
#include <gtest/gtest.h>

#include "session_world.h"

namespace inferwire::endpoints {
namespace {

using namespace std::chrono_literals;
using By = http::WebSocketEnd::By;

TEST(RealtimeFlow, HoldsUpstreamBackWhileItsCallerIsFull) {
  SessionWorld world;
  world.Open();
  world.full = true;
  EXPECT_FALSE(world.Say(R"({"type":"one"})")) << "it is taken, and is the last for now";
  EXPECT_EQ(world.last().server_event().type(), "one");
  world.full = false;
  world.session->Resume();
  EXPECT_FALSE(world.socket().paused);
  EXPECT_TRUE(world.Say(R"({"type":"two"})"));
}

TEST(RealtimeFlow, DoesNotReadItsCallerWhileUpstreamHasNoRoom) {
  SessionWorld world;
  world.Open();
  EXPECT_TRUE(world.session->HasRoom());
  world.socket().room = false;
  EXPECT_FALSE(world.session->HasRoom());
  const int before = world.rooms;
  world.socket().room = true;
  world.socket().observer->OnRoom();
  EXPECT_EQ(world.rooms, before + 1);
}

TEST(RealtimeFlow, TakesSomeOfWhatComesBeforeItIsOpen) {
  SessionWorld world;
  world.BeginWith();
  v1::ConnectRequest audio;
  audio.set_audio(std::string(30'000, 'a'));
  int taken = 0;
  for (; world.session->HasRoom(); ++taken) world.Take(audio);
  EXPECT_GT(taken, 5);
  EXPECT_LT(taken, 10);
  world.Accept();
  EXPECT_TRUE(world.session->HasRoom());
  EXPECT_EQ(world.socket().sent.size(), static_cast<size_t>(taken));
}

TEST(RealtimeFlow, BeatsWhileNothingElseIsSaid) {
  SessionWorld world;
  world.Open();
  world.Advance(15s);
  EXPECT_EQ(world.CountOf(Response::kHeartbeat), 1);
  world.Advance(10s);
  world.Say(R"({"type":"one"})");
  world.Advance(10s);
  EXPECT_EQ(world.CountOf(Response::kHeartbeat), 1);
  world.Advance(15s);
  EXPECT_EQ(world.CountOf(Response::kHeartbeat), 2);
}

TEST(RealtimeFlow, SaysWhenItsDeadlineIsNear) {
  SessionWorld world;
  world.lasts = 600s;
  world.Open();
  world.Advance(539s);
  EXPECT_EQ(world.CountOf(Response::kGoingAway), 0);
  world.Advance(1s);
  ASSERT_EQ(world.CountOf(Response::kGoingAway), 1);
  for (const Response& response : world.said) {
    if (!response.has_going_away()) continue;
    EXPECT_EQ(response.going_away().reason(), "DEADLINE");
    const auto end =
        std::chrono::duration_cast<std::chrono::seconds>(world.clock.WallNow().time_since_epoch())
            .count() +
        60;
    EXPECT_NEAR(static_cast<double>(response.going_away().end_time().seconds()),
                static_cast<double>(end), 1);
  }
}

TEST(RealtimeFlow, SaysWhenUpstreamsSessionIsNearItsEnd) {
  SessionWorld world;
  world.Open();
  const auto now =
      std::chrono::duration_cast<std::chrono::seconds>(world.clock.WallNow().time_since_epoch())
          .count();
  world.Say(R"({"type":"session.created","session":{"id":"s","expires_at":)" +
            std::to_string(now + 1800) + "}}");
  world.Advance(1740s);
  ASSERT_EQ(world.CountOf(Response::kGoingAway), 1);
  // Upstream then says so and ends it.
  world.Say(R"({"type":"error","error":{"type":"invalid_request_error",)"
            R"("code":"session_expired","message":"60 minutes"}})");
  world.Close(1001);
  EXPECT_EQ(world.error().reason, v1::ERROR_REASON_SESSION_ENDED);
  EXPECT_EQ(world.error().metadata.at("cause"), "session_limit");
}

TEST(RealtimeFlow, PassesOnThatItWillBeEnded) {
  SessionWorld world;
  world.BeginWith();
  world.session->Announce("GATEWAY_DRAINING", world.clock.Now() + 600s);
  EXPECT_TRUE(world.said.empty()) << "it has not begun";
  world.Accept();
  world.session->Announce("GATEWAY_DRAINING", world.clock.Now() + 600s);
  EXPECT_EQ(world.last().going_away().reason(), "GATEWAY_DRAINING");
}

TEST(RealtimeFlow, AnEndThatNobodyAskedForIsAnError) {
  struct Case {
    By by;
    uint16_t code;
    v1::ErrorReason reason;
  };
  for (const Case& each : {Case{By::kClose, 1000, v1::ERROR_REASON_SESSION_ENDED},
                           Case{By::kClose, 1011, v1::ERROR_REASON_UPSTREAM_ERROR},
                           Case{By::kCut, 1006, v1::ERROR_REASON_STREAM_TRUNCATED},
                           Case{By::kBroken, 1009, v1::ERROR_REASON_RESPONSE_TOO_LARGE}}) {
    SessionWorld world;
    world.Open();
    world.Close(each.code, "why", each.by);
    ASSERT_TRUE(world.end_error) << each.code;
    EXPECT_EQ(world.error().reason, each.reason);
    EXPECT_EQ(world.CountOf(Response::kCompleted), 0);
  }
}

TEST(RealtimeFlow, ARefusalAtTheUpgradeIsWhatItIsEverywhere) {
  SessionWorld world;
  world.BeginWith();
  http::Headers headers;
  headers.Add("retry-after", "7");
  world.socket().observer->OnRefused(
      429, headers, R"({"error":{"message":"slow down","code":"rate_limit_exceeded"}})");
  for (int i = 0; i < 5 && !world.ended; ++i) {
    world.Advance(60s);
    if (!world.ended) {
      world.socket().observer->OnRefused(
          429, headers, R"({"error":{"message":"slow down","code":"rate_limit_exceeded"}})");
    }
  }
  ASSERT_TRUE(world.end_error);
  EXPECT_EQ(world.error().reason, v1::ERROR_REASON_RATE_LIMITED);
  EXPECT_EQ(world.error().retry_after, 7s);
  EXPECT_TRUE(world.said.empty());
}

TEST(RealtimeFlow, SaysGoodbyeAsTheCallEnds) {
  const auto code = [](v1::ErrorReason reason) {
    SessionWorld world;
    world.Open();
    world.session->Abandon(reason);
    EXPECT_FALSE(world.ended) << "nobody is told";
    world.session->Abandon(reason);
    world.Advance(100s);
    return world.socket().aborted_with;
  };
  EXPECT_EQ(code(v1::ERROR_REASON_CANCELLED), 1000);
  EXPECT_EQ(code(v1::ERROR_REASON_DEADLINE), 1001);
  EXPECT_EQ(code(v1::ERROR_REASON_GATEWAY_DRAINING), 1001);
}

TEST(RealtimeFlow, IsLeftAtEveryStage) {
  for (int stage = 0; stage < 4; ++stage) {
    SessionWorld world;
    world.Begin();
    if (stage > 0) {
      v1::ConnectRequest message;
      message.mutable_start()->set_model("gpt-realtime");
      world.Take(message);
    }
    if (stage > 1) world.Accept();
    if (stage > 2) world.session->EndOfInput();
    world.session.reset();
    EXPECT_EQ(world.transport.sockets.empty(), stage == 0);
    if (stage > 0) {
      EXPECT_TRUE(world.socket().aborted_with) << stage;
    }
    world.Advance(1h);
    EXPECT_FALSE(world.ended);
  }
}

}  // namespace
}  // namespace inferwire::endpoints
