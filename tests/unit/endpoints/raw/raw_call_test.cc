// Raw calls: what of the answer reaches the caller, and what must not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "unit/rpc/operation_call_fixture.h"

namespace inferwire::rpc {
namespace {

using http::FakeTransport;
using http::PlayedTransfer;

constexpr std::string_view kKey = "sk-proj/abc+DEF_0123456789";

std::shared_ptr<upstream::UpstreamKey> Key(std::string_view text = kKey) {
  auto key = upstream::UpstreamKey::Read([text] { return Secret::FromText(text, "the test"); });
  return key ? *key : nullptr;
}

http::Headers Headers(std::initializer_list<std::pair<std::string_view, std::string_view>> all) {
  http::Headers headers;
  for (const auto& [name, value] : all) headers.Add(name, value);
  return headers;
}

class RawTest : public ::testing::Test {
 protected:
  explicit RawTest(std::shared_ptr<upstream::UpstreamKey> key = Key())
      : world(1, {}, std::move(key)) {}
  ~RawTest() override {
    EXPECT_THAT(rpc.violations, ::testing::IsEmpty());
    EXPECT_TRUE(world.live.empty());
  }

  template <class Request>
  static Request Post(std::string_view path, std::string_view body) {
    Request request;
    request.mutable_call()->set_method("POST");
    request.mutable_call()->set_path(path.data(), path.size());
    request.mutable_call()->set_body(body.data(), body.size());
    return request;
  }
  PlayedTransfer& transfer() { return *world.transport.transfers.back(); }
  void RunToEnd() {
    while (rpc.writing) rpc.CompleteWrite(true);
    if (rpc.finishing) rpc.CompleteFinish(true);
    if (rpc.wire_alive) rpc.Done(false);
  }
  v1::InvokeResponse Answer() { return rpc.Written<v1::InvokeResponse>(0); }
  // The bodies of all parts and events, one after the other.
  std::string Streamed() {
    std::string all;
    for (size_t i = 0; i < rpc.written.size(); ++i) {
      const auto message = rpc.Written<v1::StreamInvokeResponse>(i);
      all += message.body_part() + message.event().event() + message.event().id() +
             message.event().data();
    }
    return all;
  }

  World world;
  FakeRpc rpc;
};

TEST_F(RawTest, GivesTheHeadersAndTheWaitOfAnError) {
  struct Case {
    std::initializer_list<std::pair<std::string_view, std::string_view>> headers;
    std::string body;
    int status;
    int64_t seconds;  // -1: none
  };
  const Case cases[] = {
      {{{"retry-after", "20"}}, "{}", 429, 20},
      {{{"retry-after-ms", "1500"}}, "{}", 503, 1},
      {{}, R"({"error":{"message":"Please try again in 7s."}})", 429, 7},
      {{{"retry-after", "20"}}, "{}", 200, -1},
      {{}, "{}", 500, -1},
  };
  for (const Case& given : cases) {
    FakeRpc one;
    world.Invoke(one, Post<v1::InvokeRequest>("/embeddings", "{}"));
    transfer().observer->OnHeaders(given.status, Headers(given.headers));
    FakeTransport::Body(transfer(), given.body);
    FakeTransport::End(transfer());
    const auto answer = one.Written<v1::InvokeResponse>(0);
    EXPECT_EQ(answer.http_status(), given.status);
    EXPECT_EQ(answer.body(), given.body);
    EXPECT_EQ(answer.headers_size(), static_cast<int>(given.headers.size()));
    EXPECT_EQ(answer.gateway().has_retry_after() ? answer.gateway().retry_after().seconds() : -1,
              given.seconds);
    one.CompleteFinish(true);
    one.Done(false);
  }
}

TEST_F(RawTest, KeepsHeadersOfTheConnectionAndTheAccountToItself) {
  world.Invoke(rpc, Post<v1::InvokeRequest>("/embeddings", "{}"));
  transfer().observer->OnHeaders(200, Headers({{"Content-Type", "application/json"},
                                               {"Set-Cookie", "session=1"},
                                               {"Transfer-Encoding", "chunked"},
                                               {"OpenAI-Organization", "org-1"},
                                               {"X-Custom", "yes"},
                                               {"X-Custom", "again"}}));
  FakeTransport::End(transfer());
  RunToEnd();
  const auto answer = Answer();
  ASSERT_EQ(answer.headers_size(), 3);
  EXPECT_EQ(answer.headers(0).name(), "content-type");
  EXPECT_EQ(answer.headers(1).name(), "x-custom");
  EXPECT_EQ(answer.headers(2).value(), "again");
}

TEST_F(RawTest, NamesTheVersionThatAssistantsAreOf) {
  const auto names_it = [&](std::string_view path) {
    FakeRpc one;
    world.Invoke(one, Post<v1::InvokeRequest>(path, "{}"));
    const bool named = std::ranges::count(transfer().request.headers, "OpenAI-Beta: assistants=v2");
    FakeTransport::Head(transfer(), 200, "application/json");
    FakeTransport::End(transfer());
    one.CompleteFinish(true);
    one.Done(false);
    return named;
  };
  EXPECT_TRUE(names_it("/assistants"));
  EXPECT_TRUE(names_it("/threads/thread_1/runs"));
  EXPECT_FALSE(names_it("/threadsafe"));
  EXPECT_FALSE(names_it("/embeddings"));
}

TEST_F(RawTest, SeesAnEventStreamInEverySpelling) {
  struct Case {
    std::string_view type;
    bool events;
  };
  for (const Case& given :
       {Case{"text/event-stream", true}, Case{"Text/Event-Stream", true},
        Case{"TEXT/EVENT-STREAM;charset=UTF-8", true},
        Case{"text/event-stream ; charset=utf-8", true}, Case{"text/event-streams", false},
        Case{"application/json", false}, Case{"", false}}) {
    FakeRpc one;
    world.StreamInvoke(one, Post<v1::StreamInvokeRequest>("/responses", "{}"));
    transfer().observer->OnHeaders(200, Headers({{"content-type", given.type}}));
    FakeTransport::Body(transfer(), "event: a\ndata: {}\n\n");
    while (one.writing) one.CompleteWrite(true);
    EXPECT_EQ(one.Written<v1::StreamInvokeResponse>(1).has_event(), given.events) << given.type;
    one.Done(true);
  }
}

TEST_F(RawTest, NeverShowsTheKeyThatWasSent) {
  const std::string key(kKey);
  const std::string spellings[] = {key, "sk-proj\\/abc+DEF_0123456789",
                                   "sk-proj%2Fabc%2BDEF_0123456789",
                                   "sk-proj%2fabc%2bDEF_0123456789"};
  for (const std::string& spelling : spellings) {
    // Whole, and cut at every byte.
    for (size_t cut = 0; cut < spelling.size(); ++cut) {
      const std::string body = R"({"authorization":"Bearer )" + spelling + R"("})";
      const size_t at = body.find(spelling) + cut;
      FakeRpc one;
      world.Invoke(one, Post<v1::InvokeRequest>("/embeddings", "{}"));
      transfer().observer->OnHeaders(200, Headers({{"x-echo", "Bearer " + spelling}}));
      FakeTransport::Body(transfer(), body.substr(0, at));
      FakeTransport::Body(transfer(), body.substr(at));
      FakeTransport::End(transfer());
      const auto answer = one.Written<v1::InvokeResponse>(0);
      EXPECT_EQ(answer.ShortDebugString().find(spelling), std::string::npos) << cut;
      EXPECT_EQ(answer.body(),
                R"({"authorization":"Bearer )" + std::string(spelling.size(), '*') + R"("})");
      one.CompleteFinish(true);
      one.Done(false);
    }
  }
  EXPECT_NE(world.metrics.Expose().find("inferwire_upstream_key_echoes_total{gen_ai_provider_name="
                                        "\"fake\"}"),
            std::string::npos);
}

TEST_F(RawTest, NeverStreamsTheKeyThatWasSent) {
  const std::string key(kKey);
  for (const char* type : {"text/plain", "text/event-stream"}) {
    for (size_t cut = 0; cut < key.size(); ++cut) {
      const std::string body = "id: " + key + "\nevent: " + key + "\ndata: x " + key + " y\n\n";
      const size_t at = body.find(key) + cut;
      FakeRpc one;
      std::swap(one, rpc);
      world.StreamInvoke(rpc, Post<v1::StreamInvokeRequest>("/responses", "{}"));
      transfer().observer->OnHeaders(
          200, Headers({{"content-type", type}, {"x-request-id", "id-" + key}}));
      FakeTransport::Body(transfer(), body.substr(0, at));
      FakeTransport::Body(transfer(), body.substr(at));
      FakeTransport::End(transfer());
      while (rpc.writing) rpc.CompleteWrite(true);
      const std::string streamed = Streamed();
      EXPECT_EQ(streamed.find(key), std::string::npos) << type << " " << cut;
      EXPECT_NE(streamed.find("x " + std::string(key.size(), '*') + " y"), std::string::npos);
      for (size_t i = 0; i < rpc.written.size(); ++i) {
        EXPECT_EQ(rpc.Written<v1::StreamInvokeResponse>(i).ShortDebugString().find(key),
                  std::string::npos);
      }
      RunToEnd();
      std::swap(one, rpc);
    }
  }
}

TEST_F(RawTest, LeavesEveryOtherByteAsItIs) {
  const std::string body = std::string("\0\xff sk-proj/ab", 13) + " sk-proj/abc+DEF_012345678";
  world.StreamInvoke(rpc, Post<v1::StreamInvokeRequest>("/audio/speech", "{}"));
  transfer().observer->OnHeaders(200, Headers({{"content-type", "audio/mpeg"}}));
  for (const char& byte : body) FakeTransport::Body(transfer(), std::string_view(&byte, 1));
  FakeTransport::End(transfer());
  while (rpc.writing) rpc.CompleteWrite(true);
  EXPECT_EQ(Streamed(), body);
  RunToEnd();
}

class RawWithShortKey : public RawTest {
 protected:
  RawWithShortKey() : RawTest(Key("secret")) {}
};

TEST_F(RawWithShortKey, DoesNotTouchOrdinaryWords) {
  world.Invoke(rpc, Post<v1::InvokeRequest>("/embeddings", "{}"));
  FakeTransport::Head(transfer(), 200, "application/json");
  FakeTransport::Body(transfer(), "no secret");
  FakeTransport::End(transfer());
  RunToEnd();
  EXPECT_EQ(Answer().body(), "no secret");
}

}  // namespace
}  // namespace inferwire::rpc
