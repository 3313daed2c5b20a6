// Random JSON through proto and back: nothing is lost but what the rules say (null, and empty lists
// and maps of known members).
#include <bit>
#include <cmath>
#include <random>
#include <set>

#include "codec_testing.h"

namespace inferwire::codec {
namespace {

class RandomJson {
 public:
  explicit RandomJson(unsigned seed) : random_(seed) {}

  size_t Below(size_t limit) { return random_() % limit; }

  template <size_t kSize>
  std::string Pick(const char* const (&choices)[kSize]) {
    return choices[Below(kSize)];
  }

  std::string Name() {
    return Pick({"id",          "model",          "role",        "content",
                 "type",        "text",           "function",    "name",
                 "index",       "delta",          "tool_calls",  "finish_reason",
                 "logprobs",    "usage",          "choices",     "created",
                 "data",        "image_url",      "url",         "bytes",
                 "token",       "file",           "file_data",   "metadata",
                 "object",      "message",        "audio",       "messages",
                 "stop",        "tools",          "tool_choice", "x",
                 "\\u0078\\n",  "expires_at",     "n",           "seed",
                 "temperature", "response_format"});
  }

  std::string Scalar() {
    return Pick({"0",
                 "1",
                 "-1",
                 "1.5",
                 "12.0",
                 "1e3",
                 "1e400",
                 "9007199254740993",
                 "true",
                 "false",
                 "\"\"",
                 "\"a\"",
                 "\"user\"",
                 "\"function\"",
                 "\"text\"",
                 "\"stop\"",
                 "\"SGk=\"",
                 "\"\\u0000\\ud83d\\ude00\"",
                 "\"data:a/b;base64,SGk=\"",
                 "\"chat.completion\""});
  }

  std::string Value(int depth) {
    const size_t kind = depth == 0 ? 0 : Below(4);
    if (kind == 0) return Scalar();
    if (kind == 1) {
      std::string list = "[" + Value(depth - 1);
      for (size_t i = Below(3); i > 0; --i) list += " , " + Value(depth - 1);
      return list + "]";
    }
    return Object(depth);
  }

  std::string Object(int depth) {
    std::string object = "{";
    std::set<std::string> names;
    for (size_t i = 1 + Below(6); i > 0; --i) {
      const std::string name = Name();
      if (!names.insert(name).second) continue;
      object += (object.size() > 1 ? ",\"" : "\"") + name + "\" : " + Value(depth - 1);
    }
    return object + "}";
  }

 private:
  std::mt19937 random_;
};

// Reading what was written gives the same message, so nothing was lost on the way through JSON; and
// the first reading lost nothing, for its writing holds every member of the original.
template <class T>
void RoundTrip(const std::string& json) {
  const T first = Decode<T>(json);
  T sent;
  ASSERT_TRUE(sent.ParseFromString(first.SerializeAsString()));
  const std::string written = Encode(sent);
  ASSERT_TRUE(CheckJson(written).ok()) << written;
  EXPECT_EQ(Read<T>(written), Read<T>(json)) << json;
  EXPECT_EQ(Encode(Decode<T>(written)), written);
}

TEST(RoundTrip, RandomObjectsSurvive) {
  RandomJson random(20260901);
  for (int i = 0; i < 500; ++i) {
    const std::string json = random.Object(5);
    RoundTrip<v1::ChatCompletionParams>(json);
    RoundTrip<v1::ChatCompletion>(json);
    RoundTrip<v1::ChatCompletionChunk>(json);
    RoundTrip<v1::ChatMessage>(json);
  }
}

TEST(RoundTrip, RandomObjectsKeepEveryMember) {
  RandomJson random(7);
  for (int i = 0; i < 500; ++i) {
    // No type of ours writes members of its own accord for these names.
    const std::string inner = random.Value(4);
    const std::string json = "{\"delta\":{\"content\":" + inner + ",\"x\":" + inner + "}}";
    EXPECT_TRUE(JsonEquals(Encode(Decode<v1::ChunkChoice>(json)), "{\"index\":0," + json.substr(1)))
        << json;
  }
}

TEST(RoundTrip, RandomStringsSurvive) {
  std::mt19937 random(99);
  for (int i = 0; i < 500; ++i) {
    std::string text;
    for (size_t n = random() % 40; n > 0; --n) {
      constexpr std::string_view kPieces[] = {
          {"\0", 1},          "\x1F", "\"",           "\\", "/",      "abcdefgh", "\n", "\xC3\xA9",
          "\xF0\x9F\x98\x80", "\x7F", "\xE2\x80\xA8", " ",  "\\u0041"};
      text += kPieces[random() % std::size(kPieces)];
    }
    v1::ChatMessage message;
    message.set_content(text);
    message.add_tool_calls()->mutable_function()->set_arguments(text);
    (*message.mutable_extra())[text + "x"] = "1";
    const auto again = Decode<v1::ChatMessage>(Encode(message));
    EXPECT_EQ(again.content(), text);
    EXPECT_EQ(again.tool_calls(0).function().arguments(), text);
    EXPECT_EQ(again.extra().at(text + "x"), "1");
  }
}

TEST(RoundTrip, RandomDoublesSurvive) {
  std::mt19937_64 random(5);
  for (int i = 0; i < 5'000; ++i) {
    const double value = std::bit_cast<double>(random());
    if (!std::isfinite(value)) continue;
    v1::TokenLogProb token;
    token.set_logprob(value);
    EXPECT_EQ(Decode<v1::TokenLogProb>(Encode(token)).logprob(), value);
  }
}

}  // namespace
}  // namespace inferwire::codec
