// Whether an error may be repeated, when, and what failed transfers and our own limits become.
#include <gmock/gmock.h>

#include <string>

#include "openai/error.h"

namespace inferwire::openai {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

constexpr std::string_view kLimited =
    R"({"error":{"message":"Please try again in 4.92s","code":"rate_limit_exceeded","type":"tokens"}})";

Attempt To(bool output_began = false) {
  Attempt attempt;
  attempt.upstream = "up";
  attempt.model = "m1";
  attempt.output_began = output_began;
  return attempt;
}

http::Headers With(std::initializer_list<std::pair<std::string_view, std::string_view>> lines) {
  http::Headers headers;
  for (const auto& [name, value] : lines) headers.Add(name, value);
  return headers;
}

Error Answer(int status, const http::Headers& headers, std::string_view body) {
  return FromStatus(status, headers, body, To(), WallTime{});
}

TEST(ErrorRetry, WaitComesFromHeaderElseMessageElseReset) {
  EXPECT_EQ(Answer(429, With({{"retry-after", "2"}}), kLimited).retry_after, milliseconds(2000));
  EXPECT_EQ(Answer(429, {}, kLimited).retry_after, milliseconds(4920));
  const auto used_up = With({{"x-ratelimit-remaining-requests", "0"},
                             {"x-ratelimit-reset-requests", "7s"},
                             {"x-ratelimit-remaining-tokens", "5"},
                             {"x-ratelimit-reset-tokens", "9s"}});
  EXPECT_EQ(Answer(429, used_up, "").retry_after, milliseconds(7000));
  EXPECT_EQ(Answer(429, {}, "").retry_after, std::nullopt);
}

TEST(ErrorRetry, RateLimitNamesTheLimit) {
  const auto headers =
      With({{"x-ratelimit-limit-requests", "60"}, {"x-ratelimit-remaining-requests", "0"}});
  const Error error = Answer(429, headers, kLimited);
  ASSERT_EQ(error.quotas.size(), 1u);
  EXPECT_EQ(error.quotas[0].subject, "m1");
  EXPECT_EQ(error.quotas[0].description, "requests: limit 60");
  EXPECT_EQ(Answer(429, {}, kLimited).quotas.at(0).description, "tokens");
}

TEST(ErrorRetry, NoMoneyIsNotWorthAWait) {
  const Error error = Answer(429, With({{"retry-after", "2"}}),
                             R"({"error":{"type":"insufficient_quota","message":"no"}})");
  EXPECT_FALSE(error.safe_to_retry);
  EXPECT_EQ(error.retry_after, std::nullopt);
  EXPECT_EQ(error.quotas.size(), 1u);
}

TEST(ErrorRetry, UnavailableIsSafeWhenItSaysWhenToComeBack) {
  EXPECT_FALSE(Answer(503, {}, "").safe_to_retry);
  const Error error = Answer(503, With({{"retry-after", "1"}}), "");
  EXPECT_TRUE(error.safe_to_retry);
  EXPECT_EQ(error.retry_after, milliseconds(1000));
  EXPECT_FALSE(Answer(500, With({{"retry-after", "1"}}), "").safe_to_retry);
}

TEST(ErrorRetry, UpstreamsOwnAdviceWins) {
  const auto yes = With({{"x-should-retry", "true"}}), no = With({{"x-should-retry", "false"}});
  EXPECT_TRUE(Answer(500, yes, "").safe_to_retry);
  EXPECT_TRUE(Answer(409, yes, "").safe_to_retry);
  EXPECT_TRUE(Answer(408, yes, "").safe_to_retry);
  EXPECT_FALSE(Answer(400, yes, "").safe_to_retry);
  EXPECT_FALSE(Answer(402, yes, "").safe_to_retry);
  EXPECT_FALSE(Answer(429, yes, R"({"error":{"code":"insufficient_quota"}})").safe_to_retry);
  const Error error = Answer(429, no, kLimited);
  EXPECT_FALSE(error.safe_to_retry);
  EXPECT_EQ(error.retry_after, std::nullopt);
}

TEST(ErrorRetry, HeadersOfAGoodAnswerDoNotCount) {
  const auto headers = With({{"retry-after", "30"}, {"x-should-retry", "true"}});
  const auto broken = FromBody(R"({"error":{"code":502}})", headers, To(), WallTime{});
  EXPECT_FALSE(broken->safe_to_retry);
  EXPECT_EQ(broken->retry_after, std::nullopt);
  const auto limited = FromBody(kLimited, headers, To(), WallTime{});
  EXPECT_TRUE(limited->safe_to_retry);
  EXPECT_EQ(limited->retry_after, milliseconds(4920));
}

TEST(ErrorRetry, NothingIsSafeAfterOutput) {
  const auto broken = FromBody(R"({"error":{"code":502}})", {}, To(true), WallTime{});
  EXPECT_EQ(broken->reason, v1::ERROR_REASON_STREAM_TRUNCATED);
  EXPECT_EQ(broken->code, Code::kUnavailable);
  EXPECT_EQ(broken->metadata.at("phase"), "after_output");
  const auto limited = FromBody(kLimited, {}, To(true), WallTime{});
  EXPECT_EQ(limited->reason, v1::ERROR_REASON_RATE_LIMITED);
  EXPECT_FALSE(limited->safe_to_retry);
  EXPECT_EQ(limited->retry_after, std::nullopt);
}

Error Transfer(http::Failure failure, bool unsent = false, int64_t sent = 0, int64_t received = 0,
               bool output_began = false) {
  http::Outcome outcome;
  outcome.failure = failure;
  outcome.message = "words";
  outcome.provably_unsent = unsent;
  outcome.bytes_sent = sent;
  outcome.bytes_received = received;
  return FromTransfer(outcome, To(output_began));
}

TEST(ErrorFromTransfer, WithoutAConnectionIsSafe) {
  for (const auto failure : {http::Failure::kResolve, http::Failure::kConnect,
                             http::Failure::kConnectTimeout, http::Failure::kTls}) {
    const Error error = Transfer(failure, /*unsent=*/true);
    EXPECT_EQ(error.code, Code::kUnavailable);
    EXPECT_EQ(error.reason, v1::ERROR_REASON_UPSTREAM_UNREACHABLE);
    EXPECT_TRUE(error.safe_to_retry);
    EXPECT_EQ(error.message, "up could not be reached: words");
  }
}

TEST(ErrorFromTransfer, LostConnectionIsSafeOnlyIfNothingWasSent) {
  EXPECT_TRUE(Transfer(http::Failure::kReset, /*unsent=*/true).safe_to_retry);
  const Error error = Transfer(http::Failure::kReset, false, 100);
  EXPECT_EQ(error.reason, v1::ERROR_REASON_UPSTREAM_UNREACHABLE);
  EXPECT_FALSE(error.safe_to_retry);
  EXPECT_FALSE(Transfer(http::Failure::kReset).safe_to_retry);
  EXPECT_FALSE(Transfer(http::Failure::kTls, false, 100).safe_to_retry);
}

TEST(ErrorFromTransfer, BrokenAnswerIsTruncated) {
  for (const bool output_began : {false, true}) {
    const Error error = Transfer(http::Failure::kReset, false, 100, 100, output_began);
    EXPECT_EQ(error.code, Code::kUnavailable);
    EXPECT_EQ(error.reason, v1::ERROR_REASON_STREAM_TRUNCATED);
    EXPECT_FALSE(error.safe_to_retry);
  }
}

TEST(ErrorFromTransfer, ProtocolAndOurOwnFaults) {
  EXPECT_EQ(Transfer(http::Failure::kProtocol).reason, v1::ERROR_REASON_UPSTREAM_PROTOCOL);
  EXPECT_EQ(Transfer(http::Failure::kProtocol).code, Code::kInternal);
  const Error ours = Transfer(http::Failure::kInternal);
  EXPECT_EQ(ours.reason, v1::ERROR_REASON_GATEWAY_ERROR);
  EXPECT_EQ(ours.origin, Origin::kGateway);
  EXPECT_EQ(FromTransfer({}, To()).reason, v1::ERROR_REASON_GATEWAY_ERROR);
}

TEST(ErrorMakers, SayWhatAndWhose) {
  const Error timeout = AttemptTimeout("first_byte", milliseconds(60000), To());
  EXPECT_EQ(timeout.code, Code::kUnavailable);
  EXPECT_EQ(timeout.reason, v1::ERROR_REASON_UPSTREAM_TIMEOUT);
  EXPECT_FALSE(timeout.safe_to_retry);
  EXPECT_EQ(timeout.message, "up took longer than 60000 ms (first_byte)");
  const Error protocol = Protocol("not JSON", To());
  EXPECT_EQ(protocol.code, Code::kInternal);
  EXPECT_EQ(protocol.reason, v1::ERROR_REASON_UPSTREAM_PROTOCOL);
  EXPECT_THAT(protocol.message, HasSubstr("not JSON"));
  const Error truncated = Truncated("no end", To(true));
  EXPECT_EQ(truncated.code, Code::kUnavailable);
  EXPECT_EQ(truncated.reason, v1::ERROR_REASON_STREAM_TRUNCATED);
  EXPECT_EQ(truncated.metadata.at("phase"), "after_output");
  const Error deadline = DeadlineExceeded("too late", To());
  EXPECT_EQ(deadline.code, Code::kDeadlineExceeded);
  EXPECT_EQ(deadline.message, "too late");
  const Error cancelled = Cancelled(To());
  EXPECT_EQ(cancelled.code, Code::kCancelled);
  EXPECT_EQ(cancelled.origin, Origin::kCancelled);
}

}  // namespace
}  // namespace inferwire::openai
