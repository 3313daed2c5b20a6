#include "policy/quota/refusal.h"

#include <gmock/gmock.h>

#include <memory>
#include <string>

namespace inferwire::policy {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

limits::Limit StockOf(limits::LimitKind kind, int64_t amount, std::string model = "") {
  return {kind, "team/acme/search", std::move(model),
          limits::Stock{{.amount = amount, .periods = std::nullopt},
                        std::make_shared<limits::StockMeter>()}};
}

limits::Shortage ShortageOf(const limits::Limit& limit) {
  limits::Shortage shortage;
  shortage.limit = &limit;
  shortage.needed = 300;
  shortage.used = 700;
  shortage.reserved = 100;
  shortage.remaining = 200;
  shortage.reset_at = WallTime(seconds(1'796'083'200));
  return shortage;
}

TEST(Refusal, SaysThatALeaseIsBeingAskedFor) {
  const limits::Limit limit = StockOf(limits::LimitKind::kRequestsPerDay, 500);
  limits::Shortage shortage;
  shortage.limit = &limit;
  shortage.needed = 1;
  shortage.remaining = 500;
  shortage.pending = true;
  const Error error = Refusal(shortage, std::chrono::milliseconds(50));
  EXPECT_NE(error.message.find("has just asked for its part"), std::string::npos);
  EXPECT_TRUE(error.safe_to_retry);
  EXPECT_FALSE(error.stops_retries);
}

TEST(Refusal, OfALimitSaysWhoseItIsAndWhatIsLeftAndWhenToComeAgain) {
  const limits::Limit limit = StockOf(limits::LimitKind::kTokensPerDay, 1000, "gpt-5");
  const Error error = Refusal(ShortageOf(limit), milliseconds(2500));
  EXPECT_EQ(error.code, Code::kResourceExhausted);
  EXPECT_EQ(error.reason, v1::ERROR_REASON_TENANT_RATE_LIMITED);
  EXPECT_EQ(error.origin, Origin::kCaller);
  EXPECT_TRUE(error.safe_to_retry);
  EXPECT_FALSE(error.stops_retries);
  EXPECT_EQ(error.retry_after, milliseconds(2500));
  EXPECT_EQ(
      error.message,
      "team/acme/search may use 1000 tokens per day of gpt-5; this call needs 300 and 200 are "
      "left beside 100 that are set aside for others. Nothing was sent to a provider.");
  EXPECT_THAT(
      error.metadata,
      UnorderedElementsAre(Pair("scope", "team/acme/search"), Pair("model", "gpt-5"),
                           Pair("limit", "tpd"), Pair("limit_value", "1000"), Pair("used", "700"),
                           Pair("reserved", "100"), Pair("remaining", "200"), Pair("needed", "300"),
                           Pair("reset_at", "2026-12-01T00:00:00Z")));
  ASSERT_EQ(error.quotas.size(), 1u);
  EXPECT_EQ(error.quotas.front().subject, "team/acme/search");
  EXPECT_THAT(error.quotas.front().description, HasSubstr("1000 tokens per day of gpt-5"));
}

TEST(Refusal, OfABudgetIsInUsdAndNotRepeatedByLibraries) {
  const limits::Limit limit = StockOf(limits::LimitKind::kMoneyPerMonth, 2'500'000'000'000);
  limits::Shortage shortage = ShortageOf(limit);
  shortage.used = 2'499'999'999'900;
  shortage.spent = true;
  const Error error = Refusal(shortage, seconds(1));
  EXPECT_EQ(error.reason, v1::ERROR_REASON_BUDGET_EXCEEDED);
  EXPECT_TRUE(error.stops_retries);
  EXPECT_THAT(error.metadata,
              UnorderedElementsAre(
                  Pair("scope", "team/acme/search"), Pair("model", ""), Pair("period", "month"),
                  Pair("limit_usd", "2.5"), Pair("used_usd", "2.4999999999"),
                  Pair("reserved_usd", "0.0000000001"), Pair("remaining_usd", "0.0000000002"),
                  Pair("needed_usd", "0.0000000003"), Pair("reset_at", "2026-12-01T00:00:00Z")));
}

TEST(Refusal, OfABudgetThatOthersMayGiveBackIsRepeated) {
  const limits::Limit limit = StockOf(limits::LimitKind::kMoneyPerDay, 1000);
  EXPECT_FALSE(Refusal(ShortageOf(limit), seconds(1)).stops_retries);
}

TEST(Refusal, OfCallsAtOnceHasAReasonOfItsOwnAndNoEnd) {
  const limits::Limit limit = StockOf(limits::LimitKind::kConcurrentCalls, 5);
  limits::Shortage shortage = ShortageOf(limit);
  shortage.needed = 1;
  shortage.remaining = 0;
  shortage.reset_at = {};
  const Error error = Refusal(shortage, seconds(1));
  EXPECT_EQ(error.reason, v1::ERROR_REASON_CONCURRENCY_LIMITED);
  EXPECT_EQ(error.message,
            "team/acme/search may use 5 calls at once; this call needs 1 and 0 are left. Nothing "
            "was sent to a provider.");
  EXPECT_EQ(error.metadata.count("reset_at"), 0u);
}

TEST(Refusal, OfACallThatIsLargerThanTheWholeLimitAsksForLess) {
  const limits::Limit limit = StockOf(limits::LimitKind::kTokensPerDay, 299);
  const Error error = Refusal(ShortageOf(limit), seconds(1));
  EXPECT_FALSE(error.safe_to_retry);
  EXPECT_EQ(error.retry_after, std::nullopt);
  EXPECT_THAT(error.message, HasSubstr("more than there is at all"));
}

TEST(Refusal, NoLibraryWaitsUntilTomorrow) {
  const limits::Limit limit = StockOf(limits::LimitKind::kRequestsPerDay, 500);
  EXPECT_FALSE(Refusal(ShortageOf(limit), kLongestPushback).stops_retries);
  const Error error = Refusal(ShortageOf(limit), hours(12));
  EXPECT_TRUE(error.stops_retries);
  EXPECT_EQ(error.retry_after, hours(12)) << "but whoever looks is told when";
}

}  // namespace
}  // namespace inferwire::policy
