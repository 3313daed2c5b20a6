#include "simulator/facts.h"

#include <gtest/gtest.h>

#include "simulator/schema.h"

namespace inferwire::simulator {
namespace {

// What an answer to the prompt says under this schema.
Json Said(std::string_view prompt, const char* schema, uint64_t seed = 1) {
  Random random(seed);
  Facts facts(prompt);
  return Instance(Json::parse(schema), random, facts).value_or(Json());
}

Json Property(std::string_view prompt, const std::string& name, const std::string& schema) {
  Facts facts(prompt);
  return facts.Take(Json::parse(schema), name, Json::object()).value_or(Json());
}

constexpr char kWeather[] = R"({"type":"object","properties":{"city":{"type":"string"},
    "days":{"type":"integer","minimum":1,"maximum":7},"unit":{"enum":["celsius","fahrenheit"]}},
    "required":["city","days"],"additionalProperties":false})";

TEST(Facts, AreSaidWhereTheSchemaHasAPlaceForThem) {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    const Json said = Said("get_weather for Paris, 3 days, in Fahrenheit please", kWeather, seed);
    EXPECT_EQ(said, Json::parse(R"({"city":"Paris","days":3,"unit":"fahrenheit"})"));
  }
}

TEST(Facts, LeaveTheRestAsItWas) {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    Random random(seed);
    EXPECT_EQ(Said("get_weather, please", kWeather, seed), Instance(Json::parse(kWeather), random));
    const Json said = Said("90 days in Paris", kWeather, seed);
    EXPECT_EQ(said["city"], "Paris");
    EXPECT_LE(said["days"], 7) << "the schema counts, not the prompt";
  }
}

TEST(Facts, AreNamesOfOneWordOrMore) {
  const auto name = [](std::string_view prompt) {
    return Property(prompt, "city", R"({"type":"string"})");
  };
  EXPECT_EQ(name("Use get_weather for New York, please."), "New York");
  EXPECT_EQ(name("Paris"), "Paris");
  EXPECT_EQ(name("Paris?"), "Paris");
  EXPECT_EQ(name("Is it raining in S\u00E3o Paulo?"), "S\u00E3o Paulo");
  EXPECT_EQ(name("rain in \u00D6rebro"), "\u00D6rebro");
  EXPECT_EQ(name("Ada Lovelace, born 1815"), "Ada Lovelace");
  EXPECT_EQ(name("Compare Paris and Rome"), "Paris");
  EXPECT_EQ(name("What is the weather? Tell me. Now I wait, as I'm late."), Json());
  EXPECT_EQ(name(""), Json());
  EXPECT_EQ(name(" .,; \n"), Json());
}

TEST(Facts, AreNumbersDatesAddressesAndLinks) {
  const std::string prompt =
      "Send $20.5 to bob@example.com on 2026-12-01, at gpt-4.1 rates, see https://example.com/a. "
      "Not -3 but two of 40%.";
  EXPECT_EQ(Property(prompt, "a", R"({"type":"number"})"), 20.5);
  EXPECT_EQ(Property(prompt, "a", R"({"type":"integer"})"), -3);
  EXPECT_EQ(Property(prompt, "a", R"({"type":"integer","minimum":0})"), 2);
  EXPECT_EQ(Property(prompt, "a", R"({"type":["null","integer"],"minimum":3})"), 40);
  EXPECT_EQ(Property(prompt, "a", R"({"type":"string","format":"date"})"), "2026-12-01");
  EXPECT_EQ(Property(prompt, "due_date", R"({"type":"string"})"), "2026-12-01");
  EXPECT_EQ(Property(prompt, "a", R"({"type":"string","format":"email"})"), "bob@example.com");
  EXPECT_EQ(Property(prompt, "a", R"({"type":"string","format":"uri"})"), "https://example.com/a");
  EXPECT_EQ(Property(prompt, "a", R"({"type":"string","format":"uuid"})"), Json());
  EXPECT_EQ(Property("inf nan 1e999", "a", R"({"type":"number"})"), Json());
}

TEST(Facts, AreValuesOfAnEnumerationByWholeWords) {
  const std::string size = R"({"enum":["new","new york","rome",5,""]})";
  EXPECT_EQ(Property("Rome is not New York", "a", size), "rome");
  EXPECT_EQ(Property("from NEW YORK to rome", "a", size), "new york") << "the longest";
  EXPECT_EQ(Property("renew the chrome, 5", "a", size), Json());
}

TEST(Facts, AreSaidOnceEach) {
  const char* const trip = R"({"type":"object","properties":{"from":{"type":"string"},
      "to":{"$ref":"#/$defs/city"}},"required":["from","to"],"$defs":{"city":{"type":"string"}}})";
  EXPECT_EQ(Said("a train between Paris and Rome", trip),
            Json::parse(R"({"from":"Paris","to":"Rome"})"));
}

TEST(Facts, ReachOptionalPropertiesAndBranches) {
  const char* const schema = R"({"type":"object","properties":{
      "city":{"anyOf":[{"type":"null"},{"type":"string"}]},"note":{"type":"string"}}})";
  for (uint64_t seed = 0; seed < 20; ++seed)
    EXPECT_EQ(Said("in Paris", schema, seed)["city"], "Paris");
}

TEST(Facts, GiveTheWholePromptToWhoAsksForIt) {
  EXPECT_EQ(Property("cheap flights to Rome", "query", R"({"type":"string"})"),
            "cheap flights to Rome");
  EXPECT_EQ(Property("cheap flights to Rome", "query", R"({"type":"string","maxLength":5})"),
            "Rome");
}

TEST(Facts, ObeyPatternsAndLengths) {
  EXPECT_EQ(Property("Pay in Euro or EUR", "a", R"({"type":"string","pattern":"^[A-Z]{3}$"})"),
            "EUR");
  EXPECT_EQ(Property("in Paris or Rome", "a", R"({"type":"string","maxLength":4})"), "Rome");
  EXPECT_EQ(Property("in Paris", "a", R"({"type":"string","const":"Rome"})"), Json());
}

TEST(Facts, AreReadFromTheBeginningOfAHugePrompt) {
  const std::string filler(1 << 20, 'x');
  EXPECT_EQ(Property("in Paris " + filler, "a", R"({"type":"string"})"), "Paris");
  EXPECT_EQ(Property(filler + " in Paris", "a", R"({"type":"string"})"), Json());
  std::string many;
  for (int i = 0; i < 10'000; ++i) many += "a Name, ";
  EXPECT_EQ(Property(many, "a", R"({"type":"string"})"), "Name");
}

}  // namespace
}  // namespace inferwire::simulator
