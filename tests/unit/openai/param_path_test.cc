#include "openai/param_path.h"

#include <gtest/gtest.h>

#include <string>

namespace inferwire::openai {
namespace {

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
}

}  // namespace
}  // namespace inferwire::openai
