// Embeddings, moderation, text completions, images, and any RPC by its name.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "client/fake_gateway.h"
#include "client/fake_typed.h"
#include "inferwire/client.h"
#include "inferwire/v1/assistants_service.pb.h"

namespace inferwire::client {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing_support::FakeTyped;

Client Connect(const FakeTyped& gateway, ClientOptions options = {}) {
  options.target = gateway.target();
  return *Client::Connect(options);
}

// For each text a vector of its length, the last text first.
void ServeEmbeddings(FakeTyped& gateway, v1::EmbedRequest* seen = nullptr) {
  gateway.On<v1::EmbedRequest, v1::EmbedResponse>(
      "EmbeddingsService/Embed", [seen](const auto& request, auto& response) {
        if (seen != nullptr) *seen = request;
        for (int i = request.params().input_size() - 1; i >= 0; --i) {
          auto& embedding = *response.mutable_result()->add_embeddings();
          embedding.set_index(i);
          embedding.add_values(static_cast<float>(request.params().input(i).size()));
        }
        return grpc::Status::OK;
      });
}

TEST(Embed, GivesAVectorForEachTextInTheirOrder) {
  FakeTyped gateway;
  v1::EmbedRequest seen;
  ServeEmbeddings(gateway, &seen);
  const auto vectors = Connect(gateway).Embed({"a", "bb", "ccc"});
  ASSERT_TRUE(vectors) << Describe(vectors.error());
  EXPECT_THAT(*vectors, ElementsAre(ElementsAre(1), ElementsAre(2), ElementsAre(3)));
  EXPECT_EQ(seen.params().model(), kDefaultEmbeddingModel);
}

TEST(Embed, AVectorThatIsMissingIsAnError) {
  FakeTyped gateway;
  gateway.On<v1::EmbedRequest, v1::EmbedResponse>(
      "EmbeddingsService/Embed", [](const auto&, auto& response) {
        response.mutable_result()->add_embeddings()->add_values(1);
        response.mutable_result()->add_embeddings()->set_index(7);
        return grpc::Status::OK;
      });
  const auto vectors = Connect(gateway).Embed({"a", "b"});
  ASSERT_FALSE(vectors);
  EXPECT_EQ(vectors.error().reason, "UPSTREAM_PROTOCOL");
  EXPECT_EQ(vectors.error().origin(), "upstream");
}

TEST(Moderate, GivesTheVerdict) {
  FakeTyped gateway;
  gateway.On<v1::ModerateRequest, v1::ModerateResponse>(
      "ModerationsService/Moderate", [](const auto& request, auto& response) {
        if (request.params().has_model()) return grpc::Status::OK;
        auto& result = *response.mutable_moderation()->add_results();
        result.set_flagged(request.params().input(0) == "bad");
        return grpc::Status::OK;
      });
  Client client = Connect(gateway);
  EXPECT_TRUE(client.Moderate("bad")->flagged());
  EXPECT_FALSE(client.Moderate("good")->flagged());
  EXPECT_FALSE(client.Moderate("good", "model that says nothing"));
}

TEST(CompleteText, GoesOnWithTheText) {
  FakeTyped gateway;
  gateway.On<v1::CompleteTextRequest, v1::CompleteTextResponse>(
      "TextCompletionsService/CompleteText", [](const auto& request, auto& response) {
        response.mutable_completion()->add_choices()->set_text(request.params().prompt(0) + "!");
        return grpc::Status::OK;
      });
  EXPECT_EQ(*Connect(gateway).CompleteText("Once"), "Once!");
}

TEST(CompleteText, StreamsAndNoticesACut) {
  FakeTyped gateway;
  gateway.OnStream<v1::StreamCompleteTextRequest>(
      "TextCompletionsService/StreamCompleteText", [](const auto& request) {
        FakeTyped::Stream<v1::StreamCompleteTextResponse> stream;
        for (const char* const text : {"a ", "time"}) {
          stream.messages.emplace_back().mutable_chunk()->add_choices()->set_text(text);
        }
        if (request.params().prompt(0) != "cut") stream.messages.emplace_back().mutable_completed();
        return stream;
      });
  Client client = Connect(gateway);
  EXPECT_EQ(*ReadText(client.StreamCompleteText("Once upon")), "a time");
  EXPECT_EQ(ReadText(client.StreamCompleteText("cut")).error().reason, kStreamTruncated);
}

TEST(GenerateImages, GivesTheBytes) {
  FakeTyped gateway;
  gateway.On<v1::GenerateImagesRequest, v1::GenerateImagesResponse>(
      "ImagesService/GenerateImages", [](const auto& request, auto& response) {
        response.mutable_result()->add_images()->set_data("PNG of " + request.params().prompt());
        return grpc::Status::OK;
      });
  EXPECT_EQ(Connect(gateway).GenerateImages("a cat")->images(0).data(), "PNG of a cat");
}

TEST(CallRpc, CallsAnyUnaryRpcByItsName) {
  FakeTyped gateway;
  gateway.On<v1::GetAssistantRequest, v1::GetAssistantResponse>(
      "AssistantsService/GetAssistant", [](const auto& request, auto& response) {
        response.mutable_assistant()->set_assistant_id(request.assistant_id());
        return grpc::Status::OK;
      });
  Client client = Connect(gateway);
  v1::GetAssistantRequest request;
  request.set_assistant_id("asst_1");
  for (const char* const name :
       {"AssistantsService/GetAssistant", "inferwire.v1.AssistantsService/GetAssistant",
        "/inferwire.v1.AssistantsService/GetAssistant"}) {
    const auto response = client.CallRpc<v1::GetAssistantResponse>(name, request);
    ASSERT_TRUE(response) << Describe(response.error());
    EXPECT_EQ(response->assistant().assistant_id(), "asst_1");
  }
}

TEST(CallRpc, RefusesWhatIsNoSuchCallBeforeItIsSent) {
  FakeTyped gateway;
  Client client = Connect(gateway);
  const auto refused = [&](std::string_view method, CallOptions options = {}) {
    const auto called =
        client.CallRpc<v1::GetResponseResponse>(method, v1::GetResponseRequest(), options);
    return called ? "" : std::string(called.error().reason) + ": " + called.error().message;
  };
  EXPECT_THAT(refused("ResponsesService/Get"), HasSubstr("INVALID_OPTIONS: there is no RPC"));
  EXPECT_THAT(refused("ResponsesService/StreamResponse"), HasSubstr("goes by StreamRpc"));
  EXPECT_THAT(refused("ResponsesService/CancelResponse"),
              HasSubstr("takes inferwire.v1.CancelResponseRequest"));
  EXPECT_THAT(refused("ResponsesService/GetResponse", {.idempotency_key = "k"}),
              HasSubstr("takes no idempotency_key"));
  EXPECT_THAT(refused(""), HasSubstr("there is no RPC"));
  EXPECT_FALSE(
      client.CallRpc<v1::EmbedResponse>("ResponsesService/GetResponse", v1::GetResponseRequest()));
}

TEST(CallRpc, GivesTheErrorsOfEveryOtherCall) {
  FakeTyped gateway;
  gateway.On<v1::GetResponseRequest, v1::GetResponseResponse>(
      "ResponsesService/GetResponse", [](const auto&, auto&) {
        return testing_support::ToStatus(
            testing_support::RpcStatus({.code = grpc::StatusCode::NOT_FOUND,
                                        .reason = "RESOURCE_NOT_FOUND",
                                        .message = "no such response",
                                        .metadata = {{"origin", "upstream"}}}));
      });
  const auto found = Connect(gateway).CallRpc<v1::GetResponseResponse>(
      "ResponsesService/GetResponse", v1::GetResponseRequest());
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().reason, "RESOURCE_NOT_FOUND");
  EXPECT_EQ(found.error().origin(), "upstream");
}

TEST(CallRpc, SendsCredentialsAndTheKindOfDeadline) {
  FakeTyped gateway;
  v1::EmbedRequest seen;
  ServeEmbeddings(gateway, &seen);
  gateway.On<v1::GetResponseRequest, v1::GetResponseResponse>(
      "ResponsesService/GetResponse", [](const auto&, auto&) { return grpc::Status::OK; });
  Client client = Connect(gateway, {.bearer_token = "secret"});
  const auto read = client.CallRpc<v1::GetResponseResponse>("ResponsesService/GetResponse",
                                                            v1::GetResponseRequest());
  ASSERT_TRUE(read) << Describe(read.error());
  EXPECT_EQ(gateway.authorization(), "Bearer secret");
  EXPECT_LE(gateway.time_left(), std::chrono::seconds(31));
  ASSERT_TRUE(client.Embed({"a"}, "m", {.idempotency_key = "key-1"}));
  EXPECT_GT(gateway.time_left(), std::chrono::seconds(500));
  EXPECT_EQ(seen.options().idempotency_key(), "key-1");
}

TEST(CallRpc, IsCancelled) {
  FakeTyped gateway;
  std::stop_source stop;
  stop.request_stop();
  ServeEmbeddings(gateway);
  const auto vectors = Connect(gateway).Embed({"a"}, "m", {.cancellation = stop.get_token()});
  ASSERT_FALSE(vectors);
  EXPECT_EQ(vectors.error().code, grpc::StatusCode::CANCELLED);
}

// What a watch of a response brings: queued, then completed.
void ServeWatch(FakeTyped& gateway, grpc::Status status = grpc::Status::OK, bool hold = false) {
  gateway.OnStream<v1::WatchResponseRequest>("ResponsesService/WatchResponse", [=](const auto&) {
    FakeTyped::Stream<v1::WatchResponseResponse> script;
    for (const auto each : {v1::RESPONSE_STATUS_QUEUED, v1::RESPONSE_STATUS_COMPLETED}) {
      script.messages.emplace_back().mutable_response()->set_status(each);
    }
    script.status = status;
    script.hold = hold;
    return script;
  });
}

Result<void> Watch(Client& client, std::vector<v1::ResponseStatus>& seen, size_t most = 100) {
  return client.StreamRpc<v1::WatchResponseResponse>(
      "ResponsesService/WatchResponse", v1::WatchResponseRequest(), [&](const auto& message) {
        seen.push_back(message.response().status());
        return seen.size() < most;
      });
}

TEST(StreamRpc, GivesEveryMessageOfAnyStream) {
  FakeTyped gateway;
  ServeWatch(gateway);
  Client client = Connect(gateway, {.bearer_token = "secret"});
  std::vector<v1::ResponseStatus> seen;
  const auto watched = Watch(client, seen);
  ASSERT_TRUE(watched) << Describe(watched.error());
  EXPECT_THAT(seen, ElementsAre(v1::RESPONSE_STATUS_QUEUED, v1::RESPONSE_STATUS_COMPLETED));
  EXPECT_EQ(gateway.authorization(), "Bearer secret");
}

TEST(StreamRpc, EndsWithTheErrorOfAStreamThatBreaks) {
  FakeTyped gateway;
  ServeWatch(gateway, {grpc::StatusCode::UNAVAILABLE, "gone"});
  Client client = Connect(gateway);
  std::vector<v1::ResponseStatus> seen;
  const auto watched = Watch(client, seen);
  ASSERT_FALSE(watched);
  EXPECT_EQ(watched.error().code, grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(seen.size(), 2u);
}

TEST(StreamRpc, IsLeftByWhoWantsNoMore) {
  FakeTyped gateway;
  ServeWatch(gateway, grpc::Status::OK, /*hold=*/true);
  Client client = Connect(gateway);
  std::vector<v1::ResponseStatus> seen;
  EXPECT_TRUE(Watch(client, seen, 1));
  EXPECT_THAT(seen, ElementsAre(v1::RESPONSE_STATUS_QUEUED));
}

TEST(StreamRpc, AnAnswerWithoutItsLastMessageIsCut) {
  for (const bool whole : {false, true}) {
    FakeTyped gateway;
    gateway.OnStream<v1::StreamRunRequest>("ThreadsService/StreamRun", [whole](const auto&) {
      FakeTyped::Stream<v1::StreamRunResponse> script;
      script.messages.emplace_back().mutable_run_event();
      if (whole) script.messages.emplace_back().mutable_completed();
      return script;
    });
    Client client = Connect(gateway);
    const auto streamed = client.StreamRpc<v1::StreamRunResponse>(
        "ThreadsService/StreamRun", v1::StreamRunRequest(), [](const auto&) { return true; });
    EXPECT_EQ(static_cast<bool>(streamed), whole);
    if (!whole) {
      EXPECT_EQ(streamed.error().reason, kStreamTruncated);
    }
  }
}

TEST(StreamRpc, RefusesWhatIsNoStreamBeforeItIsSent) {
  FakeTyped gateway;
  Client client = Connect(gateway);
  const auto called = client.StreamRpc<v1::GetResponseResponse>(
      "ResponsesService/GetResponse", v1::GetResponseRequest(), [](const auto&) { return true; });
  ASSERT_FALSE(called);
  EXPECT_THAT(called.error().message, HasSubstr("goes by CallRpc"));
}

}  // namespace
}  // namespace inferwire::client
