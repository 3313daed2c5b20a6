#include "batch/line.h"

#include <gtest/gtest.h>

namespace inferwire::batch {
namespace {

TEST(BatchLine, IsOneLineWhateverTheBodyHas) {
  std::string out;
  AppendLine("a\"b", "/v1/chat/completions", "{\n\"model\": \"m\",\r\n\"x\": \"a\\nb\"}", out);
  EXPECT_EQ(
      out,
      R"({"custom_id":"a\"b","method":"POST","url":"/v1/chat/completions","body":{ "model": "m",  "x": "a\nb"}})"
      "\n");
  EXPECT_EQ(LineBytes("a\"b", "/v1/chat/completions", "{\n\"model\": \"m\",\r\n\"x\": \"a\\nb\"}"),
            out.size());
}

TEST(BatchLine, ReadsBackWhatItWrote) {
  std::string out;
  AppendLine("id-1", "/v1/embeddings", R"({"model":"m","input":[1.50,"ü"]})", out);
  auto line = ReadLine(out, "/v1/embeddings", {});
  ASSERT_TRUE(line) << line.error().message;
  EXPECT_EQ(line->custom_id, "id-1");
  EXPECT_EQ(line->body, R"({"model":"m","input":[1.50,"ü"]})");
}

TEST(BatchLine, RefusesWhatIsNoLineOfThisBatch) {
  for (const char* bad : {"", "{", "[]", R"({"custom_id":"a"})",
                          R"({"custom_id":"","method":"POST","url":"/v1/x","body":{}})",
                          R"({"custom_id":"a","method":"GET","url":"/v1/x","body":{}})",
                          R"({"custom_id":"a","method":"POST","url":"/v1/y","body":{}})",
                          R"({"custom_id":"a","method":"POST","url":"/v1/x"})",
                          R"({"custom_id":"a\u0001","method":"POST","url":"/v1/x","body":{}})"}) {
    EXPECT_FALSE(ReadLine(bad, "/v1/x", {})) << bad;
  }
}

TEST(BatchLine, ABodyNeedsAModelAndDoesNotStream) {
  EXPECT_EQ(CheckBody(R"({"model":"m","stream":false})", {})->model, "m");
  EXPECT_FALSE(CheckBody(R"({"model":"m","stream":true})", {}));
  EXPECT_FALSE(CheckBody(R"({"input":1})", {}));
  EXPECT_FALSE(CheckBody(R"("model")", {}));
  EXPECT_FALSE(CheckBody("{", {}));
}

TEST(BatchLine, AnotherModelChangesNothingElse) {
  EXPECT_EQ(WithModel(R"({"a": 1.0, "model" : "x", "z":"model"})", "y\"z"),
            R"({"a": 1.0, "model" : "y\"z", "z":"model"})");
}

TEST(BatchLine, ABodyNamesItsFaultBelowTheFieldItCameIn) {
  const auto field = [](std::string_view body) {
    const auto facts = CheckBody(body, {}, "item.response");
    return facts.ok() ? "none" : facts.error().fields.front().field;
  };
  EXPECT_EQ(field(R"({"input":"x"})"), "item.response.model");
  EXPECT_EQ(field(R"({"model":"m","stream":true})"), "item.response.stream");
  EXPECT_EQ(field(R"({"model":"m","background":true})"), "item.response.background");
  EXPECT_EQ(field(R"({"model":"m","background":false,"stream":false})"), "none");
}

}  // namespace
}  // namespace inferwire::batch
