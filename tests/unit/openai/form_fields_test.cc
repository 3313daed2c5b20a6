#include "openai/form_fields.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace inferwire::openai {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

FormSource::Fields FieldsOf(std::string_view json) {
  auto fields = FormFields(json);
  EXPECT_TRUE(fields) << json;
  return fields ? *fields : FormSource::Fields();
}

TEST(FormFields, StandWithoutQuotesAndAsTheyAreWritten) {
  EXPECT_THAT(FieldsOf(R"({"model":"a\n\u00e9\"","temperature":0.50,"n":2,"stream":true})"),
              ElementsAre(Pair("model", "a\n\xC3\xA9\""), Pair("temperature", "0.50"),
                          Pair("n", "2"), Pair("stream", "true")));
}

TEST(FormFields, OfAListAndAnObjectAreOneForEachOfTheirValues) {
  EXPECT_THAT(FieldsOf(R"({"include":["logprobs","x"],)"
                       R"("chunking_strategy":{"type":"server_vad","deep":{"a":[1,{"b":2}]}}})"),
              ElementsAre(Pair("include[]", "logprobs"), Pair("include[]", "x"),
                          Pair("chunking_strategy[type]", "server_vad"),
                          Pair("chunking_strategy[deep][a][]", "1"),
                          Pair("chunking_strategy[deep][a][][b]", "2")));
}

TEST(FormFields, AreNoneOfWhatIsEmpty) {
  EXPECT_THAT(FieldsOf("{}"), IsEmpty());
  EXPECT_THAT(FieldsOf(R"({"a":[],"b":{},"c":null,"d":[null,{}]})"), IsEmpty());
  EXPECT_THAT(FieldsOf(R"({"a":""})"), ElementsAre(Pair("a", "")));
}

TEST(FormFields, AreBoundedInNumber) {
  std::string json = R"({"a":[1)";
  for (size_t i = 1; i < kMostFormFields; ++i) json += ",1";
  EXPECT_EQ(FieldsOf(json + "]}").size(), kMostFormFields);
  const auto refused = FormFields(json + ",1]}");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, v1::ERROR_REASON_REQUEST_TOO_LARGE);
}

}  // namespace
}  // namespace inferwire::openai
