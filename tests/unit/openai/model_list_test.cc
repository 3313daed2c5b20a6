// What is taken from the lists that providers give of their models.
#include "openai/model_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "catalogue/ending.h"

namespace inferwire::openai {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

ModelList Read(std::string_view body) {
  auto list = ParseModelList(body);
  EXPECT_TRUE(list.ok()) << list.error().message;
  return list ? *std::move(list) : ModelList();
}

// The date that it ends, "" or "missing".
std::string End(const ModelList& list, std::string_view name) {
  const ListedModel* const model = list.Find(name);
  if (!model) return "missing";
  return model->ends ? catalogue::DateOf(*model->ends) : "";
}

TEST(ModelList, IsReadInTheShapesThatThereAre) {
  for (const char* body :
       {R"({"object":"list","data":[{"id":"a","object":"model"},{"id":"b"}]})",
        R"([{"id":"a"},{"id":"b"}])", R"({"models":[{"name":"a"},{"name":"b"}]})",
        R"({"data":[{"id":"a"},{"id":"b"},{"id":"a"}],"has_more":false})"}) {
    const ModelList list = Read(body);
    EXPECT_THAT(list.models, SizeIs(2)) << body;
    EXPECT_TRUE(list.complete) << body;
    EXPECT_TRUE(list.Find("a") && list.Find("b") && !list.Find("c")) << body;
  }
  EXPECT_THAT(Read(R"({"data":[]})").models, SizeIs(0));
}

TEST(ModelList, KnowsModelsByTheNamesThatTheyAreSentBy) {
  const ModelList list =
      Read(R"([{"id":"models/gemini-2.5-pro"},{"id":"llama3.1:latest"},{"id":"qwen3:8b"}])");
  EXPECT_TRUE(list.Find("gemini-2.5-pro"));
  EXPECT_TRUE(list.Find("models/gemini-2.5-pro"));
  EXPECT_TRUE(list.Find("llama3.1"));
  EXPECT_FALSE(list.Find("qwen3"));
  EXPECT_FALSE(list.Find("gemini-2.5"));
  EXPECT_FALSE(list.Find(""));
}

TEST(ModelList, HasTheEndsThatProvidersState) {
  const ModelList list = Read(R"({"data":[
      {"id":"openai","shutdown_date":"2027-01-14"},
      {"id":"announced","shutdown_date":null},
      {"id":"openrouter","expiration_date":"2026-11-08"},
      {"id":"mistral","deprecation":"2026-01-31T12:00:00Z",
       "deprecation_replacement_model":"ministral-8b-latest"},
      {"id":"first wins","shutdown_date":"2027-01-14"},
      {"id":"both","shutdown_date":"2027-01-14","expiration_date":"2027-02-01"},
      {"id":"number","shutdown_date":1800000000},
      {"id":"words","shutdown_date":"soon","deprecation":{"inference":1}}]})");
  EXPECT_EQ(End(list, "openai"), "2027-01-14");
  EXPECT_EQ(End(list, "announced"), "");
  EXPECT_EQ(End(list, "openrouter"), "2026-11-08");
  EXPECT_EQ(End(list, "mistral"), "2026-01-31");
  EXPECT_EQ(list.Find("mistral")->replacement, "ministral-8b-latest");
  EXPECT_EQ(End(list, "both"), "2027-01-14");
  EXPECT_EQ(End(list, "number"), "");
  EXPECT_EQ(End(list, "words"), "");
  EXPECT_EQ(End(list, "first wins"), "missing") << "a name has no spaces";
}

TEST(ModelList, IsNotWholeWhereSomethingOfItWasLeft) {
  EXPECT_FALSE(Read(R"({"data":[{"id":"a"}],"has_more":true})").complete);
  EXPECT_FALSE(Read(R"({"data":[{"id":"a"},{"id":7}]})").complete);
  EXPECT_FALSE(Read(R"({"data":[{"id":"a"},"b"]})").complete);
  EXPECT_FALSE(Read(R"({"data":[{"id":"a\nb"}]})").complete);
  EXPECT_FALSE(Read("[{\"id\":\"" + std::string(kMaxListedNameBytes + 1, 'a') + "\"}]").complete);
  std::string long_list = "[";
  for (size_t i = 0; i <= kMaxListedModels; ++i) {
    long_list += (i > 0 ? R"(,{"id":"m)" : R"({"id":"m)") + std::to_string(i) + "\"}";
  }
  const ModelList cut = Read(long_list + "]");
  EXPECT_THAT(cut.models, SizeIs(kMaxListedModels));
  EXPECT_FALSE(cut.complete);
}

TEST(ModelList, WhatIsNoneIsAnErrorThatQuotesNothing) {
  for (const char* body : {"", "<html>secret</html>", "null", "7", "{}", R"({"data":{}})",
                           R"({"error":{"message":"secret"}})", R"({"data":[)", R"(["secret)"}) {
    const auto list = ParseModelList(body);
    ASSERT_FALSE(list.ok()) << body;
    EXPECT_EQ(list.error().reason, v1::ERROR_REASON_UPSTREAM_PROTOCOL) << body;
    EXPECT_THAT(list.error().message, Not(HasSubstr("secret"))) << body;
  }
  EXPECT_FALSE(ParseModelList(std::string(200, '[')).ok());
  EXPECT_FALSE(ParseModelList("[" + std::string(kMaxModelListBytes, ' ') + "]").ok());
}

}  // namespace
}  // namespace inferwire::openai
