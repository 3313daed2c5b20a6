#include "batch/refusal.h"

#include <gtest/gtest.h>

#include <map>

namespace inferwire::batch {
namespace {

Error Of(Code code) {
  Error error;
  error.code = code;
  return error;
}

TEST(Refusal, IsWhatTheUpstreamWouldSayAgain) {
  const std::map<Code, bool> table = {
      {Code::kCancelled, false},
      {Code::kUnknown, false},
      {Code::kInvalidArgument, true},
      {Code::kDeadlineExceeded, false},
      {Code::kNotFound, true},
      {Code::kAlreadyExists, false},
      {Code::kPermissionDenied, true},
      {Code::kResourceExhausted, false},   // a limit, or a quota that can be raised
      {Code::kFailedPrecondition, false},  // the state may change
      {Code::kAborted, false},
      {Code::kOutOfRange, false},
      {Code::kUnimplemented, true},
      {Code::kInternal, false},  // among them the gateway's own key
      {Code::kUnavailable, false},
      {Code::kDataLoss, false},
      {Code::kUnauthenticated, false},
  };
  ASSERT_EQ(table.size(), 16u) << "every code but OK";
  for (const auto& [code, refusal] : table) {
    EXPECT_EQ(IsRefusal(Of(code)), refusal) << static_cast<int>(code);
  }
}

TEST(Refusal, OfACancellationIsAlsoThatItIsTooLate) {
  for (int number = 1; number <= 16; ++number) {
    const auto code = static_cast<Code>(number);
    const bool ended = code == Code::kAborted || code == Code::kFailedPrecondition;
    EXPECT_EQ(IsTooLateToCancel(Of(code)), ended || IsRefusal(Of(code))) << number;
  }
}

}  // namespace
}  // namespace inferwire::batch
