// Embeddings and images of any size through the whole gateway, in front of the simulator: they
// arrive whole, a cut is seen, a slow caller slows the upstream down, and others are served beside
// them.
#include <gmock/gmock.h>

#include <cmath>
#include <future>
#include <map>

#include "gateway.h"
#include "inferwire/v1/embeddings_service.grpc.pb.h"
#include "inferwire/v1/images_service.grpc.pb.h"

namespace inferwire::e2e {
namespace {

using simulator::Stats;
using ::testing::HasSubstr;

constexpr int kTexts = 2048, kNumbers = 3072;
constexpr auto kPatience = 60s;

v1::EmbeddingParams Texts(int count, const std::string& behavior = "") {
  v1::EmbeddingParams params;
  params.set_model("text-embedding-3-large" + behavior);
  for (int i = 0; i < count; ++i) params.add_input("text " + std::to_string(i));
  return params;
}

// A window that does not grow: what a caller does not read stays with the gateway.
std::shared_ptr<grpc::Channel> NarrowChannel(const Gateway& gateway) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  arguments.SetInt(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, 64 * 1024);
  arguments.SetMaxReceiveMessageSize(-1);
  return grpc::CreateCustomChannel(gateway.target(), grpc::InsecureChannelCredentials(), arguments);
}

class LargeAnswers : public testing::Test {
 protected:
  std::unique_ptr<grpc::ClientReader<v1::StreamEmbedResponse>> Embed(
      const v1::EmbeddingParams& params) {
    v1::StreamEmbedRequest request;
    *request.mutable_params() = params;
    return embeddings->StreamEmbed(context.get(), request);
  }
  std::unique_ptr<grpc::ClientReader<v1::StreamGenerateImagesResponse>> Draw(
      const std::string& model, std::optional<int> previews) {
    v1::StreamGenerateImagesRequest request;
    request.mutable_params()->set_model(model);
    request.mutable_params()->set_prompt("a dog");
    if (previews) request.mutable_params()->set_partial_images(*previews);
    return images->StreamGenerateImages(context.get(), request);
  }
  bool IsOver(const std::string& operation) {
    const std::string series = "inferwire_requests_in_flight{operation=\"" + operation + "\"}";
    return Gateway::Eventually([&] { return gateway.Metric(series) == 0; });
  }

  Gateway gateway;
  const std::shared_ptr<grpc::Channel> channel = NarrowChannel(gateway);
  const std::unique_ptr<v1::EmbeddingsService::Stub> embeddings =
      v1::EmbeddingsService::NewStub(channel);
  const std::unique_ptr<v1::ImagesService::Stub> images = v1::ImagesService::NewStub(channel);
  const std::unique_ptr<grpc::ClientContext> context = NewContext(kPatience);
};

TEST_F(LargeAnswers, AllEmbeddingsArriveAndAreUnitVectors) {
  const auto reader = Embed(Texts(kTexts));
  v1::StreamEmbedResponse message;
  ASSERT_TRUE(reader->Read(&message));
  EXPECT_TRUE(message.has_started());
  int count = 0;
  for (; reader->Read(&message) && message.has_embedding(); ++count) {
    ASSERT_EQ(message.embedding().index(), count);
    ASSERT_EQ(message.embedding().values_size(), kNumbers);
    double square = 0;
    for (const float value : message.embedding().values()) square += double{value} * value;
    ASSERT_NEAR(square, 1, 1e-3);
  }
  EXPECT_EQ(count, kTexts);
  EXPECT_EQ(message.completed().count(), kTexts);
  EXPECT_EQ(message.completed().result().embeddings_size(), 0);
  EXPECT_GT(message.completed().result().usage().input_tokens(), 0);
  EXPECT_FALSE(reader->Read(&message));
  const auto status = reader->Finish();
  EXPECT_TRUE(status.ok()) << status.error_message();
}

TEST_F(LargeAnswers, AreTheSameInOneMessage) {
  v1::EmbedRequest request;
  *request.mutable_params() = Texts(100);
  v1::EmbedResponse whole;
  const auto once = embeddings->Embed(NewContext(kPatience).get(), request, &whole);
  ASSERT_TRUE(once.ok()) << once.error_message();
  ASSERT_EQ(whole.result().embeddings_size(), 100);
  const auto reader = Embed(Texts(100));
  v1::StreamEmbedResponse message;
  int count = 0;
  while (reader->Read(&message)) {
    if (!message.has_embedding()) continue;
    EXPECT_EQ(message.embedding().SerializeAsString(),
              whole.result().embeddings(count++).SerializeAsString());
  }
  EXPECT_TRUE(reader->Finish().ok());
  EXPECT_EQ(count, 100);
}

TEST_F(LargeAnswers, ACutSaysHowManyEmbeddingsCame) {
  const auto reader = Embed(Texts(kTexts, "+reset_after=5000000"));
  v1::StreamEmbedResponse message;
  int count = 0;
  while (reader->Read(&message)) count += message.has_embedding() ? 1 : 0;
  const auto status = reader->Finish();
  EXPECT_EQ(InfoOf(status).reason(), "STREAM_TRUNCATED");
  EXPECT_EQ(InfoOf(status).metadata().at("count"), std::to_string(count));
  EXPECT_GT(count, 0);
  EXPECT_LT(count, kTexts);
}

TEST_F(LargeAnswers, ACallerWhoReadsNothingHoldsTheUpstreamBack) {
  const auto reader = Embed(Texts(kTexts));
  v1::StreamEmbedResponse message;
  ASSERT_TRUE(reader->Read(&message));
  // Others are served meanwhile, on the same loops.
  for (int i = 0; i < 20; ++i) {
    v1::CompleteRequest request;
    *request.mutable_params() = Prompt("hi");
    v1::CompleteResponse response;
    ASSERT_TRUE(gateway.chat().Complete(NewContext().get(), request, &response).ok());
  }
  EXPECT_EQ(gateway.upstream().stats().completed, 20u) << "33 MB are not in flight anywhere";
  EXPECT_LT(gateway.Metric("inferwire_memory_held_bytes"), 4e6);
  int count = 0;
  while (reader->Read(&message)) count += message.has_embedding() ? 1 : 0;
  EXPECT_TRUE(reader->Finish().ok());
  EXPECT_EQ(count, kTexts);
}

TEST_F(LargeAnswers, ACallerWhoLeavesEndsTheUpstream) {
  const auto reader = Embed(Texts(kTexts));
  v1::StreamEmbedResponse message;
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(reader->Read(&message));
  context->TryCancel();
  EXPECT_TRUE(
      gateway.upstream().WaitFor([](const Stats& stats) { return stats.aborts == 1; }, kPatience));
  EXPECT_TRUE(IsOver("embeddings"));
  while (reader->Read(&message)) continue;
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::CANCELLED);
}

// What came of each picture, by the preview; -1: the image itself.
struct Pictures {
  std::map<int, std::string> complete;
  std::map<int, std::string> begun;
  v1::ImageStreamCompleted completed;
  size_t largest = 0;
};

Pictures Read(grpc::ClientReader<v1::StreamGenerateImagesResponse>& reader) {
  Pictures pictures;
  for (v1::StreamGenerateImagesResponse message; reader.Read(&message);) {
    if (message.has_completed()) pictures.completed = message.completed();
    if (!message.has_part()) continue;
    const v1::ImagePart& part = message.part();
    const int preview = part.has_partial_image_index() ? part.partial_image_index() : -1;
    pictures.begun[preview] += part.data();
    pictures.largest = std::max(pictures.largest, part.data().size());
    if (part.last()) pictures.complete[preview] = std::move(pictures.begun[preview]);
  }
  return pictures;
}

bool IsPng(const std::string& bytes) {
  return bytes.starts_with("\x89PNG\r\n\x1a\n") && bytes.substr(bytes.size() - 8, 4) == "IEND";
}

TEST_F(LargeAnswers, AnImageOf20MegabytesArrivesInParts) {
  const auto reader = Draw("gpt-image-1+big=20000000", std::nullopt);
  const Pictures pictures = Read(*reader);
  const auto status = reader->Finish();
  ASSERT_TRUE(status.ok()) << status.error_message();
  ASSERT_EQ(pictures.complete.size(), 1u);
  EXPECT_TRUE(IsPng(pictures.complete.at(-1)));
  EXPECT_GE(pictures.complete.at(-1).size(), 20'000'000u);
  EXPECT_LE(pictures.largest, 256u << 10);
  ASSERT_EQ(pictures.completed.result().images_size(), 1);
  EXPECT_FALSE(pictures.completed.result().images(0).has_data());
}

TEST_F(LargeAnswers, PreviewsOfAnySizeComeBeforeTheImage) {
  const auto reader = Draw("gpt-image-1+big=20000000", 2);
  const Pictures pictures = Read(*reader);
  const auto status = reader->Finish();
  ASSERT_TRUE(status.ok()) << status.error_message();
  ASSERT_EQ(pictures.complete.size(), 3u);
  for (const auto& [preview, bytes] : pictures.complete) {
    EXPECT_TRUE(IsPng(bytes)) << preview;
    EXPECT_GE(bytes.size(), 20'000'000u) << preview;
  }
  EXPECT_NE(pictures.complete.at(0), pictures.complete.at(-1));
  EXPECT_GT(pictures.completed.result().usage().output_tokens(), 0);
}

TEST_F(LargeAnswers, AStreamOfImagesWithoutItsLastIsCut) {
  for (const char* behavior : {"+truncate", "+reset_after=1000000"}) {
    const auto own = NewContext(kPatience);
    v1::StreamGenerateImagesRequest request;
    request.mutable_params()->set_model(std::string("gpt-image-1+big=1000000") + behavior);
    request.mutable_params()->set_prompt("a dog");
    request.mutable_params()->set_partial_images(2);
    const auto reader = images->StreamGenerateImages(own.get(), request);
    const Pictures pictures = Read(*reader);
    EXPECT_FALSE(pictures.complete.contains(-1)) << behavior;
    EXPECT_EQ(InfoOf(reader->Finish()).reason(), "STREAM_TRUNCATED") << behavior;
  }
}

TEST_F(LargeAnswers, AnImageOf20MegabytesFitsIntoOneMessageToo) {
  v1::GenerateImagesRequest request;
  request.mutable_params()->set_model("gpt-image-1+big=20000000");
  request.mutable_params()->set_prompt("a dog");
  v1::GenerateImagesResponse response;
  const auto status = images->GenerateImages(NewContext(kPatience).get(), request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_TRUE(IsPng(response.result().images(0).data()));
}

TEST(LargeAnswersOfSmallServers, WhatDoesNotFitNamesTheStream) {
  Gateway gateway([](config::Config& config) { config.server.max_response_bytes = 1 << 20; });
  const auto channel = NarrowChannel(gateway);
  v1::EmbedRequest request;
  *request.mutable_params() = Texts(200);
  v1::EmbedResponse response;
  const auto status = v1::EmbeddingsService::NewStub(channel)->Embed(NewContext(kPatience).get(),
                                                                     request, &response);
  EXPECT_EQ(InfoOf(status).reason(), "RESPONSE_TOO_LARGE");
  EXPECT_THAT(status.error_message(), HasSubstr("StreamEmbed"));
}

}  // namespace
}  // namespace inferwire::e2e
