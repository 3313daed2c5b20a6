#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "simulator/base64.h"
#include "unit/simulator/forms.h"
#include "unit/simulator/sse_events.h"

namespace inferwire::simulator::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::HasSubstr;

// Width and height of what is a PNG; 0 x 0 if it is none.
std::pair<int, int> SizeOfPng(const std::string& png) {
  if (png.size() < 33 || !png.starts_with("\x89PNG\r\n\x1a\n") || png.substr(12, 4) != "IHDR" ||
      png.substr(png.size() - 8, 4) != "IEND") {
    return {};
  }
  const auto number = [&](size_t at) {
    int value = 0;
    for (size_t i = at; i < at + 4; ++i) value = value << 8 | static_cast<unsigned char>(png[i]);
    return value;
  };
  return {number(16), number(20)};
}

class ImagesTest : public ::testing::Test {
 protected:
  ImagesTest() : simulator(std::move(*Simulator::Start())) {}
  Response Try(const Json& patch, const std::string& words = "") {
    Json body = {{"model", "gpt-image-1"}, {"prompt", "A quiet river"}};
    if (patch.is_object()) body.merge_patch(patch);
    return Post(*simulator, "/v1/images/generations", body, {{"x-simulator", words}});
  }
  Json Create(const Json& patch = Json::object(), const std::string& words = "") {
    const Response response = Try(patch, words);
    EXPECT_EQ(response.status, 200) << response.body;
    return response.json();
  }
  static std::string Bytes(const Json& image) {
    return FromBase64(image["b64_json"].get<std::string>()).value_or("");
  }
  std::unique_ptr<Simulator> simulator;
};

TEST_F(ImagesTest, ArePicturesOfTheSizeAskedFor) {
  const Json body = Create({{"size", "1536x1024"}, {"n", 2}, {"quality", "low"}});
  ASSERT_EQ(body["data"].size(), 2u);
  EXPECT_EQ(SizeOfPng(Bytes(body["data"][0])), std::pair(1536, 1024));
  EXPECT_NE(body["data"][0], body["data"][1]);
  EXPECT_EQ(body["size"], "1536x1024");
  EXPECT_EQ(body["usage"]["output_tokens"], 800);
  EXPECT_EQ(body["usage"]["input_tokens_details"]["image_tokens"], 0);
  EXPECT_EQ(Create()["data"], Create()["data"]);
  EXPECT_NE(Create()["data"], Create({{"prompt", "A loud river"}})["data"]);
}

TEST_F(ImagesTest, AreAsLargeAsTold) {
  const std::string bytes = Bytes(Create({}, "big=300000")["data"][0]);
  EXPECT_EQ(bytes.size(), 300'000u);
  EXPECT_EQ(SizeOfPng(bytes), std::pair(1024, 1024));
}

TEST_F(ImagesTest, AreFetchedFromTheirUrl) {
  const Json body = Create({{"model", "dall-e-3"}, {"size", "1792x1024"}});
  EXPECT_EQ(body["data"][0]["revised_prompt"], "A quiet river");
  EXPECT_FALSE(body.contains("usage"));
  const std::string url = body["data"][0]["url"];
  EXPECT_TRUE(url.starts_with("http://")) << url;
  const Response image = Get(*simulator, url.substr(url.find("/simulator/")));
  EXPECT_EQ(image.Header("content-type"), "image/png");
  EXPECT_EQ(SizeOfPng(image.body), std::pair(1792, 1024));
  EXPECT_EQ(Get(*simulator, "/simulator/images/nothing.png").status, 404);
  const Json inside = Create({{"model", "dall-e-2"}, {"response_format", "b64_json"}});
  EXPECT_EQ(SizeOfPng(Bytes(inside["data"][0])), std::pair(1024, 1024));
}

TEST_F(ImagesTest, ComeInParts) {
  const Response response = Try({{"stream", true}, {"partial_images", 2}});
  const auto events = NamedEvents(response.body);
  EXPECT_THAT(NamesOf(events),
              ElementsAre("image_generation.partial_image", "image_generation.completed"));
  ASSERT_EQ(events.size(), 3u);
  EXPECT_EQ(events[1].data["partial_image_index"], 1);
  EXPECT_EQ(events[2].data["b64_json"], Create()["data"][0]["b64_json"]);
  EXPECT_EQ(events[2].data["usage"], Create()["usage"]);
  EXPECT_EQ(NamedEvents(Try({{"stream", true}, {"partial_images", 1}}, "truncate").body).size(),
            1u);
}

TEST_F(ImagesTest, TellWhatWasUploaded) {
  const std::string picture(70'000, 'p'), mask = "mask bytes";
  const Response response = PostForm(
      *simulator, "/v1/images/edits", {{"model", "gpt-image-1"}, {"prompt", "7"}, {"n", "2"}},
      {{"image[]", "a.png", picture}, {"image[]", "b.png", "x"}, {"mask", "m.png", mask}});
  ASSERT_EQ(response.status, 200) << response.body;
  const Json body = response.json();
  ASSERT_EQ(body["data"].size(), 2u);
  EXPECT_THAT(body["data"][0]["revised_prompt"].get<std::string>(),
              Eq("7; image[] a.png 70000 bytes sha256 " + HexHash(picture) +
                 "; image[] b.png 1 bytes sha256 " + HexHash("x") +
                 "; mask m.png 10 bytes sha256 " + HexHash(mask)));
  EXPECT_EQ(body["usage"]["input_tokens_details"]["image_tokens"], 3 * 194);
  const auto events =
      NamedEvents(PostForm(*simulator, "/v1/images/edits",
                           {{"model", "gpt-image-1"}, {"prompt", "x"}, {"stream", "true"}},
                           {{"image", "a.png", "x"}})
                      .body);
  EXPECT_EQ(events.back().name, "image_edit.completed");
}

TEST_F(ImagesTest, AreEditedFromJsonToo) {
  const Json images = Json::array(
      {{{"image_url", "data:image/png;base64," + Base64("hello")}}, {{"file_id", "file-1"}}});
  const Json body =
      Post(*simulator, "/v1/images/edits", {{"prompt", "more"}, {"images", images}}).json();
  const std::string revised = body["data"][0]["revised_prompt"];
  EXPECT_THAT(revised, HasSubstr("images[0] 5 bytes sha256 " + HexHash("hello")));
  EXPECT_THAT(revised, HasSubstr("images[1] file-1"));
  EXPECT_EQ(ErrorCode(Post(*simulator, "/v1/images/edits", {{"prompt", "more"}})),
            "missing_required_parameter");
}

TEST_F(ImagesTest, AreVaried) {
  const Response response =
      PostForm(*simulator, "/v1/images/variations",
               {{"size", "256x256"}, {"response_format", "b64_json"}}, {{"image", "a.png", "x"}});
  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(SizeOfPng(Bytes(response.json()["data"][0])), std::pair(256, 256));
  EXPECT_EQ(PostForm(*simulator, "/v1/images/variations", {}, {}).status, 400);
}

TEST_F(ImagesTest, SayWhatTheRealApiSays) {
  const auto code = [&](const Json& patch) { return ErrorCode(Try(patch)); };
  EXPECT_EQ(code({{"prompt", nullptr}}), "missing_required_parameter");
  EXPECT_EQ(code({{"size", "300x300"}}), "invalid_value");
  EXPECT_EQ(code({{"n", 11}}), "integer_above_max_value");
  EXPECT_EQ(code({{"model", "gpt-4.1"}}), "invalid_value");
  EXPECT_EQ(code({{"model", "dall-e-2"}, {"quality", "standard"}}), "unknown_parameter");
  EXPECT_EQ(code({{"response_format", "url"}}), "unknown_parameter");
  EXPECT_EQ(code({{"prompt", std::string(33'000, 'x')}}), "string_above_max_length");
}

// The words of a form's model, of rules for it and of the header reach its answer.
TEST_F(ImagesTest, FormsAreScripted) {
  const auto edit = [&](const std::string& model, const std::string& words = "") {
    return PostForm(*simulator, "/v1/images/edits", {{"model", model}, {"prompt", "x"}},
                    {{"image", "a.png", std::string(5000, 'x')}}, {{"x-simulator", words}})
        .status;
  };
  EXPECT_EQ(edit("gpt-image-1+status=503"), 503);
  EXPECT_EQ(edit("gpt-image-1", "status=429"), 429);
  EXPECT_EQ(edit("gpt-image-1", "body_reset=1000"), 0);
  ASSERT_TRUE(simulator->SetRules({{.model = "gpt-image*", .times = 1, .set = "status=500"},
                                   {.every = 2, .set = "status=502"}}));
  EXPECT_EQ(edit("gpt-image-1"), 500);
  EXPECT_EQ(edit("gpt-image-1"), 502) << "a rule for any model counts a form once";
  EXPECT_EQ(edit("gpt-image-1"), 200);
}

}  // namespace
}  // namespace inferwire::simulator::testing
