#include "base/error.h"

#include <gmock/gmock.h>

#include "base/result.h"

namespace inferwire {
namespace {

TEST(Error, NamesEveryOriginAsTheMetricLabelDoes) {
  EXPECT_EQ(Name(Origin::kCaller), "caller");
  EXPECT_EQ(Name(Origin::kGateway), "gateway");
  EXPECT_EQ(Name(Origin::kUpstream), "upstream");
  EXPECT_EQ(Name(Origin::kCancelled), "cancelled");
}

TEST(Error, NamesReasonsWithoutTheirPrefix) {
  EXPECT_EQ(ReasonName(v1::ERROR_REASON_RATE_LIMITED), "RATE_LIMITED");
  EXPECT_EQ(ReasonName(v1::ERROR_REASON_UNSPECIFIED), "UNSPECIFIED");
}

TEST(Error, InvalidFieldBlamesTheCallerAndNamesTheField) {
  const Error error = InvalidField("params.temperature", "must be a number");

  EXPECT_EQ(error.code, Code::kInvalidArgument);
  EXPECT_EQ(error.reason, v1::ERROR_REASON_INVALID_PARAMETER);
  EXPECT_EQ(error.origin, Origin::kCaller);
  EXPECT_FALSE(error.safe_to_retry);
  EXPECT_EQ(error.message, "params.temperature: must be a number");
  ASSERT_EQ(error.fields.size(), 1u);
  EXPECT_EQ(error.fields[0].field, "params.temperature");
  EXPECT_EQ(error.fields[0].description, "must be a number");
}

TEST(Error, InvalidFieldTakesAnotherReason) {
  EXPECT_EQ(InvalidField("extra.model", "is a field", v1::ERROR_REASON_EXTRA_CONFLICT).reason,
            v1::ERROR_REASON_EXTRA_CONFLICT);
}

TEST(Result, HoldsAValueOrAnError) {
  const Result<std::string> good(std::string("yes"));
  ASSERT_TRUE(good.ok());
  EXPECT_EQ(*good, "yes");
  EXPECT_EQ(good->size(), 3u);

  const Result<std::string> bad(InvalidField("a", "b"));
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().message, "a: b");
}

TEST(Result, OfNothingIsOkUntilItIsAnError) {
  EXPECT_TRUE(Result<void>().ok());
  const Result<void> bad(InvalidField("a", "b"));
  EXPECT_FALSE(bad.ok());
  EXPECT_EQ(bad.error().code, Code::kInvalidArgument);
}

}  // namespace
}  // namespace inferwire
