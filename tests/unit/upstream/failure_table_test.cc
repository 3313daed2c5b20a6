// Every row of the table of failures (routing/README.md) as a call goes through it: what follows,
// what is counted against which place, and what the log says.
#include <gtest/gtest.h>

#include <functional>
#include <ostream>

#include "routed_call_fixture.h"

namespace inferwire::upstream {
namespace {

using namespace std::chrono_literals;
using routing::Blame;
using routing::Proof;
using routing::Resend;

constexpr Duration kSilence = 20s;  // the fixture's first_byte

// How an attempt fails.
struct Failing {
  int status = 0;
  std::string body{};
  std::vector<std::pair<std::string, std::string>> headers{};
  std::optional<http::Outcome> outcome{};  // after the status, if there is one
  bool is_silent = false;
};

// Where another attempt may help.
struct Where {
  bool key = false, next = false, same = false;
};
constexpr Where kNone, kNextOnly{.next = true}, kAnywhere{.next = true, .same = true},
    kOtherKeyOrTarget{.key = true, .next = true}, kAll{.key = true, .next = true, .same = true};

struct Row {
  const char* name;
  Failing failing;
  v1::ErrorReason reason;
  Proof proof;
  Where where;
  Blame blame;
  bool at_once = false;
  std::optional<Duration> asked{};  // Retry-After
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

http::Outcome Broken(http::Failure failure, bool unsent, bool reused = false) {
  http::Outcome outcome;
  outcome.failure = failure;
  outcome.provably_unsent = unsent;
  outcome.reused_connection = reused;
  return outcome;
}

std::string ErrorBody(std::string_view code, std::string_view message = "it went wrong") {
  return R"({"error":{"message":")" + std::string(message) + R"(","type":"t","code":")" +
         std::string(code) + "\"}}";
}
const std::string kPage = "<html>Bad gateway</html>";

const Row kRows[] = {
    {"DnsFails",
     {.outcome = Broken(http::Failure::kResolve, true)},
     v1::ERROR_REASON_UPSTREAM_UNREACHABLE,
     Proof::kRefused,
     kAnywhere,
     Blame::kEndpoint},
    {"ConnectIsRefused",
     {.outcome = Broken(http::Failure::kConnect, true)},
     v1::ERROR_REASON_UPSTREAM_UNREACHABLE,
     Proof::kRefused,
     kAnywhere,
     Blame::kEndpoint},
    {"ConnectTakesTooLong",
     {.outcome = Broken(http::Failure::kConnectTimeout, true)},
     v1::ERROR_REASON_UPSTREAM_UNREACHABLE,
     Proof::kRefused,
     kAnywhere,
     Blame::kEndpoint},
    {"TlsFails",
     {.outcome = Broken(http::Failure::kTls, true)},
     v1::ERROR_REASON_UPSTREAM_UNREACHABLE,
     Proof::kRefused,
     kAnywhere,
     Blame::kEndpoint},
    {"ResetUnsent",
     {.outcome = Broken(http::Failure::kReset, true, true)},
     v1::ERROR_REASON_UPSTREAM_UNREACHABLE,
     Proof::kRefused,
     kAnywhere,
     Blame::kNobody,
     true},
    {"ResetOfAUsedConnection",
     {.outcome = Broken(http::Failure::kReset, false, true)},
     v1::ERROR_REASON_UPSTREAM_UNREACHABLE,
     Proof::kAnything,
     kAnywhere,
     Blame::kNobody},
    {"ResetOfAFreshConnection",
     {.outcome = Broken(http::Failure::kReset, false)},
     v1::ERROR_REASON_UPSTREAM_UNREACHABLE,
     Proof::kAnything,
     kNextOnly,
     Blame::kEndpoint},
    {"NoHeadersInTime",
     {.is_silent = true},
     v1::ERROR_REASON_UPSTREAM_TIMEOUT,
     Proof::kAnything,
     kNextOnly,
     Blame::kEndpoint},
    {"NoHttp",
     {.outcome = Broken(http::Failure::kProtocol, false)},
     v1::ERROR_REASON_UPSTREAM_PROTOCOL,
     Proof::kAnything,
     kNextOnly,
     Blame::kEndpoint},
    {"NoDescriptors",
     {.outcome = Broken(http::Failure::kDescriptors, true)},
     v1::ERROR_REASON_GATEWAY_OVERLOADED,
     Proof::kRefused,
     kAnywhere,
     Blame::kNobody,
     false,
     1s},
    {"BadRequest",
     {400, ErrorBody("x")},
     v1::ERROR_REASON_INVALID_PARAMETER,
     Proof::kAnswered,
     kNone,
     Blame::kNobody},
    {"TooLarge",
     {413, kPage},
     v1::ERROR_REASON_REQUEST_TOO_LARGE,
     Proof::kAnswered,
     kNone,
     Blame::kNobody},
    {"Unprocessable",
     {422, ErrorBody("x")},
     v1::ERROR_REASON_INVALID_PARAMETER,
     Proof::kAnswered,
     kNone,
     Blame::kNobody},
    {"UnsupportedParameter",
     {400, ErrorBody("unsupported_parameter")},
     v1::ERROR_REASON_UNSUPPORTED_PARAMETER,
     Proof::kAnswered,
     kNone,
     Blame::kNobody},
    {"ContentPolicy",
     {400, ErrorBody("content_policy_violation")},
     v1::ERROR_REASON_CONTENT_POLICY_VIOLATION,
     Proof::kAnswered,
     kNone,
     Blame::kNobody},
    {"ContextLength",
     {400, ErrorBody("context_length_exceeded")},
     v1::ERROR_REASON_CONTEXT_LENGTH_EXCEEDED,
     Proof::kRefused,
     kNextOnly,
     Blame::kNobody},
    {"Unauthorized",
     {401, ErrorBody("invalid_api_key")},
     v1::ERROR_REASON_UPSTREAM_CREDENTIALS_REJECTED,
     Proof::kRefused,
     kOtherKeyOrTarget,
     Blame::kKey},
    {"Forbidden",
     {403, ErrorBody("x")},
     v1::ERROR_REASON_UPSTREAM_PERMISSION_DENIED,
     Proof::kRefused,
     kOtherKeyOrTarget,
     Blame::kKey},
    {"ForbiddenByAPage",
     {403, kPage},
     v1::ERROR_REASON_UPSTREAM_PERMISSION_DENIED,
     Proof::kRefused,
     kOtherKeyOrTarget,
     Blame::kNobody},
    {"ModelNotForThisKey",
     {403, ErrorBody("model_not_found")},
     v1::ERROR_REASON_MODEL_NOT_ALLOWED,
     Proof::kRefused,
     kOtherKeyOrTarget,
     Blame::kKeyLimit},
    {"Region",
     {403, ErrorBody("unsupported_country_region_territory")},
     v1::ERROR_REASON_REGION_NOT_SUPPORTED,
     Proof::kRefused,
     kOtherKeyOrTarget,
     Blame::kModel},
    {"NoModel",
     {404, ErrorBody("model_not_found")},
     v1::ERROR_REASON_MODEL_NOT_FOUND,
     Proof::kRefused,
     kNextOnly,
     Blame::kModel},
    {"NoSuchMethod",
     {405, kPage},
     v1::ERROR_REASON_UNSUPPORTED_ENDPOINT,
     Proof::kRefused,
     kNextOnly,
     Blame::kNobody},
    {"RequestTimeoutByAPage",
     {408, kPage},
     v1::ERROR_REASON_UPSTREAM_TIMEOUT,
     Proof::kAnything,
     kAnywhere,
     Blame::kNobody},
    {"RequestTimeout",
     {408, ErrorBody("x")},
     v1::ERROR_REASON_UPSTREAM_TIMEOUT,
     Proof::kFailed,
     kAnywhere,
     Blame::kNobody},
    {"Conflict",
     {409, ErrorBody("x")},
     v1::ERROR_REASON_CONFLICT,
     Proof::kFailed,
     kAnywhere,
     Blame::kNobody},
    {"TooEarly",
     {425, ErrorBody("x")},
     v1::ERROR_REASON_UPSTREAM_OVERLOADED,
     Proof::kRefused,
     kAnywhere,
     Blame::kEndpoint},
    {"WebServerDown",
     {521, kPage},
     v1::ERROR_REASON_UPSTREAM_OVERLOADED,
     Proof::kRefused,
     kAnywhere,
     Blame::kEndpoint},
    {"RateLimited",
     {429, ErrorBody("rate_limit_exceeded"), {{"retry-after", "2"}}},
     v1::ERROR_REASON_RATE_LIMITED,
     Proof::kRefused,
     kAll,
     Blame::kKeyLimit,
     false,
     2s},
    {"NoMoney",
     {429, ErrorBody("insufficient_quota")},
     v1::ERROR_REASON_INSUFFICIENT_QUOTA,
     Proof::kRefused,
     kOtherKeyOrTarget,
     Blame::kKey},
    {"ServerError",
     {500, ErrorBody("x")},
     v1::ERROR_REASON_UPSTREAM_ERROR,
     Proof::kFailed,
     kAnywhere,
     Blame::kModel},
    {"ServerErrorByAPage",
     {500, kPage},
     v1::ERROR_REASON_UPSTREAM_ERROR,
     Proof::kAnything,
     kAnywhere,
     Blame::kModel},
    {"Unavailable",
     {503, ErrorBody("x")},
     v1::ERROR_REASON_UPSTREAM_OVERLOADED,
     Proof::kFailed,
     kAnywhere,
     Blame::kEndpoint},
    {"UnavailableByAPage",
     {503, kPage},
     v1::ERROR_REASON_UPSTREAM_OVERLOADED,
     Proof::kAnything,
     kAnywhere,
     Blame::kEndpoint},
    {"UnavailableForAWhile",
     {503, ErrorBody("x"), {{"retry-after", "2"}}},
     v1::ERROR_REASON_UPSTREAM_OVERLOADED,
     Proof::kRefused,
     kAnywhere,
     Blame::kEndpoint,
     false,
     2s},
    {"BadGateway",
     {502, kPage},
     v1::ERROR_REASON_UPSTREAM_OVERLOADED,
     Proof::kAnything,
     kAnywhere,
     Blame::kEndpoint},
    {"GatewayTimeout",
     {504, kPage},
     v1::ERROR_REASON_UPSTREAM_TIMEOUT,
     Proof::kAnything,
     kAnywhere,
     Blame::kEndpoint},
    {"Cut",
     {200, R"({"id":)", {}, Broken(http::Failure::kReset, false)},
     v1::ERROR_REASON_STREAM_TRUNCATED,
     Proof::kAnything,
     kNextOnly,
     Blame::kEndpoint},
};

void Fail(RoutedWorld& world, http::PlayedTransfer& transfer, const Failing& failing) {
  if (failing.is_silent) return world.Advance(kSilence);
  if (failing.status == 0) return http::FakeTransport::End(transfer, *failing.outcome);
  if (!failing.outcome) {
    return RoutedWorld::Answer(transfer, failing.status, failing.body, failing.headers);
  }
  RoutedWorld::Head(transfer, failing.status, failing.headers);
  http::FakeTransport::Body(transfer, failing.body);
  http::Outcome outcome = *failing.outcome;
  outcome.bytes_received = static_cast<int64_t>(failing.body.size());
  http::FakeTransport::End(transfer, outcome);
}

class FailureTable : public testing::TestWithParam<Row> {
 protected:
  // The next attempt, within ten seconds; null: none.
  static http::PlayedTransfer* Following(RoutedWorld& world, Duration& wait) {
    const SteadyTime from = world.timers.Now();
    while (world.sent() == 1) {
      const auto due = world.timers.NextDue();
      if (!due || *due > from + 10s) return nullptr;
      world.Advance(std::max<Duration>(*due - world.timers.Now(), 0s));
    }
    wait = world.timers.Now() - from;
    return &world.last();
  }

  static void CheckWait(Duration wait) {
    if (GetParam().at_once) {
      EXPECT_EQ(wait, 0s);
    } else if (GetParam().asked) {
      EXPECT_GE(wait, *GetParam().asked);
      EXPECT_LE(wait, *GetParam().asked * 3 / 2 + 1s);
    } else {
      EXPECT_LE(wait, 500ms);
    }
  }
};

TEST_P(FailureTable, SaysWhatFollows) {
  const Row& row = GetParam();
  struct Setup {
    const char* name;
    std::vector<PlayedTarget> targets;
  };
  const Setup setups[] = {{"alone", {{"a"}}},
                          {"next", {{"a"}, {.upstream = "b", .group = 2}}},
                          {"pool", {{"a", 2}, {.upstream = "b", .group = 2}}}};
  for (const Setup& setup : setups) {
    for (const Resend resend : {Resend::kRefused, Resend::kFailed, Resend::kAnything}) {
      SCOPED_TRACE(std::string(setup.name) + " resend " + std::to_string(static_cast<int>(resend)));
      RoutedWorld world(setup.targets);
      auto played = world.Begin(resend);
      ASSERT_EQ(world.sent(), 1u);
      Fail(world, world.last(), row.failing);

      const bool allowed = routing::Covers(resend, row.proof, false);
      std::string expected;
      if (allowed && row.where.key && setup.targets[0].keys > 1) {
        expected = "a/a1";
      } else if (allowed && row.where.next && setup.targets.size() > 1) {
        expected = "b/b0";
      } else if (allowed && row.where.same) {
        expected = "a/a0";
      }
      Duration wait{};
      const http::PlayedTransfer* next = Following(world, wait);
      EXPECT_EQ(next ? RoutedWorld::SentTo(*next) + '/' + RoutedWorld::KeyOf(*next) : "", expected);
      EXPECT_EQ(played->reader.ended, !next);
      ASSERT_GE(played->stats.attempt_log.size(), 1u);
      const gateway::AttemptRecord& record = played->stats.attempt_log[0];
      EXPECT_EQ(record.reason, row.reason) << ReasonName(record.reason);
      EXPECT_EQ(record.http_status, row.failing.status);
      EXPECT_EQ(record.may_be_billed, row.proof != Proof::kRefused);
      EXPECT_EQ(record.cause, "FIRST");
      if (!next) {
        ASSERT_TRUE(played->reader.error);
        EXPECT_EQ(played->reader.error->reason, row.reason);
        EXPECT_EQ(world.in_flight(), 0);
        continue;
      }
      if (expected == "a/a0") {
        CheckWait(wait);
      } else {
        EXPECT_EQ(wait, 0s);
      }
      RoutedWorld::Answer(world.last(), 200, "{}");
      EXPECT_TRUE(played->reader.ended);
      EXPECT_FALSE(played->reader.error);
      EXPECT_EQ(played->reader.body, "{}");
      EXPECT_EQ(world.in_flight(), 0);
      EXPECT_EQ(world.transport.wrong_cancels, 0);
      played->call->UpdateLog();
      ASSERT_EQ(played->stats.attempt_log.size(), 2u);
      EXPECT_EQ(played->stats.attempt_log[1].cause, expected == "a/a0"   ? "SAME_TARGET"
                                                    : expected == "b/b0" ? "NEXT_TARGET"
                                                                         : "OTHER_KEY");
      EXPECT_EQ(played->stats.route->fallback, expected == "b/b0");
    }
  }
}

TEST_P(FailureTable, SaysWhatItCountsAgainst) {
  const Row& row = GetParam();
  RoutedWorld world({{"a", 2}});
  auto played = world.Begin(Resend::kRefused);
  Fail(world, world.last(), row.failing);
  const SteadyTime now = world.timers.Now();
  const bool well = row.blame == Blame::kKey || row.proof == Proof::kAnswered;
  const auto endpoint = world.endpoint("a").Recent(now);
  EXPECT_EQ(endpoint.failed, row.blame == Blame::kEndpoint ? 1 : 0);
  EXPECT_EQ(endpoint.good, well || row.blame == Blame::kModel ? 1 : 0);
  const auto model = world.model("a").Recent(now);
  EXPECT_EQ(model.failed, row.blame == Blame::kModel ? 1 : 0);
  EXPECT_EQ(model.good, well ? 1 : 0);
  const bool key_rests = row.blame == Blame::kKey || row.blame == Blame::kKeyLimit;
  EXPECT_EQ(world.upstream("a").keys().Available("model-a", 0b10, now), !key_rests);
  EXPECT_TRUE(world.upstream("a").keys().Available("model-a", 0b01, now)) << "the other key";
}

INSTANTIATE_TEST_SUITE_P(Rows, FailureTable, testing::ValuesIn(kRows),
                         [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace inferwire::upstream
