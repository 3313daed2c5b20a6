// StreamEmbed: each embedding as it arrives, the proper end, cuts, a caller who reads slowly; and
// what of it Embed does with a large answer.
#include <cstring>

#include "codec/base64.h"
#include "inferwire/v1/embeddings_service.pb.h"
#include "typed_fixture.h"

namespace inferwire::rpc {
namespace {

constexpr std::string_view kUsage =
    R"(],"model":"gpt-4.1-mini","usage":{"prompt_tokens":8,"total_tokens":8},"vendor":[1]})";

// Its numbers say which one it is.
std::string Embedding(int index, int dimensions = 2) {
  std::string packed;
  for (int i = 0; i < dimensions; ++i) {
    const auto value = static_cast<float>(index + i);
    packed.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  std::string json =
      R"({"object":"embedding","index":)" + std::to_string(index) + R"(,"embedding":")";
  codec::AppendBase64(json, packed);
  return json + "\"}";
}

std::string Whole(int count, int dimensions = 2) {
  std::string json = R"({"object":"list","data":[)";
  for (int i = 0; i < count; ++i) json += (i > 0 ? "," : "") + Embedding(i, dimensions);
  return json + std::string(kUsage);
}

class EmbedStream : public TypedTest {
 protected:
  void Begin(int inputs) {
    v1::StreamEmbedRequest request;
    request.mutable_params()->set_model("gpt-4.1-mini");
    for (int i = 0; i < inputs; ++i) request.mutable_params()->add_input("text");
    Call("StreamEmbed", request);
    http::FakeTransport::Head(transfer(), 200, "application/json");
  }
  bool Body(std::string_view bytes) { return http::FakeTransport::Body(transfer(), bytes); }
  void Deliver() {
    while (rpc.writing) rpc.CompleteWrite(true);
  }
  void End(http::Outcome outcome = {}) {
    http::FakeTransport::End(transfer(), std::move(outcome));
    RunToEnd();
  }
  v1::StreamEmbedResponse Event(size_t index) {
    return rpc.Written<v1::StreamEmbedResponse>(index);
  }
  v1::StreamEmbedCompleted Completed() { return Event(rpc.written.size() - 1).completed(); }
};

TEST_F(EmbedStream, GivesEachEmbeddingAndThenTheRest) {
  Begin(3);
  EXPECT_EQ(Line(), "POST /embeddings");
  EXPECT_FALSE(TypedTest::Body().contains("stream"));
  Body(Whole(3));
  End();
  ASSERT_TRUE(rpc.status->ok()) << rpc.status->error_message();
  ASSERT_EQ(rpc.written.size(), 5u);
  EXPECT_TRUE(Event(0).has_started());
  EXPECT_EQ(Event(2).embedding().index(), 1);
  EXPECT_THAT(Event(2).embedding().values(), ::testing::ElementsAre(1.f, 2.f));
  EXPECT_EQ(Completed().count(), 3);
  EXPECT_EQ(Completed().result().embeddings_size(), 0);
  EXPECT_EQ(Completed().result().model(), "gpt-4.1-mini");
  EXPECT_EQ(Completed().result().extra().at("vendor"), "[1]");
  EXPECT_EQ(Completed().gateway().cost().total_picousd(), 8 * 2'000'000);
}

TEST_F(EmbedStream, GivesThemBeforeTheAnswerIsThere) {
  Begin(2);
  Body(R"({"data":[)" + Embedding(0));
  Deliver();
  ASSERT_EQ(rpc.written.size(), 2u);
  EXPECT_EQ(Event(1).embedding().index(), 0);
  EXPECT_FALSE(rpc.finishing);
  Leave();
}

TEST_F(EmbedStream, IsTheSameWhereverTheBytesAreCut) {
  Begin(2);
  for (const char& c : Whole(2)) {
    Body({&c, 1});
    Deliver();
  }
  End();
  ASSERT_TRUE(rpc.status->ok()) << rpc.status->error_message();
  EXPECT_THAT(Event(2).embedding().values(), ::testing::ElementsAre(1.f, 2.f));
  EXPECT_EQ(Completed().count(), 2);
}

TEST_F(EmbedStream, ReadsListsToo) {
  Begin(1);
  Body(R"({"data":[{"index":0,"embedding":[0.5,-1e-3]}]})");
  End();
  ASSERT_TRUE(rpc.status->ok()) << rpc.status->error_message();
  EXPECT_THAT(Event(1).embedding().values(), ::testing::ElementsAre(0.5f, -1e-3f));
}

TEST_F(EmbedStream, ACutSaysHowManyCame) {
  Begin(3);
  Body(R"({"data":[)" + Embedding(0) + "," + Embedding(1));
  http::Outcome reset;
  reset.failure = http::Failure::kReset;
  reset.bytes_received = 100;
  End(reset);
  EXPECT_EQ(ReasonOf(*rpc.status), "STREAM_TRUNCATED");
  EXPECT_EQ(CountOf(*rpc.status), "2");
}

TEST_F(EmbedStream, ABodyThatEndsWithinItsJsonIsACutToo) {
  Begin(3);
  Body(R"({"data":[)" + Embedding(0) + ",");
  End();
  EXPECT_EQ(ReasonOf(*rpc.status), "STREAM_TRUNCATED");
  EXPECT_EQ(CountOf(*rpc.status), "1");
}

TEST_F(EmbedStream, FewerThanTheInputsAreNoAnswer) {
  Begin(3);
  Body(Whole(2));
  End();
  EXPECT_EQ(ReasonOf(*rpc.status), "UPSTREAM_PROTOCOL");
  EXPECT_THAT(rpc.status->error_message(), ::testing::HasSubstr("2 embeddings of 3 inputs"));
}

TEST_F(EmbedStream, MoreThanTheInputsAreNoAnswer) {
  Begin(1);
  Body(Whole(2));
  RunToEnd();
  EXPECT_EQ(ReasonOf(*rpc.status), "UPSTREAM_PROTOCOL");
  EXPECT_TRUE(transfer().cancelled);
}

TEST_F(EmbedStream, AnErrorInAGoodAnswerIsTheErrorOfTheCall) {
  Begin(1);
  Body(R"({"error":{"message":"no","code":"content_policy_violation"}})");
  End();
  EXPECT_EQ(ReasonOf(*rpc.status), "CONTENT_POLICY_VIOLATION");
}

TEST_F(EmbedStream, WhatIsNoSuchAnswerIsNone) {
  for (const char* body : {"{}", R"({"object":"list"})", R"({"data":[{]})", R"({"data":[]})",
                           R"({"data":[1]})", "<html>", "data: {\"x\":1}\n\n"}) {
    rpc = FakeRpc();
    Begin(1);
    Body(body);
    if (!rpc.finishing) http::FakeTransport::End(transfer());
    RunToEnd();
    EXPECT_EQ(ReasonOf(*rpc.status), "UPSTREAM_PROTOCOL") << body;
  }
}

TEST_F(EmbedStream, ASlowReaderHoldsTheUpstreamBack) {
  Begin(500);
  const std::string whole = Whole(500, 100);
  EXPECT_FALSE(Body(whole)) << "the reader has not taken anything";
  const size_t before = rpc.written.size();
  EXPECT_LT(before, 100u);
  int turns = 0;
  // The same bytes come again each time there is room.
  while (true) {
    Deliver();
    world.timers.FireDue();
    ASSERT_LT(++turns, 1000);
    if (!transfer().paused && Body(whole)) break;
  }
  End();
  ASSERT_TRUE(rpc.status->ok()) << rpc.status->error_message();
  EXPECT_EQ(Completed().count(), 500);
  EXPECT_GT(turns, 3);
  for (int i = 0; i < 500; ++i) {
    ASSERT_EQ(Event(static_cast<size_t>(i) + 1).embedding().index(), i);
  }
}

TEST_F(EmbedStream, ACallerWhoLeavesEndsTheUpstream) {
  Begin(3);
  Body(R"({"data":[)" + Embedding(0));
  Leave();
  EXPECT_TRUE(transfer().cancelled);
}

class LargeEmbed : public TypedTest {
 protected:
  void Begin(bool raw = false) {
    v1::EmbedRequest request;
    request.mutable_params()->set_model("gpt-4.1-mini");
    request.mutable_params()->add_input("text");
    request.mutable_options()->set_include_raw_response(raw);
    Call("Embed", request);
    http::FakeTransport::Head(transfer(), 200, "application/json");
  }
  void Feed(std::string_view body) {
    while (!body.empty() && !transfer().over) {
      const size_t size = std::min<size_t>(body.size(), 16 * 1024);
      http::FakeTransport::Body(transfer(), body.substr(0, size));
      body.remove_prefix(size);
    }
    if (!transfer().over) http::FakeTransport::End(transfer());
    RunToEnd();
  }
};

TEST_F(LargeEmbed, IsTheSameAsASmallOne) {
  const std::string whole = Whole(60, 1000);
  ASSERT_GT(whole.size(), 300'000u);
  Begin(/*raw=*/true);
  Feed(whole);
  ASSERT_TRUE(rpc.status->ok()) << rpc.status->error_message();
  const auto response = rpc.Written<v1::EmbedResponse>(0);
  ASSERT_EQ(response.result().embeddings_size(), 60);
  for (int i = 0; i < 60; ++i) {
    ASSERT_EQ(response.result().embeddings(i).index(), i);
    ASSERT_EQ(response.result().embeddings(i).values_size(), 1000);
    ASSERT_EQ(response.result().embeddings(i).values(999), static_cast<float>(i + 999));
  }
  EXPECT_EQ(response.result().model(), "gpt-4.1-mini");
  EXPECT_EQ(response.result().extra().at("vendor"), "[1]");
  EXPECT_EQ(response.gateway().cost().total_picousd(), 8 * 2'000'000);
  EXPECT_EQ(response.gateway().raw_response(), whole);
}

TEST_F(LargeEmbed, WhatDoesNotFitNamesTheStream) {
  world.answer_limits.body_bytes = 100'000;
  Begin();
  Feed(Whole(60, 1000));
  EXPECT_EQ(ReasonOf(*rpc.status), "RESPONSE_TOO_LARGE");
  EXPECT_THAT(rpc.status->error_message(), ::testing::HasSubstr("StreamEmbed"));
  EXPECT_TRUE(transfer().cancelled);
}

TEST_F(LargeEmbed, ACutOneIsNoAnswer) {
  Begin();
  const std::string whole = Whole(60, 1000);
  Feed(std::string_view(whole).substr(0, 250'000));
  EXPECT_EQ(ReasonOf(*rpc.status), "UPSTREAM_PROTOCOL");
}

}  // namespace
}  // namespace inferwire::rpc
