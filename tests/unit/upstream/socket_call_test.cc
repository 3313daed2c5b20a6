// An upstream call whose answer is a WebSocket.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "openai/error.h"
#include "routed_call_fixture.h"

namespace inferwire::upstream {
namespace {

using namespace std::chrono_literals;

class SocketCall : public testing::Test, public SocketUser, public UpstreamCall::Observer {
 protected:
  SocketCall() : world({{.upstream = "a", .keys = 2}}) {}

  void Begin(routing::Resend resend = routing::Resend::kFailed) {
    UpstreamCall::Request request;
    const Route& route = *world.router.RouteOf("r");
    const Destination to = *world.router.At(route.targets[0], "r");
    request.upstream = to.upstream;
    request.model = to.model;
    request.model_state = to.state;
    request.method = "GET";
    request.path = "/realtime?model=m";
    request.use = Use::kRealtime;
    request.deadline = world.timers.Now() + 3600s;
    request.resend = resend;
    request.max_retries = 2;
    request.socket = this;
    call.emplace(world.runtime, std::move(request), stats, *this);
    call->Start();
  }
  http::PlayedSocket& last() { return *world.transport.sockets.back(); }
  void Open() { last().observer->OnOpen({}); }
  static http::Outcome Failed(bool unsent) {
    http::Outcome outcome;
    outcome.failure = unsent ? http::Failure::kConnect : http::Failure::kReset;
    outcome.provably_unsent = unsent;
    return outcome;
  }
  static std::string KeyOf(const http::PlayedSocket& socket) {
    for (const std::string& header : socket.request.headers) {
      if (header.starts_with("Authorization: Bearer ")) return header.substr(22);
    }
    return {};
  }

  // SocketUser
  bool OnMessage(std::string_view text) override {
    messages.emplace_back(text);
    return !full;
  }
  void OnRoom() override { ++rooms; }
  std::optional<Error> JudgeEnd(const http::WebSocketEnd& end) override {
    closed_with = end.code;
    if (end.code == 1000) return std::nullopt;
    return openai::Truncated("the session broke off", call->attempt());
  }
  // UpstreamCall::Observer
  void OnHead(int new_status, const http::Headers&) override {
    status = new_status;
    call->MarkOutput();
  }
  bool OnBody(std::string_view) override { return true; }
  void OnEnd(std::optional<Error> why) override {
    EXPECT_FALSE(ended);
    ended = true;
    error = std::move(why);
  }

  RoutedWorld world;
  gateway::CallStats stats;
  std::optional<UpstreamCall> call;
  std::vector<std::string> messages;
  int rooms = 0, status = 0;
  uint16_t closed_with = 0;
  bool full = false, ended = false;
  std::optional<Error> error;
};

TEST_F(SocketCall, TalksFromItsHeadOnAndEndsWell) {
  Begin();
  EXPECT_EQ(last().request.url, "http://a/v1/realtime?model=m");
  EXPECT_TRUE(KeyOf(last()).starts_with("secret-a"));
  EXPECT_EQ(world.in_flight(), 2) << "at its model and its endpoint";
  Open();
  EXPECT_EQ(status, 101);
  call->socket()->Send("question");
  EXPECT_EQ(last().sent, (std::vector<std::string>{"question"}));
  EXPECT_TRUE(http::FakeTransport::Message(last(), "answer"));
  last().observer->OnRoom();
  EXPECT_EQ(rooms, 1);
  last().traffic.sent = 10;
  last().observer->OnClosed({http::WebSocketEnd::By::kClose, 1000, ""});
  EXPECT_TRUE(ended);
  EXPECT_FALSE(error);
  EXPECT_EQ(call->socket(), nullptr);
  EXPECT_EQ(stats.http_status, 101);
  EXPECT_EQ(stats.bytes_sent, 10);
  EXPECT_EQ(world.in_flight(), 0);
  EXPECT_EQ(world.endpoint("a").Recent(world.timers.Now()).good, 1);
}

TEST_F(SocketCall, PausesWhileItsUserIsFull) {
  Begin();
  Open();
  full = true;
  EXPECT_FALSE(http::FakeTransport::Message(last(), "one"));
  full = false;
  call->Resume();
  EXPECT_FALSE(last().paused);
}

TEST_F(SocketCall, IsNotRepeatedOnceItIsOpen) {
  Begin(routing::Resend::kAnything);
  Open();
  last().observer->OnClosed({http::WebSocketEnd::By::kCut, 1006, ""});
  EXPECT_TRUE(ended);
  EXPECT_EQ(error->reason, v1::ERROR_REASON_STREAM_TRUNCATED);
  EXPECT_EQ(closed_with, 1006);
  EXPECT_EQ(world.transport.sockets.size(), 1u);
  EXPECT_EQ(world.in_flight(), 0);
}

TEST_F(SocketCall, IsRepeatedWhereNothingWasSent) {
  Begin();
  last().observer->OnFailed(Failed(/*unsent=*/true));
  EXPECT_FALSE(ended);
  world.Advance(10s);
  ASSERT_EQ(world.transport.sockets.size(), 2u);
  Open();
  EXPECT_EQ(status, 101);
}

TEST_F(SocketCall, TriesAnotherKeyWhereOneIsRefused) {
  Begin();
  const std::string first = KeyOf(last());
  last().observer->OnRefused(401, {}, R"({"error":{"message":"no","code":"invalid_api_key"}})");
  EXPECT_FALSE(ended);
  world.Advance(0s);
  ASSERT_EQ(world.transport.sockets.size(), 2u);
  EXPECT_NE(KeyOf(last()), first);
  last().observer->OnRefused(401, {}, R"({"error":{"message":"no","code":"invalid_api_key"}})");
  world.Advance(0s);
  ASSERT_TRUE(ended);
  EXPECT_EQ(error->reason, v1::ERROR_REASON_UPSTREAM_CREDENTIALS_REJECTED);
}

TEST_F(SocketCall, SaysWhatARefusalSays) {
  Begin(routing::Resend::kRefused);
  http::Headers headers;
  headers.Add("retry-after", "120");
  for (int i = 0; i < 4 && !ended; ++i) {
    last().observer->OnRefused(429, headers,
                               R"({"error":{"message":"slow down","code":"rate_limit_exceeded"}})");
    world.Advance(0s);
  }
  ASSERT_TRUE(ended);
  EXPECT_EQ(error->reason, v1::ERROR_REASON_RATE_LIMITED);
  EXPECT_EQ(error->retry_after, 120s);
  EXPECT_EQ(stats.http_status, 429);
}

TEST_F(SocketCall, AnOrdinaryAnswerIsNone) {
  Begin(routing::Resend::kRefused);
  last().observer->OnRefused(200, {}, "{}");
  ASSERT_TRUE(ended);
  EXPECT_EQ(error->reason, v1::ERROR_REASON_UPSTREAM_PROTOCOL);
}

TEST_F(SocketCall, TakesNoLongerToOpenThanAnAnswerMay) {
  Begin(routing::Resend::kRefused);
  last().traffic.sent = 200;  // the upgrade's request
  world.Advance(20s);
  ASSERT_TRUE(ended);
  EXPECT_EQ(error->metadata["timeout"], "first_byte");
  EXPECT_TRUE(last().aborted_with);
}

TEST_F(SocketCall, PingsAnUpstreamThatIsQuietAndGivesItUp) {
  Begin();
  Open();
  world.Advance(20s);
  EXPECT_EQ(last().pings, 1);
  last().traffic.last_received = world.timers.Now() + 1s;  // a pong
  world.Advance(20s);
  EXPECT_FALSE(ended);
  EXPECT_EQ(last().pings, 1) << "not quiet for long enough";
  world.Advance(1s);
  EXPECT_EQ(last().pings, 2);
  world.Advance(20s);
  ASSERT_TRUE(ended);
  EXPECT_EQ(error->reason, v1::ERROR_REASON_STREAM_TRUNCATED);
}

TEST_F(SocketCall, KeepsAnIdleSessionWhosePingsAreAnsweredAtOnce) {
  Begin();
  Open();
  for (int pings = 1; pings < 10; ++pings) {
    world.Advance(20s);
    ASSERT_FALSE(ended) << pings;
    EXPECT_EQ(last().pings, pings);
    last().traffic.last_received =
        world.timers.Now();  // as old as the silence, when it is looked at
  }
}

TEST_F(SocketCall, DoesNotBlameUpstreamForASlowReader) {
  Begin();
  Open();
  full = true;
  http::FakeTransport::Message(last(), "one");
  world.Advance(300s);
  EXPECT_FALSE(ended);
  EXPECT_EQ(last().pings, 0);
}

TEST_F(SocketCall, SaysWhyItIsCancelled) {
  Begin();
  Open();
  call->SayAtCancel(1001);
  call->Cancel();
  EXPECT_EQ(last().aborted_with, 1001);
  EXPECT_EQ(call->socket(), nullptr);
  EXPECT_EQ(world.in_flight(), 0);
  EXPECT_FALSE(ended);
}

}  // namespace
}  // namespace inferwire::upstream
