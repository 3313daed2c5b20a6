// The closed sets of label values: what an enum or a number is called in a metric.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "telemetry/metrics.h"

namespace inferwire::telemetry {

inline constexpr size_t kCodes = 17;
inline constexpr size_t kOrigins = 4;
inline constexpr size_t kStreamEnds = 7;
inline constexpr size_t kUsageMissing = 3;
inline constexpr size_t kAttemptResults = 3;
inline constexpr size_t kRetryCauses = 5;
inline constexpr size_t kRefusals = 4;
inline constexpr size_t kReloadResults = 3;
inline constexpr size_t kSpanDrops = 3;

// Spelled as go-grpc-middleware spells them ("OK", "Canceled", "DeadlineExceeded"): public
// dashboards ask for these.
std::string_view CodeLabel(Code code);
std::string_view Label(StreamEnd end);
std::string_view Label(UsageMissing why);
std::string_view Label(AttemptResult result);
std::string_view Label(RetryCause cause);
std::string_view Label(Refusal why);
std::string_view Label(ReloadResult result);
std::string_view Label(SpanDrop why);

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
