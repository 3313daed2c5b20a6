// Streams, as a range and with callbacks.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <concepts>
#include <future>
#include <memory>
#include <optional>
#include <thread>

#include "client/fake_gateway.h"
#include "inferwire/client.h"

namespace inferwire::client {
namespace {

using testing_support::FakeGateway;

Client Connect(const FakeGateway& gateway) {
  return *Client::Connect(
      {.target = gateway.target(), .retry_initial_backoff = std::chrono::milliseconds(1)});
}

v1::StreamCompleteRequest Request() {
  v1::StreamCompleteRequest request;
  *request.mutable_params() = Ask("hi");
  return request;
}

static_assert(std::input_iterator<EventStream::Iterator>);

TEST(Stream, GivesEveryEventInOrder) {
  FakeGateway gateway;
  gateway.on_stream = [](auto&, const auto&, auto& writer) {
    return testing_support::StreamWords("one two three", writer);
  };
  auto stream = Connect(gateway).Stream(Request());
  std::string text;
  int events = 0;
  for (const Event& event : stream) {
    text += event.text();
    ++events;
  }
  EXPECT_TRUE(stream.status());
  EXPECT_EQ(text, "one two three");
  EXPECT_EQ(events, 5);
}

TEST(Stream, ReadTextCollectsAll) {
  FakeGateway gateway;
  gateway.on_stream = [](auto&, const auto&, auto& writer) {
    return testing_support::StreamWords("one two", writer);
  };
  EXPECT_EQ(*ReadText(Connect(gateway).Stream("hi")), "one two");
}

TEST(Stream, LeavingTheLoopCancelsTheCall) {
  FakeGateway gateway;
  testing_support::Signal cancelled;
  gateway.on_stream = [&](auto& context, const auto&, auto& writer) {
    writer.Write(testing_support::Started());
    testing_support::AwaitCancel(context);
    cancelled.Set();
    return grpc::Status::CANCELLED;
  };
  Client client = Connect(gateway);
  for (const Event& event : client.Stream(Request())) {
    EXPECT_TRUE(event.message.has_started());
    break;
  }
  EXPECT_TRUE(cancelled.Wait());
}

TEST(Stream, IsCancelledFromAnotherThread) {
  FakeGateway gateway;
  gateway.on_stream = [&](auto& context, const auto&, auto& writer) {
    writer.Write(testing_support::Started());
    testing_support::AwaitCancel(context);
    return grpc::Status::CANCELLED;
  };
  std::stop_source stop;
  auto stream = Connect(gateway).Stream(Request(), {.cancellation = stop.get_token()});
  std::jthread canceller;
  for (const Event& event : stream) {
    EXPECT_TRUE(event.message.has_started());
    canceller = std::jthread([&] { stop.request_stop(); });
  }
  ASSERT_FALSE(stream.status());
  EXPECT_EQ(stream.status().error().code, grpc::StatusCode::CANCELLED);
}

TEST(Stream, ErrorAfterOutputIsNotASuccess) {
  FakeGateway gateway;
  gateway.on_stream = [](auto&, const auto&, auto& writer) {
    writer.Write(testing_support::Chunk("half"));
    return testing_support::ToStatus(
        testing_support::RpcStatus({.code = grpc::StatusCode::UNAVAILABLE,
                                    .reason = "STREAM_TRUNCATED",
                                    .message = "cut",
                                    .metadata = {{"phase", "after_output"}}}));
  };
  auto stream = Connect(gateway).Stream(Request());
  std::string text;
  for (const Event& event : stream) text += event.text();
  EXPECT_EQ(text, "half");
  ASSERT_FALSE(stream.status());
  EXPECT_EQ(stream.status().error().reason, "STREAM_TRUNCATED");
  EXPECT_FALSE(stream.status().error().safe_to_retry);
}

TEST(Stream, OkWithoutItsLastMessageIsTruncated) {
  FakeGateway gateway;
  gateway.on_stream = [](auto&, const auto&, auto& writer) {
    writer.Write(testing_support::Chunk("half"));
    return grpc::Status::OK;
  };
  const auto text = ReadText(Connect(gateway).Stream("hi"));
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().reason, kStreamTruncated);
}

TEST(Stream, IsRetriedBeforeItsFirstMessageOnly) {
  FakeGateway gateway;
  std::atomic<int> calls = 0;
  gateway.on_stream = [&](auto&, const auto&, auto& writer) {
    if (++calls == 1) return grpc::Status(grpc::StatusCode::UNAVAILABLE, "not yet");
    writer.Write(testing_support::Chunk("x"));
    return grpc::Status(grpc::StatusCode::UNAVAILABLE, "after output");
  };
  EXPECT_FALSE(ReadText(Connect(gateway).Stream("hi")));
  EXPECT_EQ(calls, 2);
}

TEST(StreamCall, CallsTheHandlersInOrder) {
  FakeGateway gateway;
  gateway.on_stream = [](auto&, const auto&, auto& writer) {
    return testing_support::StreamWords("one two three", writer);
  };
  std::string text;
  int done = 0;
  auto call = Connect(gateway).Stream(
      Request(), {.on_event = [&](const Event& event) { text += event.text(); },
                  .on_done = [&](const Result<void>& status) { done += status.ok() ? 1 : 100; }});
  EXPECT_TRUE(call.Wait());
  EXPECT_EQ(text, "one two three");
  EXPECT_EQ(done, 1);
}

TEST(StreamCall, SlowHandlerStopsTheServer) {
  constexpr int kChunkBytes = 1 << 20;
  constexpr int kChunks = 64;
  FakeGateway gateway;
  testing_support::Signal server_done;
  gateway.on_stream = [&](auto&, const auto&, auto& writer) {
    const auto chunk = testing_support::Chunk(std::string(kChunkBytes, 'x'));
    for (int i = 0; i < kChunks && writer.Write(chunk); ++i) {
    }
    server_done.Set();
    writer.Write(testing_support::Completed("x"));
    return grpc::Status::OK;
  };
  testing_support::Signal first;
  testing_support::Signal go_on;
  int received = 0;
  auto call = Connect(gateway).Stream(Request(), {.on_event = [&](const Event& event) {
                                        if (received == 0) {
                                          first.Set();
                                          EXPECT_TRUE(go_on.Wait());
                                        }
                                        if (event.message.has_chunk()) ++received;
                                      }});
  ASSERT_TRUE(first.Wait());
  // The handler holds the first message: the server cannot have sent them all, whatever its
  // buffers.
  EXPECT_FALSE(server_done.WaitFor(std::chrono::milliseconds(500)));
  go_on.Set();
  EXPECT_TRUE(call.Wait());
  EXPECT_TRUE(server_done.Wait());
  EXPECT_EQ(received, kChunks);
}

TEST(StreamCall, LettingGoCancelsAndWaits) {
  FakeGateway gateway;
  testing_support::Signal cancelled;
  gateway.on_stream = [&](auto& context, const auto&, auto& writer) {
    writer.Write(testing_support::Started());
    testing_support::AwaitCancel(context);
    cancelled.Set();
    return grpc::Status::CANCELLED;
  };
  bool done = false;
  {
    testing_support::Signal first;
    auto call =
        Connect(gateway).Stream(Request(), {.on_event = [&](const Event&) { first.Set(); },
                                            .on_done = [&](const Result<void>&) { done = true; }});
    EXPECT_TRUE(first.Wait());
  }
  EXPECT_TRUE(done);
  EXPECT_TRUE(cancelled.Wait());
}

TEST(StreamCall, CanBeLetGoInsideItsHandler) {
  FakeGateway gateway;
  testing_support::Signal cancelled;
  gateway.on_stream = [&](auto& context, const auto&, auto& writer) {
    writer.Write(testing_support::Started());
    testing_support::AwaitCancel(context);
    cancelled.Set();
    return grpc::Status::CANCELLED;
  };
  testing_support::Signal stored;
  testing_support::Signal done;
  std::optional<StreamCall> call;
  call.emplace(
      Connect(gateway).Stream(Request(), {.on_event =
                                              [&](const Event&) {
                                                EXPECT_TRUE(stored.Wait());
                                                call.reset();
                                              },
                                          .on_done = [&](const Result<void>&) { done.Set(); }}));
  stored.Set();
  EXPECT_TRUE(done.Wait());
  EXPECT_TRUE(cancelled.Wait());
}

// What dies with a call tells where: the channel may die with it.
struct Mourner {
  explicit Mourner(std::promise<std::thread::id>& where) : where_(where) {}
  ~Mourner() { where_.set_value(std::this_thread::get_id()); }
  std::promise<std::thread::id>& where_;
};

TEST(StreamCall, DiesWithItsHolderAndNotOnAThreadOfGrpc) {
  FakeGateway gateway;
  gateway.on_stream = [](auto&, const auto&, auto& writer) {
    return testing_support::StreamWords("one", writer);
  };
  for (int i = 0; i < 20; ++i) {
    std::promise<std::thread::id> where;
    {
      auto call = Connect(gateway).Stream(
          Request(),
          {.on_done = [mourner = std::make_shared<Mourner>(where)](const Result<void>&) {}});
      EXPECT_TRUE(call.Wait());
    }
    auto died = where.get_future();
    ASSERT_EQ(died.wait_for(std::chrono::seconds(0)), std::future_status::ready);
    EXPECT_EQ(died.get(), std::this_thread::get_id());
  }
}

TEST(StreamCall, LetGoInsideItsHandlerItDiesOnAThreadOfItsOwn) {
  FakeGateway gateway;
  gateway.on_stream = [](auto&, const auto&, auto& writer) {
    return testing_support::StreamWords("one", writer);
  };
  std::promise<std::thread::id> where;
  testing_support::Signal stored;
  std::thread::id grpcs;
  std::optional<StreamCall> call;
  call.emplace(Connect(gateway).Stream(
      Request(), {.on_event =
                      [&](const Event&) {
                        EXPECT_TRUE(stored.Wait());
                        call.reset();
                      },
                  .on_done = [&grpcs, mourner = std::make_shared<Mourner>(where)](
                                 const Result<void>&) { grpcs = std::this_thread::get_id(); }}));
  stored.Set();
  auto died = where.get_future();
  ASSERT_EQ(died.wait_for(std::chrono::seconds(20)), std::future_status::ready);
  EXPECT_NE(died.get(), grpcs);
}

}  // namespace
}  // namespace inferwire::client
