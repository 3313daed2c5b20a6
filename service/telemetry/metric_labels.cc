#include "telemetry/metric_labels.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "telemetry/label_guard.h"

namespace inferwire::telemetry {
namespace {

// What OpenAI-compatible servers and the proxies before them answer.
constexpr std::array kHttpStatuses = {200, 201, 202, 204, 301, 302, 307, 308, 400, 401, 402,
                                      403, 404, 405, 408, 409, 410, 413, 415, 421, 422, 425,
                                      429, 431, 498, 499, 500, 501, 502, 503, 504, 507, 520,
                                      521, 522, 523, 524, 525, 526, 529, 530};

}  // namespace

std::string_view CodeLabel(Code code) {
  static constexpr std::array<std::string_view, kCodes> kNames = {
      "OK",       "Canceled",       "Unknown",          "InvalidArgument",   "DeadlineExceeded",
      "NotFound", "AlreadyExists",  "PermissionDenied", "ResourceExhausted", "FailedPrecondition",
      "Aborted",  "OutOfRange",     "Unimplemented",    "Internal",          "Unavailable",
      "DataLoss", "Unauthenticated"};
  const auto index = static_cast<size_t>(code);
  return index < kCodes ? kNames[index] : kOtherLabel;
}

size_t HttpStatusCount() { return kHttpStatuses.size() + 2; }

size_t HttpStatusIndex(int status) {
  if (status == 0) {
    return kHttpStatuses.size() + 1;
  }
  const auto* found = std::lower_bound(kHttpStatuses.begin(), kHttpStatuses.end(), status);
  const bool known = found != kHttpStatuses.end() && *found == status;
  return known ? static_cast<size_t>(found - kHttpStatuses.begin()) : kHttpStatuses.size();
}

std::string HttpStatusLabel(size_t index) {
  if (index < kHttpStatuses.size()) {
    return std::to_string(kHttpStatuses[index]);
  }
  return index == kHttpStatuses.size() ? std::string(kOtherLabel) : "none";
}

size_t ReasonCount() { return static_cast<size_t>(v1::ErrorReason_descriptor()->value_count()); }

size_t ReasonIndex(v1::ErrorReason reason) {
  const auto* value = v1::ErrorReason_descriptor()->FindValueByNumber(reason);
  return value == nullptr ? 0 : static_cast<size_t>(value->index());
}

std::string_view ReasonLabel(size_t index) {
  const auto* value = v1::ErrorReason_descriptor()->value(static_cast<int>(index));
  return ReasonName(static_cast<v1::ErrorReason>(value->number()));
}

std::string ErrorTypeLabel(std::string_view error_type) {
  if (const auto status = ParseInteger<int>(error_type)) {
    return HttpStatusLabel(HttpStatusIndex(*status));
  }
  v1::ErrorReason reason;
  const bool known = v1::ErrorReason_Parse("ERROR_REASON_" + std::string(error_type), &reason);
  return std::string(known ? error_type : kOtherLabel);
}

}  // namespace inferwire::telemetry
