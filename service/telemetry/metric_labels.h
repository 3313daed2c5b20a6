// The closed sets of label values that several subjects share: what a code, an HTTP status or a
// reason is called in a metric.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/error.h"

namespace inferwire::telemetry {

inline constexpr size_t kCodes = 17;
inline constexpr size_t kOrigins = 4;

// Spelled as go-grpc-middleware spells them ("OK", "Canceled", "DeadlineExceeded"): public
// dashboards ask for these.
std::string_view CodeLabel(Code code);

// HTTP statuses: a fixed list, then "other" (came, but is not in the list) and "none" (0).
size_t HttpStatusCount();
size_t HttpStatusIndex(int status);
std::string HttpStatusLabel(size_t index);

// Reasons: dense indices over the enum; a number this build does not know counts as UNSPECIFIED.
size_t ReasonCount();
size_t ReasonIndex(v1::ErrorReason reason);
std::string_view ReasonLabel(size_t index);

// A known HTTP status or a known reason's name; anything else is kOtherLabel.
std::string ErrorTypeLabel(std::string_view error_type);

}  // namespace inferwire::telemetry
