// How long to wait, in every form in which upstreams say it.
#include "openai/retry_after.h"

#include <gtest/gtest.h>

#include <string>

#include "openai/error.h"
#include "openai/wait_time.h"
#include "openai/wall_time.h"

namespace inferwire::openai {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Wait = std::optional<milliseconds>;
using Lines = std::initializer_list<std::pair<std::string_view, std::string_view>>;

const WallTime kNow = std::chrono::sys_days(std::chrono::year(2025) / 10 / 7);  // 1759795200

http::Headers With(Lines lines) {
  http::Headers headers;
  for (const auto& [name, value] : lines) headers.Add(name, value);
  return headers;
}

Wait OfHeaders(Lines lines, int status = 429) { return RetryAfter(status, With(lines), kNow); }

Wait OfBody(std::string_view body, int status = 429) {
  return RetryAfter(status, {}, ReadUpstreamError(body), kNow);
}

Wait OfMessage(std::string_view message, int status = 429) {
  UpstreamError fault;
  fault.message = message;
  return RetryAfter(status, {}, fault, kNow);
}

TEST(RetryAfter, EveryFormOfTheHeader) {
  const std::pair<std::string_view, milliseconds> kForms[] = {
      {"2", seconds(2)},
      {" 2 ", seconds(2)},
      {"1.5", milliseconds(1500)},
      {"0", seconds(0)},
      {"30s", seconds(30)},
      {"1m30s", seconds(90)},
      {"1M30S", seconds(90)},
      {"1m 30s", seconds(90)},
      {"20ms", milliseconds(20)},
      {"30 seconds", seconds(30)},
      {"PT30S", seconds(30)},
      {"Tue, 07 Oct 2025 00:00:20 GMT", seconds(20)},
      {"tue, 7 oct 2025 00:00:20 gmt", seconds(20)},
      {"Tue, 07 Oct 2025 00:00:20 UTC", seconds(20)},
      {"Tue, 07 Oct 2025 00:00:20 +0000", seconds(20)},
      {"Tuesday, 07-Oct-25 00:00:20 GMT", seconds(20)},
      {"Tue Oct  7 00:00:20 2025", seconds(20)},
      {"Sunday, 06-Nov-94 08:49:37 GMT", seconds(0)},
      {"Mon, 06 Oct 2025 00:00:20 GMT", seconds(0)},
      {"Sun, 06 Nov 2044 08:49:37 GMT", kMaxRetryAfter},
      {"Sunday, 06-Nov-44 08:49:37 GMT", kMaxRetryAfter},
      {"Sun Nov  6 08:49:37 2044", kMaxRetryAfter},
      {"2025-10-07T00:00:20Z", seconds(20)},
      {"2025-10-07T00:00:20.25Z", milliseconds(20250)},
      {"2025-10-07T02:00:20+02:00", seconds(20)},
      {"2025-10-06T19:00:20-0500", seconds(20)},
      {"2025-10-07 00:00:20", seconds(20)},
      {"1759795230", seconds(30)},
      {"1759795230000", seconds(30)},
      {"1759795100", seconds(0)},
      {"86400", kMaxRetryAfter},
      {"99999999999999999999", kMaxRetryAfter},
  };
  for (const auto& [text, wait] : kForms) {
    EXPECT_EQ(OfHeaders({{"Retry-After", text}}), wait) << text;
    EXPECT_EQ(OfHeaders({{"Retry-After", text}}, 503), wait) << text;
  }
}

TEST(RetryAfter, NonsenseIsAsGoodAsNothing) {
  for (const std::string_view text :
       {"", "-5", "soon", "nan", "1e9", "0x10", "5 apples", "Tue, 32 Oct 2025 00:00:20 GMT",
        "Tue, 07 Foo 2025 00:00:20 GMT", "Tue, 07 Oct 9999 00:00:20 GMT",
        "Tue, 07 Oct 2025 24:00:20 GMT", "Tue, 07 Oct 2025 00:00:20 CET", "Tue Oct 7 2025",
        "2025-13-07T00:00:20Z", "2025-10-07T00:00:20 Mars", "2025-10-07T00:00:20+9900"}) {
    EXPECT_EQ(OfHeaders({{"retry-after", text}}), std::nullopt) << text;
    // What can be read counts, wherever it stands.
    UpstreamError fault;
    fault.message = "Please try again in 4s";
    EXPECT_EQ(RetryAfter(429, With({{"retry-after", text}}), fault, kNow), seconds(4)) << text;
  }
}

TEST(RetryAfter, MillisecondsAreMoreExact) {
  EXPECT_EQ(OfHeaders({{"retry-after-ms", "250"}, {"retry-after", "1"}}), milliseconds(250));
  EXPECT_EQ(OfHeaders({{"retry-after-ms", "0"}, {"retry-after", "1"}}), seconds(1));
  EXPECT_EQ(OfHeaders({{"retry-after-ms", "0"}}), seconds(0));
  EXPECT_EQ(OfHeaders({{"retry-after-ms", "0.2"}}), milliseconds(1));
  EXPECT_EQ(OfHeaders({{"retry-after-ms", "x"}, {"retry-after", "1"}}), seconds(1));
  EXPECT_EQ(OfHeaders({{"x-ms-retry-after-ms", "250"}}), milliseconds(250));
  EXPECT_EQ(OfHeaders({{"retry-after-ms", "1e300"}}), std::nullopt);
  EXPECT_EQ(OfHeaders({{"retry-after-ms", "99999999999999"}}), kMaxRetryAfter);
}

TEST(RetryAfter, ResetOfWhatIsUsedUp) {
  EXPECT_EQ(OfHeaders({{"x-ratelimit-remaining-requests", "0"},
                       {"x-ratelimit-reset-requests", "1m30s"},
                       {"x-ratelimit-remaining-tokens", "5"},
                       {"x-ratelimit-reset-tokens", "6m0s"}}),
            seconds(90));
  EXPECT_EQ(OfHeaders({{"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", "1759795217000"}}),
            seconds(17));
  EXPECT_EQ(OfHeaders({{"RateLimit-Remaining", "0"}, {"RateLimit-Reset", "17"}}), seconds(17));
  EXPECT_EQ(OfHeaders({{"RateLimit", "\"default\";r=0;t=17"}}), seconds(17));
  EXPECT_EQ(OfHeaders({{"anthropic-ratelimit-requests-remaining", "0"},
                       {"anthropic-ratelimit-requests-reset", "2025-10-07T00:00:17Z"}}),
            seconds(17));
  // Nothing says what remains: something is used up, or the answer would not be 429.
  EXPECT_EQ(OfHeaders({{"x-ratelimit-reset-tokens", "17"}}), seconds(17));
  EXPECT_EQ(OfHeaders({{"x-ratelimit-remaining-tokens", "1"}, {"x-ratelimit-reset-tokens", "17"}}),
            std::nullopt);
  EXPECT_EQ(OfHeaders({{"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", "17"}}, 503),
            std::nullopt);
}

TEST(RetryAfter, MembersOfTheError) {
  const std::pair<std::string_view, Wait> kBodies[] = {
      {R"({"error":{"details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"34.4s"}]}})",
       milliseconds(34400)},
      {R"([{"error":{"code":429,"details":[{"x":1},{"retryDelay":"1.5s"}]}}])", milliseconds(1500)},
      {R"({"error":{"details":[{"retryDelay":{"seconds":34,"nanos":400000000}}]}})",
       milliseconds(34400)},
      {R"({"error":{"details":[{"retry_delay":{"seconds":"x"}}]}})", seconds(0)},
      {R"({"error":{"message":"m","retry_after":5}})", seconds(5)},
      {R"({"error":{"message":"m","retry_after":"5"}})", seconds(5)},
      {R"({"error":"m","retry_after_seconds":2.5})", milliseconds(2500)},
      {R"({"message":"m","retryAfter":7})", seconds(7)},
      {R"({"message":"m","retryAfterMs":70})", milliseconds(70)},
      {R"({"detail":"m","retry-after":"1m30s"})", seconds(90)},
      {R"({"error":{"message":"m","metadata":{"retry_after_ms":250}}})", milliseconds(250)},
      {R"({"error":{"code":429,"metadata":{"headers":{"X-RateLimit-Remaining":"0","X-RateLimit-Reset":"1759795217000"}}}})",
       seconds(17)},
      {R"({"error":{"code":429,"metadata":{"headers":{"Retry-After":"17"}}}})", seconds(17)},
      {R"({"error":{"message":"m","metadata":{"raw":"{\"error\":{\"message\":\"n\",\"retry_after\":9}}"}}})",
       seconds(9)},
      {R"({"error":{"message":"m","resets_in_seconds":1234}})", seconds(1234)},
      {R"({"error":{"message":"m","retry_after":1000000}})", kMaxRetryAfter},
      {R"({"error":{"message":"m","retry_after":-5}})", std::nullopt},
      {R"({"error":{"message":"m","retry_after":1e300}})", std::nullopt},
      {R"({"error":{"message":"m","retry_after":null}})", std::nullopt},
      {R"({"error":{"message":"m","retry_after":[5]}})", std::nullopt},
      {R"({"error":{"message":"m","retry_after":true}})", std::nullopt},
  };
  for (const auto& [body, wait] : kBodies) EXPECT_EQ(OfBody(body), wait) << body;
  EXPECT_EQ(OfBody(R"({"error":"Model x is currently loading","estimated_time":20.0})", 503),
            seconds(20));
}

TEST(RetryAfter, WordsOfTheMessage) {
  const std::pair<std::string_view, Wait> kMessages[] = {
      {"Limit 3. Please try again in 4.92s. Visit", milliseconds(4920)},
      {"try again in 6m0s", seconds(360)},
      {"Please try again in 20ms.", milliseconds(20)},
      {"Please retry after 7 seconds.", seconds(7)},
      {"Please retry in 34.074824224s.", milliseconds(34075)},
      {"Try again in 1 minute 30 seconds", seconds(90)},
      {"Try again in 1 minute and 30 seconds", seconds(90)},
      {"Try again in 1 minute, 30 seconds, please", seconds(90)},
      {"Please try again in about 2 minutes", seconds(120)},
      {"please wait for 15 sec before", seconds(15)},
      {"Your quota will reset after 1h0m0s.", seconds(3600)},
      {"The limit resets in 12s", seconds(12)},
      {"Retry-After: 30", seconds(30)},
      {"Retry after 30.", seconds(30)},
      {R"(wrapped: {"retryDelay": "34s"})", seconds(34)},
      {"retry_delay { seconds: 34 }", seconds(34)},
      {"retry_delay {\n  seconds: 34\n}", seconds(34)},
      {"try again in a moment", std::nullopt},
      {"try again in 5 apples", std::nullopt},
      {"retry after 3 failed attempts", std::nullopt},
      {"retry after 30% of it", std::nullopt},
      {"", std::nullopt},
  };
  for (const auto& [message, wait] : kMessages) EXPECT_EQ(OfMessage(message), wait) << message;
  EXPECT_EQ(OfMessage("try again in 4s", 503), seconds(4));
}

TEST(RetryAfter, HeaderBeforeMemberBeforeWordsBeforeReset) {
  const auto reset = With({{"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", "9"}});
  const auto fault =
      ReadUpstreamError(R"({"error":{"message":"try again in 3s","retry_after":2}})");
  const auto words = ReadUpstreamError(R"({"error":{"message":"try again in 3s"}})");
  EXPECT_EQ(RetryAfter(429, With({{"retry-after", "1"}}), fault, kNow), seconds(1));
  EXPECT_EQ(RetryAfter(429, reset, fault, kNow), seconds(2));
  EXPECT_EQ(RetryAfter(429, reset, words, kNow), seconds(3));
  EXPECT_EQ(RetryAfter(429, reset, kNow), seconds(9));
}

// Words alone do not prove that an upstream has not begun.
TEST(RetryAfter, WhoAsksToWaitHasNotBegun) {
  const auto safe = [](std::string_view body, Lines lines) {
    const Error error = FromStatus(503, With(lines), body, Attempt{}, kNow);
    EXPECT_EQ(error.retry_after, seconds(4));
    return error.safe_to_retry;
  };
  EXPECT_TRUE(safe("", {{"retry-after", "4"}}));
  EXPECT_TRUE(safe(R"({"error":{"message":"m","retry_after":4}})", {}));
  EXPECT_FALSE(safe(R"({"error":{"message":"try again in 4s"}})", {}));
}

TEST(RetryAfter, GoodAnswersAskForNothing) {
  for (const int status : {200, 301, 400, 401, 404}) {
    EXPECT_EQ(OfHeaders({{"retry-after", "30"}}, status), std::nullopt);
    EXPECT_EQ(OfMessage("try again in 4s", status), std::nullopt);
  }
}

// An error within a stream or a good answer brings its own hints.
TEST(RetryAfter, WithinAGoodAnswer) {
  const auto error =
      FromBody(R"({"error":{"code":429,"message":"m","details":[{"retryDelay":"34s"}]}})", {},
               Attempt{}, kNow);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->reason, v1::ERROR_REASON_RATE_LIMITED);
  EXPECT_EQ(error->retry_after, seconds(34));
}

// "You exceeded your current quota" with a time to wait is a limit, not an empty purse.
TEST(RetryAfter, AQuotaThatComesBackIsALimit) {
  const auto reason = [](std::string_view body) {
    return FromStatus(429, {}, body, Attempt{}, kNow).reason;
  };
  EXPECT_EQ(reason(R"({"error":{"message":"You exceeded your current quota."}})"),
            v1::ERROR_REASON_INSUFFICIENT_QUOTA);
  EXPECT_EQ(reason(R"({"error":{"message":"You exceeded your current quota.",
                       "details":[{"retryDelay":"34s"}]}})"),
            v1::ERROR_REASON_RATE_LIMITED);
}

TEST(WallTime, TwoDigitsOfAYear) {
  const auto year = [](std::string_view text) {
    const auto date = ParseHttpDate(text, kNow);
    const auto day = std::chrono::floor<std::chrono::days>(date.value_or(WallTime{}));
    return static_cast<int>(std::chrono::year_month_day(day).year());
  };
  EXPECT_EQ(year("Friday, 01-Jan-75 00:00:00 GMT"), 2075);
  EXPECT_EQ(year("Friday, 01-Jan-76 00:00:00 GMT"), 1976);
  EXPECT_EQ(year("Friday, 01-Jan-26 00:00:00 GMT"), 2026);
}

}  // namespace
}  // namespace inferwire::openai
