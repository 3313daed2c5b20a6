#include "endpoints/realtime/session_end.h"

#include <chrono>
#include <string>
#include <utility>

#include "openai/error_details.h"
#include "openai/error_table.h"

namespace inferwire::endpoints {
namespace {

using By = http::WebSocketEnd::By;

constexpr std::chrono::seconds kRetryAfter{1};
constexpr std::string_view kExpired = "session_expired", kWrongKey = "invalid_api_key";

v1::ErrorReason ReasonOfClose(uint16_t code, std::string_view last_error) {
  if (last_error == kExpired) return v1::ERROR_REASON_SESSION_ENDED;
  switch (code) {
    case 1000:
    case 1001:
    case 1005:
    case 1012:
    case 1013:
      return v1::ERROR_REASON_SESSION_ENDED;
    case 1002:
    case 1003:
    case 1007:
    case 1010:
      return v1::ERROR_REASON_UPSTREAM_PROTOCOL;
    case 1008:
      return last_error == kWrongKey ? v1::ERROR_REASON_UPSTREAM_CREDENTIALS_REJECTED
                                     : v1::ERROR_REASON_UPSTREAM_PERMISSION_DENIED;
    case 1009:
      return v1::ERROR_REASON_REQUEST_TOO_LARGE;
    default:
      return v1::ERROR_REASON_UPSTREAM_ERROR;
  }
}

v1::ErrorReason ReasonOf(const http::WebSocketEnd& end, std::string_view last_error) {
  switch (end.by) {
    case By::kClose:
      return ReasonOfClose(end.code, last_error);
    case By::kCut:
      return last_error == kExpired ? v1::ERROR_REASON_SESSION_ENDED
                                    : v1::ERROR_REASON_STREAM_TRUNCATED;
    case By::kBroken:
      break;
  }
  return end.code == 1009 ? v1::ERROR_REASON_RESPONSE_TOO_LARGE
                          : v1::ERROR_REASON_UPSTREAM_PROTOCOL;
}

std::string Describe(const http::WebSocketEnd& end, const openai::Attempt& attempt) {
  const std::string upstream = openai::Scrub(attempt.upstream, openai::kMaxDetailBytes);
  switch (end.by) {
    case By::kClose:
      return upstream + " ended the session (" + std::to_string(end.code) + ")";
    case By::kCut:
      return upstream + "'s connection ended without a close";
    case By::kBroken:
      break;
  }
  return upstream + " sent what it must not: " + end.reason;
}

}  // namespace

Error ErrorOfEnd(const http::WebSocketEnd& end, std::string_view last_error,
                 const openai::Attempt& attempt) {
  Error error = openai::ErrorOf(ReasonOf(end, last_error), Describe(end, attempt));
  error.metadata = openai::AttemptMetadata(attempt);
  error.metadata["close_code"] = std::to_string(end.code);
  if (end.by == By::kClose && !end.reason.empty()) {
    error.metadata["close_reason"] = openai::Scrub(end.reason, openai::kMaxDetailBytes);
  }
  if (last_error == kExpired) error.metadata["cause"] = "session_limit";
  error.safe_to_retry = error.reason == v1::ERROR_REASON_SESSION_ENDED;
  const bool leaves =
      end.by == By::kClose && (end.code == 1001 || end.code == 1012 || end.code == 1013);
  if (leaves && error.safe_to_retry) error.retry_after = kRetryAfter;
  return error;
}

uint16_t CloseCodeOf(v1::ErrorReason reason) {
  switch (reason) {
    case v1::ERROR_REASON_DEADLINE:
    case v1::ERROR_REASON_GATEWAY_DRAINING:
      return 1001;
    default:
      return 1000;
  }
}

}  // namespace inferwire::endpoints
