#include "openai/content_text.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "codec/decode.h"

namespace inferwire::openai {
namespace {

struct Case {
  std::string content;        // as it comes
  std::string text, refusal;  // that a reader sees
  std::string rest;           // extra["content"] of the delta
};

std::vector<Case> Cases() {
  return {
      {R"([{"type":"text","text":"hel"},{"type":"text","text":"lo"}])", "hello", "", ""},
      {R"([{"type":"output_text","text":"hello"}])", "hello", "", ""},
      {R"([{"text":"hello"}])", "hello", "", ""},
      {R"(["hel", "lo"])", "hello", "", ""},
      {R"({"type":"text","text":"hello"})", "hello", "", ""},
      {R"( [ { "text" : "\u00e9\"\n" , "type" : "text" } ] )", "é\"\n", "", ""},
      {R"([{"type":"text","text":"","index":0}])", "", "", ""},
      {R"([{"type":"text","text":"a","index":0,"annotations":[],"cache_control":null}])", "a", "",
       ""},
      {R"([{"type":"text","text":"a","annotations":[{"url":"u"}]}])", "a", "",
       R"([{"type":"text","annotations":[{"url":"u"}]}])"},
      {R"([{"type":"refusal","refusal":"no"}])", "", "no", ""},
      {R"([{"type":"thinking","thinking":[{"type":"text","text":"hm"}]},{"type":"text","text":"a"}])",
       "a", "", R"([{"type":"thinking","thinking":[{"type":"text","text":"hm"}]}])"},
      {R"([{"type":"reasoning","text":"hm","summary":1e400}])", "", "",
       R"([{"type":"reasoning","text":"hm","summary":1e400}])"},
      {R"([{"type":"text","text":7}])", "", "", R"([{"type":"text","text":7}])"},
      {R"([{"type":"image_url","image_url":{"url":"https://h/i"}}])", "", "",
       R"([{"type":"image_url","image_url":{"url":"https://h/i"}}])"},
  };
}

TEST(ContentText, IsTakenOutOfTheDeltasOfAStream) {
  for (const Case& each : Cases()) {
    v1::Delta delta;
    ASSERT_TRUE(codec::FromJson("{\"content\":" + each.content + "}", delta).ok()) << each.content;
    TakeTextOfParts(delta);
    EXPECT_EQ(delta.content(), each.text) << each.content;
    EXPECT_EQ(delta.refusal(), each.refusal) << each.content;
    const auto rest = delta.extra().find("content");
    EXPECT_EQ(rest == delta.extra().end() ? "" : rest->second, each.rest) << each.content;
  }
}

TEST(ContentText, IsInTheTextPartsOfAWholeAnswer) {
  for (const Case& each : Cases()) {
    v1::ChatMessage message;
    ASSERT_TRUE(codec::FromJson("{\"content\":" + each.content + "}", message).ok());
    TakeTextOfParts(message);
    std::string text, refusal;
    for (const v1::ContentPart& part : message.content_parts()) {
      text += part.text();
      refusal += part.refusal();
    }
    EXPECT_EQ(text, each.text) << each.content;
    EXPECT_EQ(refusal, each.refusal) << each.content;
  }
}

TEST(ContentText, LeavesWhatIsNoPart) {
  for (const char* json :
       {R"({"content":"hello"})", R"({"content":null})", R"({"content":7})", R"({"content":true})",
        R"({"other":[{"type":"text","text":"a"}]})", "{}"}) {
    v1::Delta delta, before;
    ASSERT_TRUE(codec::FromJson(json, delta).ok());
    before = delta;
    TakeTextOfParts(delta);
    EXPECT_EQ(delta.ShortDebugString(), before.ShortDebugString()) << json;
  }
}

}  // namespace
}  // namespace inferwire::openai
