#include "codec/proto_check.h"

#include "codec_testing.h"

namespace inferwire::codec {
namespace {

// The bytes of the message with every "BAD" in it made invalid UTF-8, as a careless client sends.
std::string Broken(const google::protobuf::Message& message) {
  std::string bytes = message.SerializeAsString();
  for (size_t at = bytes.find("BAD"); at != std::string::npos; at = bytes.find("BAD")) {
    bytes.replace(at, 3, "\xFF\xFE\xFD");
  }
  return bytes;
}

std::string PathIn(const std::string& text) {
  const auto params = Proto<v1::ChatCompletionParams>(text);
  const std::string bytes = Broken(params);
  v1::ChatCompletionParams parsed;
  EXPECT_FALSE(parsed.ParseFromString(bytes));
  const Error error = ExplainParseFailure(bytes, *params.GetDescriptor());
  EXPECT_EQ(error.code, Code::kInvalidArgument);
  EXPECT_EQ(error.reason, v1::ERROR_REASON_INVALID_PROTO);
  return error.fields.empty() ? "none: " + error.message : error.fields[0].field;
}

TEST(ProtoCheck, NamesTheStringThatIsNotUtf8) {
  EXPECT_EQ(PathIn("model: 'BAD'"), "model");
  EXPECT_EQ(PathIn("stop: 'a' stop: 'BAD' user: 'BAD'"), "stop[1]");
  EXPECT_EQ(PathIn("messages { content: 'a' } messages { content: 'BAD' }"), "messages[1].content");
  EXPECT_EQ(PathIn("messages { content_parts { image_url { data: 'BAD' detail: 'BAD' } } }"),
            "messages[0].content_parts[0].image_url.detail");
  EXPECT_EQ(PathIn("metadata { key: 'k' value: 'BAD' }"), "metadata[\"k\"]");
  EXPECT_EQ(PathIn("metadata { key: 'BAD' value: 'v' }"), "metadata");
  EXPECT_EQ(PathIn("messages { extra { key: 'x' value: 'BAD' } }"), "messages[0].extra[\"x\"]");
  EXPECT_EQ(PathIn("temperature: 1 n: 2 seed: 3 user: 'BAD'"), "user");
}

TEST(ProtoCheck, QuotesNothingOfTheValue) {
  v1::ChatCompletionParams params;
  params.set_model("secret BAD");
  const std::string bytes = Broken(params);
  EXPECT_EQ(ExplainParseFailure(bytes, *params.GetDescriptor()).message, "model: not valid UTF-8");
}

TEST(ProtoCheck, AnythingElseIsNotAMessage) {
  const auto& type = *v1::ChatCompletionParams::descriptor();
  for (const std::string& bytes :
       {std::string("\xFF"), std::string("\x0A\x7F"), std::string(20, '\xFF'), std::string("\x0B"),
        std::string("\x0A\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01"), std::string("\x1D\x01"),
        std::string()}) {
    const Error error = ExplainParseFailure(bytes, type);
    EXPECT_EQ(error.reason, v1::ERROR_REASON_INVALID_PROTO);
    EXPECT_TRUE(error.fields.empty());
    EXPECT_EQ(error.message,
              "not a valid protobuf message of type inferwire.v1.ChatCompletionParams");
  }
}

TEST(ProtoCheck, NestingIsBounded) {
  std::string bytes = "\x0A\x01\xFF";  // token: invalid
  for (int i = 0; i < 200; ++i) {
    std::string outer = "\x22";  // top_logprobs
    for (size_t size = bytes.size();; size >>= 7) {
      outer.push_back(static_cast<char>(size < 0x80 ? size : (size & 0x7F) | 0x80));
      if (size < 0x80) break;
    }
    bytes.insert(0, outer);
  }
  EXPECT_TRUE(ExplainParseFailure(bytes, *v1::TokenLogProb::descriptor()).fields.empty());
}

}  // namespace
}  // namespace inferwire::codec
