#include "endpoints/realtime/session_end.h"

#include <gtest/gtest.h>

#include <chrono>

namespace inferwire::endpoints {
namespace {

using By = http::WebSocketEnd::By;

struct Case {
  By by;
  uint16_t code;
  std::string_view last_error;
  Code rpc_code;
  v1::ErrorReason reason;
  bool retry_after = false;
};

TEST(SessionEnd, IsWhatTheTableSays) {
  const Case cases[] = {
      {By::kClose, 1000, "", Code::kUnavailable, v1::ERROR_REASON_SESSION_ENDED},
      {By::kClose, 1005, "", Code::kUnavailable, v1::ERROR_REASON_SESSION_ENDED},
      {By::kClose, 1001, "", Code::kUnavailable, v1::ERROR_REASON_SESSION_ENDED, true},
      {By::kClose, 1012, "", Code::kUnavailable, v1::ERROR_REASON_SESSION_ENDED, true},
      {By::kClose, 1013, "", Code::kUnavailable, v1::ERROR_REASON_SESSION_ENDED, true},
      {By::kClose, 1011, "", Code::kInternal, v1::ERROR_REASON_UPSTREAM_ERROR},
      {By::kClose, 4321, "", Code::kInternal, v1::ERROR_REASON_UPSTREAM_ERROR},
      {By::kClose, 1002, "", Code::kInternal, v1::ERROR_REASON_UPSTREAM_PROTOCOL},
      {By::kClose, 1007, "", Code::kInternal, v1::ERROR_REASON_UPSTREAM_PROTOCOL},
      {By::kClose, 1008, "", Code::kPermissionDenied, v1::ERROR_REASON_UPSTREAM_PERMISSION_DENIED},
      {By::kClose, 1008, "invalid_api_key", Code::kInternal,
       v1::ERROR_REASON_UPSTREAM_CREDENTIALS_REJECTED},
      {By::kClose, 1009, "", Code::kInvalidArgument, v1::ERROR_REASON_REQUEST_TOO_LARGE},
      {By::kClose, 1011, "session_expired", Code::kUnavailable, v1::ERROR_REASON_SESSION_ENDED},
      {By::kCut, 1006, "", Code::kUnavailable, v1::ERROR_REASON_STREAM_TRUNCATED},
      {By::kCut, 1006, "session_expired", Code::kUnavailable, v1::ERROR_REASON_SESSION_ENDED},
      {By::kBroken, 1002, "", Code::kInternal, v1::ERROR_REASON_UPSTREAM_PROTOCOL},
      {By::kBroken, 1003, "", Code::kInternal, v1::ERROR_REASON_UPSTREAM_PROTOCOL},
      {By::kBroken, 1009, "", Code::kInternal, v1::ERROR_REASON_RESPONSE_TOO_LARGE}};
  for (const Case& each : cases) {
    SCOPED_TRACE(std::to_string(each.code) + " " + std::string(each.last_error));
    openai::Attempt attempt;
    attempt.upstream = "openai";
    const Error error = ErrorOfEnd({each.by, each.code, ""}, each.last_error, attempt);
    EXPECT_EQ(error.code, each.rpc_code);
    EXPECT_EQ(error.reason, each.reason);
    EXPECT_EQ(error.metadata.at("close_code"), std::to_string(each.code));
    EXPECT_EQ(error.metadata.at("upstream"), "openai");
    EXPECT_EQ(error.safe_to_retry, each.reason == v1::ERROR_REASON_SESSION_ENDED);
    EXPECT_EQ(error.retry_after.has_value(), each.retry_after);
    EXPECT_EQ(error.metadata.contains("cause"), each.last_error == "session_expired");
  }
}

TEST(SessionEnd, ShowsUpstreamsWordsWithoutTheirSecrets) {
  const Error error =
      ErrorOfEnd({By::kClose, 1011, "bad key sk-abcdefghijklmnopqrstuvwxyz012345"}, "", {});
  EXPECT_EQ(error.metadata.at("close_reason").find("abcdefghijkl"), std::string::npos);
  EXPECT_NE(error.metadata.at("close_reason").find("bad key"), std::string::npos);
}

}  // namespace
}  // namespace inferwire::endpoints
