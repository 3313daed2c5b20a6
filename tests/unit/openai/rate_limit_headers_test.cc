#include "openai/rate_limit_headers.h"

#include <gmock/gmock.h>

#include <string>

#include "openai/wait_time.h"

namespace inferwire::openai {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::IsEmpty;
using testing::SizeIs;

const WallTime kNow = std::chrono::sys_days(std::chrono::year(2025) / 10 / 7);  // 1759795200

http::Headers With(std::initializer_list<std::pair<std::string_view, std::string_view>> lines) {
  http::Headers headers;
  for (const auto& [name, value] : lines) headers.Add(name, value);
  return headers;
}

std::optional<Duration> Reset(std::string_view text) {
  const auto limits = RateLimits(With({{"x-ratelimit-reset-tokens", text}}), kNow);
  return limits.empty() ? std::nullopt : limits[0].reset_after;
}

TEST(RateLimits, OneEntryForEachMetric) {
  const auto limits = RateLimits(With({{"X-RateLimit-Limit-Requests", "5000"},
                                       {"x-ratelimit-limit-tokens", "800000"},
                                       {"x-ratelimit-remaining-requests", "4999"},
                                       {"x-ratelimit-reset-requests", "12ms"}}),
                                 kNow);
  ASSERT_THAT(limits, SizeIs(2));
  EXPECT_EQ(limits[0].metric, "requests");
  EXPECT_EQ(limits[0].limit, 5000);
  EXPECT_EQ(limits[0].remaining, 4999);
  EXPECT_EQ(limits[0].reset_after, milliseconds(12));
  EXPECT_EQ(limits[1].metric, "tokens");
  EXPECT_EQ(limits[1].limit, 800000);
  EXPECT_EQ(limits[1].remaining, std::nullopt);
}

TEST(RateLimits, EveryNameSeen) {
  for (const std::string metric :
       {"project-tokens", "project-requests", "input-images", "tokens_usage_based", "req-minute",
        "tokens-minute", "tokens-month", "req-10-second", "requests-day"}) {
    const auto limits = RateLimits(With({{"x-ratelimit-limit-" + metric, "7"}}), kNow);
    ASSERT_THAT(limits, SizeIs(1)) << metric;
    EXPECT_EQ(limits[0].metric, metric);
  }
  EXPECT_EQ(RateLimits(With({{"x-ratelimit-remaining", "0"}}), kNow).at(0).metric, "requests");
}

TEST(RateLimits, EveryResetFormatSeen) {
  EXPECT_EQ(Reset("6ms"), milliseconds(6));
  EXPECT_EQ(Reset("0s"), seconds(0));
  EXPECT_EQ(Reset("8.64s"), milliseconds(8640));
  EXPECT_EQ(Reset("1m26.4s"), milliseconds(86400));
  EXPECT_EQ(Reset("83h10m39.057s"), seconds(299439) + milliseconds(57));
  EXPECT_EQ(Reset("449.999999ms"), std::chrono::nanoseconds(449999999));
  EXPECT_EQ(Reset("1 s"), seconds(1));
  EXPECT_EQ(Reset("1m 30s"), seconds(90));
  EXPECT_EQ(Reset("PT1M30S"), seconds(90));
  EXPECT_EQ(Reset("12.5\xc2\xb5s"), std::chrono::nanoseconds(12500));
  EXPECT_EQ(Reset("2025-10-07T00:00:20Z"), seconds(20));
  EXPECT_EQ(Reset("7"), seconds(7));
  EXPECT_EQ(Reset("0.5"), milliseconds(500));
  EXPECT_EQ(Reset("24482.89"), milliseconds(24482890));
  EXPECT_EQ(Reset("1759795230000"), seconds(30));
  EXPECT_EQ(Reset("1759795230"), seconds(30));
  EXPECT_EQ(Reset("1759795230000000"), seconds(30));
  EXPECT_EQ(Reset("1759795230000000000"), seconds(30));
  EXPECT_EQ(Reset("1759795100"), seconds(0));
  EXPECT_EQ(Reset("99999999h"), kLongestWait);
}

// What each provider sends, as it was seen.
TEST(RateLimits, EveryProvidersForm) {
  const auto azure = RateLimits(With({{"x-ratelimit-limit-requests", "120"},
                                      {"x-ratelimit-remaining-requests", "119"},
                                      {"x-ratelimit-renewalperiod-requests", "60"},
                                      {"x-ratelimit-reset-requests", "500"}}),
                                kNow);
  ASSERT_THAT(azure, SizeIs(1));
  EXPECT_EQ(azure[0].limit, 120);
  EXPECT_EQ(azure[0].remaining, 119);
  EXPECT_EQ(azure[0].reset_after, seconds(500));

  const auto unknown = RateLimits(With({{"x-ratelimit-limit-tokens", "-1"},
                                        {"x-ratelimit-remaining-tokens", "-1"},
                                        {"x-ratelimit-reset-tokens", "0"}}),
                                  kNow);
  ASSERT_THAT(unknown, SizeIs(1));
  EXPECT_EQ(unknown[0].limit, std::nullopt);
  EXPECT_EQ(unknown[0].remaining, std::nullopt) << "unknown is not exhausted";

  const auto openrouter = RateLimits(With({{"x-ratelimit-limit", "20"},
                                           {"x-ratelimit-remaining", "0"},
                                           {"x-ratelimit-reset", "1759795200250"}}),
                                     kNow);
  ASSERT_THAT(openrouter, SizeIs(1));
  EXPECT_EQ(openrouter[0].metric, "requests");
  EXPECT_EQ(openrouter[0].limit, 20);
  EXPECT_EQ(openrouter[0].remaining, 0);
  ASSERT_TRUE(openrouter[0].reset_after);
  EXPECT_EQ(std::chrono::round<milliseconds>(*openrouter[0].reset_after), milliseconds(250));

  const auto mistral = RateLimits(With({{"x-ratelimit-limit-req-minute", "60"},
                                        {"x-ratelimit-remaining-req-minute", "58"},
                                        {"x-ratelimit-limit-tokens-minute", "2000000"},
                                        {"x-ratelimit-remaining-tokens-minute", "1999829"},
                                        {"x-ratelimit-tokens-query-cost", "64"}}),
                                  kNow);
  ASSERT_THAT(mistral, SizeIs(2));
  EXPECT_EQ(mistral[0].metric, "req-minute");
  EXPECT_EQ(mistral[0].remaining, 58);
  EXPECT_EQ(mistral[1].metric, "tokens-minute");
  EXPECT_EQ(mistral[1].limit, 2000000);

  const auto cerebras = RateLimits(With({{"x-ratelimit-limit-requests-day", "1440000"},
                                         {"x-ratelimit-reset-requests-day", "3503.75519752502"}}),
                                   kNow);
  ASSERT_THAT(cerebras, SizeIs(1));
  EXPECT_EQ(cerebras[0].metric, "requests-day");
  EXPECT_EQ(std::chrono::round<milliseconds>(*cerebras[0].reset_after), milliseconds(3503755));

  const auto together = RateLimits(
      With(
          {{"x-ratelimit-limit", "2"}, {"x-ratelimit-remaining", "1"}, {"x-ratelimit-reset", "2"}}),
      kNow);
  ASSERT_THAT(together, SizeIs(1));
  EXPECT_EQ(together[0].reset_after, seconds(2));
}

TEST(RateLimits, EveryFormOfName) {
  const auto only = [](std::string_view prefix, std::string_view end = "") {
    const auto name = [&](std::string_view part) {
      return std::string(prefix) + std::string(part) + std::string(end);
    };
    const auto limits = RateLimits(
        With({{name("limit"), "100, 100;w=60"}, {name("remaining"), "0"}, {name("reset"), "17"}}),
        kNow);
    EXPECT_THAT(limits, SizeIs(1)) << prefix;
    if (limits.size() != 1) return std::string();
    EXPECT_EQ(limits[0].limit, 100) << prefix;
    EXPECT_EQ(limits[0].remaining, 0) << prefix;
    EXPECT_EQ(limits[0].reset_after, seconds(17)) << prefix;
    return limits[0].metric;
  };
  EXPECT_EQ(only("X-RateLimit-"), "requests");
  EXPECT_EQ(only("x-ratelimit-", "-tokens"), "tokens");
  EXPECT_EQ(only("x-rate-limit-"), "requests");
  EXPECT_EQ(only("RateLimit-"), "requests");
  EXPECT_EQ(only("anthropic-ratelimit-requests-"), "requests");
  EXPECT_EQ(only("anthropic-ratelimit-input-tokens-"), "input-tokens");
}

TEST(RateLimits, TheDraftsStructuredHeader) {
  const auto later = RateLimits(With({{"RateLimit", "\"burst\";r=5;t=2, \"day\";r=0;t=17"}}), kNow);
  ASSERT_THAT(later, SizeIs(2));
  EXPECT_EQ(later[0].metric, "burst");
  EXPECT_EQ(later[0].remaining, 5);
  EXPECT_EQ(later[0].reset_after, seconds(2));
  EXPECT_EQ(later[1].metric, "day");
  EXPECT_EQ(later[1].remaining, 0);
  EXPECT_EQ(later[1].reset_after, seconds(17));

  const auto earlier = RateLimits(With({{"RateLimit", "limit=100, remaining=0, reset=17"}}), kNow);
  ASSERT_THAT(earlier, SizeIs(1));
  EXPECT_EQ(earlier[0].metric, "requests");
  EXPECT_EQ(earlier[0].limit, 100);
  EXPECT_EQ(earlier[0].remaining, 0);
  EXPECT_EQ(earlier[0].reset_after, seconds(17));

  for (const std::string_view text : {"", "\"a\"", ";;,,", "r", "=", "r=", "r=x;t=-1", "\""}) {
    EXPECT_THAT(RateLimits(With({{"RateLimit", text}}), kNow), IsEmpty()) << text;
  }
}

TEST(RateLimits, NonsenseIsLeftOut) {
  for (const std::string text :
       {"", "-1", "abc", "1x", "s", "1s2", "--", "1.", ".5s", "nan", "inf", "1e5", "0x10"}) {
    EXPECT_EQ(Reset(text), std::nullopt) << text;
  }
  EXPECT_THAT(RateLimits(With({{"x-ratelimit-limit-tokens", "-1"},
                               {"x-ratelimit-remaining-tokens", "9223372036854775808"},
                               {"x-ratelimit-limit-", "1"},
                               {"x-ratelimit-limitless", "1"},
                               {"x-ratelimit-limit-a b", "1"},
                               {"x-ratelimit-limit-" + std::string(65, 'a'), "1"},
                               {"x-ratelimit-abusepenalty-active", "False"},
                               {"x-ratelimit-renewalperiod-tokens", "60"}}),
                         kNow),
              IsEmpty());
  EXPECT_EQ(RateLimits(With({{"x-ratelimit-remaining-tokens", "9223372036854767616"}}), kNow)
                .at(0)
                .remaining,
            9223372036854767616);
}

TEST(RateLimits, AtMostEight) {
  http::Headers headers;
  for (int i = 0; i < 20; ++i) headers.Add("x-ratelimit-limit-m" + std::to_string(i), "1");
  EXPECT_THAT(RateLimits(headers, kNow), SizeIs(8));
}

TEST(RequestId, FirstOfTheProvidersNames) {
  EXPECT_EQ(RequestId(With({{"cf-ray", "c"}, {"X-Request-Id", "r"}})), "r");
  for (const std::string_view name :
       {"apim-request-id", "mistral-correlation-id", "x-ds-trace-id", "x-generation-id",
        "inference-id", "x-amzn-requestid", "x-kong-request-id", "cf-ray"}) {
    EXPECT_EQ(RequestId(With({{name, "id"}})), "id");
  }
  EXPECT_EQ(RequestId({}), "");
}

TEST(RequestId, TheDialectsHeaderComesBeforeTheOthers) {
  const auto azure = With({{"x-request-id", "x"}, {"apim-request-id", "a"}});
  EXPECT_EQ(RequestId(azure), "x");
  EXPECT_EQ(RequestId(azure, "apim-request-id"), "a");
  EXPECT_EQ(RequestId(azure, "x-ds-trace-id"), "x") << "others are still looked at";
  EXPECT_EQ(RequestId(With({{"x-request-id", "x"}, {"x-ds-trace-id", "a b"}}), "x-ds-trace-id"),
            "x");
  EXPECT_EQ(RequestId({}, "x-request-id"), "");
}

TEST(RequestId, OnlyWhatMayBeLogged) {
  EXPECT_EQ(RequestId(With({{"x-request-id", "a b"}, {"cf-ray", "c"}})), "c");
  EXPECT_EQ(RequestId(With({{"x-request-id", "a\xff"}})), "");
  EXPECT_EQ(RequestId(With({{"x-request-id", "sk-abc"}})), "");
  EXPECT_EQ(RequestId(With({{"x-request-id", std::string(200, 'a')}})), std::string(128, 'a'));
}

}  // namespace
}  // namespace inferwire::openai
