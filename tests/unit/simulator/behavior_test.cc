#include "simulator/behavior.h"

#include <gtest/gtest.h>

#include "simulator/flags.h"
#include "simulator/rules.h"

namespace inferwire::simulator {
namespace {

using std::chrono::milliseconds;

Behavior Parsed(std::string_view list, char separator = ';') {
  Behavior behavior;
  auto set = SetAll(list, separator, behavior);
  EXPECT_TRUE(set.ok()) << list;
  return behavior;
}

TEST(Behavior, ReadsEveryWord) {
  const Behavior b = Parsed(
      "ttft=200ms; rate=50;jitter=0.5 ; tokens=7; big=1000; chunk_bytes=3; write_bytes=2; echo; "
      "refusal;"
      "usage=none; crlf; lone_surrogate; invalid_utf8; keepalive=5ms; status=503; code=slow_down;"
      "retry_after=1; error_in_200; error_in_stream=2; reset; reset_after=10; stall=4; "
      "slow_headers=1ms;"
      "garbage=json; truncate=finish; no_done; wrong_content_length=-3");
  EXPECT_EQ(b.timing.first_token, milliseconds(200));
  EXPECT_EQ(b.timing.tokens_per_second, 50);
  EXPECT_EQ(b.timing.jitter, 0.5);
  EXPECT_EQ(b.tokens, 7);
  EXPECT_EQ(b.big, 1000);
  EXPECT_EQ(b.chunk_bytes, 3);
  EXPECT_EQ(b.write_bytes, 2);
  EXPECT_TRUE(b.echo && b.refusal && b.no_usage && b.crlf && b.lone_surrogate && b.invalid_utf8);
  EXPECT_EQ(b.keepalive, milliseconds(5));
  EXPECT_EQ(b.status, 503);
  EXPECT_EQ(b.code, "slow_down");
  EXPECT_EQ(b.retry_after, "1");
  EXPECT_TRUE(b.error_in_200 && b.reset && b.no_done);
  EXPECT_EQ(b.error_in_stream, 2);
  EXPECT_EQ(b.reset_after, 10);
  EXPECT_FALSE(b.stall);
  EXPECT_EQ(b.stall_after, 4);
  EXPECT_EQ(b.slow_headers, milliseconds(1));
  EXPECT_EQ(b.garbage, Garbage::kJson);
  EXPECT_EQ(b.truncate, Truncate::kFinish);
  EXPECT_EQ(b.wrong_content_length, -3);
}

TEST(Behavior, TakesFaultsByTheirName) {
  EXPECT_EQ(Parsed("ttft=1s+fault=reset_after:1000+fault=stall", '+').reset_after, 1000);
  EXPECT_TRUE(Parsed("fault=stall").stall);
}

TEST(Behavior, RefusesUnknownWordsAndBadValues) {
  for (const char* bad : {"colour=red", "ttft=soon", "rate=-1", "jitter=2", "status=99", "big=1e12",
                          "usage=some", "garbage=xml", "tokens=1.5", "ttft=nan", "echo=maybe"}) {
    Behavior behavior;
    EXPECT_FALSE(SetAll(bad, ';', behavior).ok()) << bad;
  }
}

TEST(Behavior, RefusesHeaderInjectionInRetryAfter) {
  Behavior behavior;
  EXPECT_FALSE(Set("retry_after", "1\r\nx: y", behavior).ok());
}

TEST(Duration, KnowsItsUnits) {
  EXPECT_EQ(ParseDuration("1.5s"), milliseconds(1500));
  EXPECT_EQ(ParseDuration("250"), milliseconds(250));
  EXPECT_EQ(ParseDuration("3us"), std::chrono::microseconds(3));
  EXPECT_EQ(ParseDuration("2m"), std::chrono::minutes(2));
  EXPECT_FALSE(ParseDuration("-1s"));
  EXPECT_FALSE(ParseDuration("s"));
}

TEST(Glob, MatchesStarsAndQuestionMarks) {
  EXPECT_TRUE(MatchesGlob("gpt-4.1*", "gpt-4.1-mini"));
  EXPECT_TRUE(MatchesGlob("*mini*", "gpt-4o-mini-2024"));
  EXPECT_TRUE(MatchesGlob("gpt-?", "gpt-5"));
  EXPECT_FALSE(MatchesGlob("gpt-?", "gpt-51"));
  EXPECT_FALSE(MatchesGlob("", "x"));
}

int CountStatus(Rulebook& book, int requests, int status) {
  int count = 0;
  for (int i = 0; i < requests; ++i) {
    Behavior behavior;
    book.Apply({"POST", "gpt-5", "/v1/chat/completions", ""}, behavior);
    if (behavior.status == status) ++count;
  }
  return count;
}

TEST(Rulebook, AppliesEveryNthAndAtMostSoOften) {
  Rulebook book(1);
  ASSERT_TRUE(book.Replace({{.every = 3, .times = 2, .set = "status=500"}}).ok());
  EXPECT_EQ(CountStatus(book, 5, 500), 1);
  EXPECT_EQ(CountStatus(book, 50, 500), 1);
}

TEST(Rulebook, DrawsProbabilityFromTheSeed) {
  Rulebook book(7), same(7);
  ASSERT_TRUE(book.Replace({{.probability = 0.5, .set = "status=500"}}).ok());
  ASSERT_TRUE(same.Replace({{.probability = 0.5, .set = "status=500"}}).ok());
  const int count = CountStatus(book, 1000, 500);
  EXPECT_GT(count, 400);
  EXPECT_LT(count, 600);
  EXPECT_EQ(CountStatus(same, 1000, 500), count);
}

TEST(Rulebook, LaterRulesOverride) {
  Rulebook book(1);
  ASSERT_TRUE(book.Replace({{.set = "status=500"}, {.model = "gpt-5", .set = "status=503"}}).ok());
  EXPECT_EQ(CountStatus(book, 1, 503), 1);
}

TEST(Rulebook, KeepsTheOldRulesOnError) {
  Rulebook book(1);
  ASSERT_TRUE(book.Replace({{.set = "status=500"}}).ok());
  EXPECT_FALSE(book.Replace({{.set = "nonsense"}}).ok());
  EXPECT_FALSE(book.Replace({{.every = 0}}).ok());
  EXPECT_EQ(CountStatus(book, 1, 500), 1);
}

TEST(Script, ReadsYamlAndJson) {
  const auto yaml = ParseScript(
      "rules:\n- match: {model: 'gpt-4*', path: /v1/*, every: 2, probability: 0.5, times: 3}\n"
      "  set: {status: 503, retry_after: 1, reset: }\n- set: 'ttft=1s; rate=5'\n");
  ASSERT_TRUE(yaml.ok()) << yaml.error().message;
  ASSERT_EQ(yaml->size(), 2u);
  EXPECT_EQ(yaml->at(0).model, "gpt-4*");
  EXPECT_EQ(yaml->at(0).every, 2u);
  EXPECT_EQ(yaml->at(0).times, 3u);
  EXPECT_EQ(Parsed(yaml->at(0).set).status, 503);
  EXPECT_TRUE(Parsed(yaml->at(0).set).reset);
  const auto json = ParseScript(R"({"rules": [{"set": {"tokens": 4}}]})");
  ASSERT_TRUE(json.ok());
  EXPECT_EQ(Parsed(json->at(0).set).tokens, 4);
}

TEST(Script, SaysWhatIsWrong) {
  for (const char* bad : {"rules: 3", "[", "rules: [{sets: x}]", "rules: [{set: 'colour=1'}]",
                          "rules: [{match: {models: x}}]", "rules: [{match: {every: none}}]", ""}) {
    EXPECT_FALSE(ParseScript(bad).ok()) << bad;
  }
  EXPECT_FALSE(LoadScript("/nonexistent/file.yaml").ok());
}

TEST(Flags, ReadsThem) {
  const auto flags =
      ParseFlags({"--listen", "127.0.0.1:0", "--seed=9", "--ttft", "5ms", "--rate=20", "--jitter",
                  "0.1", "--api-key=k", "--tier=1", "--any-model"});
  ASSERT_TRUE(flags.ok()) << flags.error().message;
  EXPECT_EQ(flags->options.seed, 9u);
  EXPECT_EQ(flags->options.timing.first_token, milliseconds(5));
  EXPECT_EQ(flags->options.timing.tokens_per_second, 20);
  EXPECT_EQ(flags->options.tier, Tier::kTier1);
  EXPECT_TRUE(flags->options.enforce_limits && flags->options.any_model);
}

TEST(Flags, RefusesWhatItDoesNotKnow) {
  EXPECT_FALSE(ParseFlags({"--sed", "9"}).ok());
  EXPECT_FALSE(ParseFlags({"--seed"}).ok());
  EXPECT_FALSE(ParseFlags({"--seed", "x"}).ok());
  EXPECT_FALSE(ParseFlags({"seed"}).ok());
  EXPECT_TRUE(ParseFlags({"--help"})->help);
}

}  // namespace
}  // namespace inferwire::simulator
