#include "openai/param_path.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "inferwire/v1/files_service.pb.h"

namespace inferwire::openai {
namespace {

std::string ProtoPath(std::string_view param) { return FieldPath(param, &kChatParams); }

constexpr std::array kRenamed = {RequestFields::Renamed{"file", "data"},
                                 RequestFields::Renamed{"a.very[long]", "header.filename"}};
constexpr RequestFields kUpload{&v1::UploadFileHeader::descriptor, "header", kRenamed};
constexpr RequestFields kGet{&v1::GetFileRequest::descriptor};

TEST(ParamPath, FollowsTheDescriptor) {
  EXPECT_EQ(ProtoPath("max_tokens"), "params.max_tokens");
  EXPECT_EQ(ProtoPath("messages[0].content"), "params.messages[0].content");
  EXPECT_EQ(ProtoPath("messages[1].content[2].image_url.url"),
            "params.messages[1].content_parts[2].image_url.url");
  EXPECT_EQ(ProtoPath("messages.[1].role"), "params.messages[1].role");
  EXPECT_EQ(ProtoPath("messages.1.tool_calls.0.function.name"),
            "params.messages[1].tool_calls[0].function.name");
  EXPECT_EQ(ProtoPath("response_format"), "params.response_format");
  EXPECT_EQ(ProtoPath("response_format.json_schema.schema"),
            "params.response_format.json_schema.schema_json");
  EXPECT_EQ(ProtoPath("tools[0].function.parameters"), "params.tools[0].function.parameters_json");
  EXPECT_EQ(ProtoPath("web_search_options"), "params.web_search_options_json");
  EXPECT_EQ(ProtoPath("metadata.color"), R"(params.metadata["color"])");
  EXPECT_EQ(ProtoPath("metadata"), "params.metadata");
  EXPECT_EQ(ProtoPath("stop[1]"), "params.stop[1]");
  EXPECT_EQ(ProtoPath("$.messages[2].content"), "params.messages[2].content");
  EXPECT_EQ(ProtoPath("messages[2]['content']"), "params.messages[2].content");
  EXPECT_EQ(ProtoPath("messages.2.content"), "params.messages[2].content");
}

TEST(ParamPath, ANameInCamelCaseIsTheFieldsUnlessOneHasItAsItIs) {
  EXPECT_EQ(ProtoPath("maxTokens"), "params.max_tokens");
  EXPECT_EQ(ProtoPath("messages[0].toolCalls[1]"), "params.messages[0].tool_calls[1]");
  EXPECT_EQ(ProtoPath("webSearchOptions"), "params.web_search_options_json");
  EXPECT_EQ(ProtoPath("topK"), R"(params.extra["topK"])");
  EXPECT_EQ(FieldPath("expiresAfter.seconds", &kUpload), "header.expires_after.seconds");
}

TEST(ParamPath, TheBodyIsNoMember) {
  EXPECT_EQ(ProtoPath("body.temperature"), "params.temperature");
  EXPECT_EQ(ProtoPath("body"), "params");
  EXPECT_EQ(ProtoPath("body.top_k"), R"(params.extra["top_k"])");
  EXPECT_EQ(FieldPath("body.temperature", nullptr), "body.temperature");
}

TEST(ParamPath, EveryRequestHasItsOwnFields) {
  EXPECT_EQ(FieldPath("purpose", &kUpload), "header.purpose");
  EXPECT_EQ(FieldPath("filename", &kUpload), "header.filename");
  EXPECT_EQ(FieldPath("expires_after", &kUpload), "header.expires_after");
  EXPECT_EQ(FieldPath("expires_after.seconds", &kUpload), "header.expires_after.seconds");
  EXPECT_EQ(FieldPath("expires_after[seconds]", &kUpload), "header.expires_after.seconds");
  EXPECT_EQ(FieldPath("file_id", &kGet), "file_id");
}

TEST(ParamPath, AParameterMayHaveAnotherNameThere) {
  EXPECT_EQ(FieldPath("file", &kUpload), "data");
  EXPECT_EQ(FieldPath("a.very[long]", &kUpload), "header.filename");
}

TEST(ParamPath, NoFieldIsInvented) {
  // A message without extra: the field above, or what upstream said.
  EXPECT_EQ(FieldPath("expires_after[anchor]", &kUpload), "header.expires_after");
  EXPECT_EQ(FieldPath("purposes", &kUpload), "purposes");
  EXPECT_EQ(FieldPath("messages[2].content", &kUpload), "messages[2].content");
  EXPECT_EQ(FieldPath("extra", &kUpload), "extra");
  EXPECT_EQ(FieldPath("limit", &kGet), "limit");
  // A request without typed fields.
  EXPECT_EQ(FieldPath("purpose", nullptr), "purpose");
  EXPECT_EQ(FieldPath("input[0].content", nullptr), "input[0].content");
  EXPECT_EQ(FieldPath("", nullptr), "");
  EXPECT_EQ(FieldPath("", &kGet), "");
}

TEST(ParamPath, UnknownNamesAreExtra) {
  EXPECT_EQ(ProtoPath("top_k"), R"(params.extra["top_k"])");
  EXPECT_EQ(ProtoPath("reasoning.effort"), R"(params.extra["reasoning"])");
  EXPECT_EQ(ProtoPath("tools[0].name"), R"(params.tools[0].extra["name"])");
  EXPECT_EQ(ProtoPath("tools[0].raw"), R"(params.tools[0].extra["raw"])");
  EXPECT_EQ(ProtoPath("extra"), R"(params.extra["extra"])");
}

TEST(ParamPath, AnythingElseIsHarmless) {
  EXPECT_EQ(ProtoPath(""), "params");
  EXPECT_EQ(ProtoPath("..[]''"), "params");
  EXPECT_EQ(ProtoPath("a\"b"), R"(params.extra["a"])");
  EXPECT_EQ(ProtoPath("\xff\x01\\"), R"(params.extra[""])");
  EXPECT_EQ(ProtoPath("sk-secret"), R"(params.extra["[redacted]"])");
  EXPECT_LE(ProtoPath(std::string(100'000, 'a')).size(), 110u);
  std::string deep = "messages[0]";
  for (int i = 0; i < 1000; ++i) deep += ".content[0]";
  EXPECT_LE(ProtoPath(deep).size(), 110u);
  std::string logprobs = "tools[999999999]";
  EXPECT_EQ(ProtoPath(logprobs), "params.tools[999999999]");
  EXPECT_EQ(FieldPath("a\x01 b\xff\"\\c", nullptr), "abc");
  EXPECT_EQ(FieldPath("sk-secret0123456789", nullptr), "[redacted]");
  EXPECT_LE(FieldPath(std::string(100'000, 'a'), nullptr).size(), 110u);
  EXPECT_LE(FieldPath(deep, &kUpload).size(), 110u);
}

}  // namespace
}  // namespace inferwire::openai
