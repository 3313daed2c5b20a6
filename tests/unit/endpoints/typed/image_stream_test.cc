// StreamGenerateImages: previews and images in parts, out of events of any length and out of one
// piece; and what GenerateImages does with a large answer.
#include <map>

#include "codec/base64.h"
#include "inferwire/v1/images_service.pb.h"
#include "typed_fixture.h"

namespace inferwire::rpc {
namespace {

// Another one for each seed.
std::string Picture(size_t size, int seed) {
  std::string bytes(size, '\0');
  auto value = static_cast<uint32_t>(seed);
  for (char& byte : bytes) byte = static_cast<char>((value = value * 1664525 + 1013904223) >> 24);
  return bytes;
}

std::string Base64(std::string_view bytes) {
  std::string text;
  codec::AppendBase64(text, bytes);
  return text;
}

std::string Preview(int number, std::string_view picture) {
  return "event: image_generation.partial_image\ndata: "
         R"({"type":"image_generation.partial_image","b64_json":")" +
         Base64(picture) + R"(","partial_image_index":)" + std::to_string(number) + "}\n\n";
}

std::string Last(std::string_view picture) {
  return "event: image_generation.completed\n"
         R"(data: {"type":"image_generation.completed","b64_json":")" +
         Base64(picture) +
         R"(","created_at":7,"size":"1024x1024","note":" a  b ","usage":{"input_tokens":3,)"
         R"("output_tokens":5,"total_tokens":8}})"
         "\n\n";
}

class ImageStream : public TypedTest {
 protected:
  void Begin(std::optional<int> previews, int count = 1) {
    v1::StreamGenerateImagesRequest request;
    request.mutable_params()->set_model("gpt-4.1-mini");
    request.mutable_params()->set_prompt("a cat");
    if (count > 1) request.mutable_params()->set_n(count);
    if (previews) request.mutable_params()->set_partial_images(*previews);
    Call("StreamGenerateImages", request);
    http::FakeTransport::Head(transfer(), 200, previews ? "text/event-stream" : "application/json");
  }
  // In reads of this size, each of them delivered.
  void Feed(std::string_view body, size_t size = 16 * 1024) {
    while (!body.empty() && !transfer().over) {
      const std::string read(body.substr(0, size));
      while (!http::FakeTransport::Body(transfer(), read)) Deliver();
      Deliver();
      body.remove_prefix(read.size());
    }
  }
  void Deliver() {
    while (rpc.writing) rpc.CompleteWrite(true);
    world.timers.FireDue();
  }
  void End() {
    if (!transfer().over) http::FakeTransport::End(transfer());
    RunToEnd();
  }
  v1::StreamGenerateImagesResponse Event(size_t index) {
    return rpc.Written<v1::StreamGenerateImagesResponse>(index);
  }
  v1::ImageStreamCompleted Completed() { return Event(rpc.written.size() - 1).completed(); }
  // By the image, and the preview or -1: what came of it, and whether it was all.
  struct Taken {
    std::string bytes;
    bool last = false;
  };
  std::map<std::pair<int, int>, Taken> Parts() {
    std::map<std::pair<int, int>, Taken> taken;
    for (size_t i = 0; i < rpc.written.size(); ++i) {
      const auto event = Event(i);
      if (!event.has_part()) continue;
      const v1::ImagePart& part = event.part();
      EXPECT_LE(part.data().size(), 256u << 10);
      Taken& of =
          taken[{part.index(), part.has_partial_image_index() ? part.partial_image_index() : -1}];
      EXPECT_FALSE(of.last);
      of.bytes += part.data();
      of.last = part.last();
    }
    return taken;
  }
};

TEST_F(ImageStream, GivesPreviewsAndTheImage) {
  Begin(2);
  EXPECT_EQ(Line(), "POST /images/generations");
  EXPECT_EQ(Body()["stream"], true);
  EXPECT_EQ(Body()["partial_images"], 2);
  EXPECT_FALSE(Body().contains("stream_options"));
  const std::string first = Picture(1000, 1), second = Picture(700'001, 2),
                    all = Picture(900'000, 3);
  Feed(Preview(0, first) + Preview(1, second) + Last(all));
  End();
  ASSERT_TRUE(rpc.status->ok()) << rpc.status->error_message();
  EXPECT_TRUE(Event(0).has_started());
  const auto parts = Parts();
  ASSERT_EQ(parts.size(), 3u);
  EXPECT_TRUE(parts.at({0, 0}).bytes == first && parts.at({0, 0}).last);
  EXPECT_TRUE(parts.at({0, 1}).bytes == second && parts.at({0, 1}).last);
  EXPECT_TRUE(parts.at({0, -1}).bytes == all && parts.at({0, -1}).last);
  const v1::ImageResult result = Completed().result();
  ASSERT_EQ(result.images_size(), 1);
  EXPECT_FALSE(result.images(0).has_data());
  EXPECT_EQ(result.images(0).extra().at("note"), "\" a  b \"");
  EXPECT_EQ(result.size(), "1024x1024");
  EXPECT_EQ(result.created().seconds(), 7);
  EXPECT_EQ(result.usage().output_tokens(), 5);
  EXPECT_EQ(Completed().gateway().cost().total_picousd(), 3 * 2'000'000 + 5 * 8'000'000);
}

TEST_F(ImageStream, IsTheSameWhereverTheBytesAreCut) {
  const std::string preview = Picture(3000, 1), all = Picture(5000, 2);
  const std::string body = Preview(0, preview) + Last(all);
  for (const size_t size : {1, 7, 1000, 1023, 1024, 1025, 4096}) {
    rpc = FakeRpc();
    Begin(1);
    Feed(body, size);
    End();
    ASSERT_TRUE(rpc.status->ok()) << size << rpc.status->error_message();
    EXPECT_TRUE(Parts().at({0, 0}).bytes == preview) << size;
    EXPECT_TRUE(Parts().at({0, -1}).bytes == all) << size;
    EXPECT_EQ(Completed().result().images(0).extra().at("note"), "\" a  b \"") << size;
  }
}

TEST_F(ImageStream, AnEventIsNotBoundByTheLengthOfEvents) {
  world.answer_limits.event_bytes = 2000;
  const std::string all = Picture(1'000'000, 2);
  Begin(0);
  Feed(Last(all));
  End();
  ASSERT_TRUE(rpc.status->ok()) << rpc.status->error_message();
  EXPECT_TRUE(Parts().at({0, -1}).bytes == all);
}

TEST_F(ImageStream, IsCutWithoutItsLastEvent) {
  const std::string body = Preview(0, "one") + Last(Picture(50'000, 3));
  for (const size_t size : {size_t{0}, body.find("event: image_generation.c"), body.size() - 100}) {
    rpc = FakeRpc();
    Begin(1);
    Feed(std::string_view(body).substr(0, size));
    End();
    EXPECT_EQ(ReasonOf(*rpc.status), "STREAM_TRUNCATED") << size;
  }
}

TEST_F(ImageStream, IsCutWithoutAllImages) {
  Begin(0, 2);
  Feed(Last("one"));
  End();
  EXPECT_EQ(ReasonOf(*rpc.status), "STREAM_TRUNCATED");
  EXPECT_EQ(CountOf(*rpc.status), "1");
}

TEST_F(ImageStream, AnErrorEventIsItsEnd) {
  Begin(1);
  Feed(
      "event: error\ndata: {\"type\":\"error\",\"error\":{\"code\":\"moderation_blocked\","
      "\"message\":\"no\"}}\n\n");
  RunToEnd();
  EXPECT_EQ(ReasonOf(*rpc.status), "CONTENT_POLICY_VIOLATION");
}

TEST_F(ImageStream, AnImageOfNoKnownKindIsNone) {
  Begin(1);
  Feed(R"(data: {"b64_json":")" + Base64("one") + "\"}\n\n");
  RunToEnd();
  EXPECT_EQ(ReasonOf(*rpc.status), "UPSTREAM_PROTOCOL");
}

TEST_F(ImageStream, WhatIsNotBase64IsNoImage) {
  for (const char* text : {"A", "?AAA", "AA==AAAA", "A\\nAA"}) {
    rpc = FakeRpc();
    Begin(1);
    Feed(R"(data: {"type":"x.completed","b64_json":")" + std::string(text) + "\"}\n\n");
    RunToEnd();
    EXPECT_EQ(ReasonOf(*rpc.status), "UPSTREAM_PROTOCOL") << text;
  }
}

TEST_F(ImageStream, TakesAnAnswerInOnePieceApart) {
  Begin(std::nullopt, 2);
  EXPECT_FALSE(Body().contains("stream"));
  const std::string one = Picture(700'000, 1), two = Picture(10, 2);
  Feed(R"({"created":5,"data":[{"b64_json":")" + Base64(one) +
       R"(","revised_prompt":"a grey cat"},{"b64_json":")" + Base64(two) +
       R"("},{"url":"https://x/y.png"}],"usage":{"input_tokens":3,"output_tokens":5}})");
  End();
  ASSERT_TRUE(rpc.status->ok()) << rpc.status->error_message();
  const auto parts = Parts();
  ASSERT_EQ(parts.size(), 2u);
  EXPECT_TRUE(parts.at({0, -1}).bytes == one && parts.at({0, -1}).last);
  EXPECT_TRUE(parts.at({1, -1}).bytes == two && parts.at({1, -1}).last);
  const v1::ImageResult result = Completed().result();
  ASSERT_EQ(result.images_size(), 3);
  EXPECT_EQ(result.images(0).revised_prompt(), "a grey cat");
  EXPECT_EQ(result.images(2).url(), "https://x/y.png");
  EXPECT_EQ(result.created().seconds(), 5);
  EXPECT_EQ(Completed().gateway().cost().total_picousd(), 3 * 2'000'000 + 5 * 8'000'000);
}

TEST_F(ImageStream, ACutPieceIsNoImage) {
  Begin(std::nullopt);
  Feed(R"({"data":[{"b64_json":")" + Base64(Picture(300'000, 1)));
  End();
  EXPECT_EQ(ReasonOf(*rpc.status), "STREAM_TRUNCATED");
}

TEST_F(ImageStream, ASlowReaderHoldsTheUpstreamBack) {
  Begin(std::nullopt);
  const std::string body = R"({"data":[{"b64_json":")" + Base64(Picture(2'000'000, 1));
  size_t taken = 0;
  while (taken < body.size() && http::FakeTransport::Body(transfer(), body.substr(taken, 16384))) {
    taken += 16384;
  }
  EXPECT_LT(taken, 1'000'000u);
  Leave();
}

TEST_F(ImageStream, AsksForEventsOfAModelThatIsKnownToStream) {
  catalogue::Model model;
  model.id = "gpt-4.1-mini";
  model.features["image_streaming"] = true;
  world.models.Replace(std::make_shared<const catalogue::Catalogue>(
      "r2", std::vector<catalogue::Model>{std::move(model)}));
  Begin(std::nullopt);
  EXPECT_EQ(Body()["stream"], true);
  Leave();
}

TEST_F(TypedTest, ALargeImageIsReadAsItComes) {
  const std::string one = Picture(300'001, 1), two = Picture(10, 2);
  v1::GenerateImagesRequest request;
  request.mutable_params()->set_model("gpt-4.1-mini");
  request.mutable_params()->set_prompt("a cat");
  Call("GenerateImages", request);
  Answer(R"({"created":5,"data":[{"b64_json":")" + Base64(one) +
         R"(","revised_prompt":"grey"},{"b64_json":")" + Base64(two) + "\"}]}");
  ASSERT_TRUE(rpc.status->ok()) << rpc.status->error_message();
  const auto result = rpc.Written<v1::GenerateImagesResponse>(0).result();
  ASSERT_EQ(result.images_size(), 2);
  EXPECT_TRUE(result.images(0).data() == one);
  EXPECT_EQ(result.images(0).revised_prompt(), "grey");
  EXPECT_TRUE(result.images(1).data() == two);
  EXPECT_EQ(result.created().seconds(), 5);
}

TEST_F(TypedTest, ALargeImageThatDoesNotFitNamesTheStream) {
  world.answer_limits.body_bytes = 200'000;
  v1::GenerateImagesRequest request;
  request.mutable_params()->set_model("gpt-4.1-mini");
  request.mutable_params()->set_prompt("a cat");
  Call("GenerateImages", request);
  http::FakeTransport::Head(transfer(), 200, "application/json");
  http::FakeTransport::Body(transfer(), R"({"data":[{"b64_json":")" + Base64(Picture(300'000, 1)));
  RunToEnd();
  EXPECT_EQ(ReasonOf(*rpc.status), "RESPONSE_TOO_LARGE");
  EXPECT_THAT(rpc.status->error_message(), ::testing::HasSubstr("StreamGenerateImages"));
}

TEST_F(ImageStream, AllThatIsReadIsBound) {
  world.answer_limits.large_answer_bytes = 100'000;
  Begin(0);
  Feed(Last(Picture(1'000'000, 2)));
  RunToEnd();
  EXPECT_EQ(ReasonOf(*rpc.status), "RESPONSE_TOO_LARGE");
}

}  // namespace
}  // namespace inferwire::rpc
