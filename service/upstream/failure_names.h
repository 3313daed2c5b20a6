// What failures of the transport are called in metrics and spans.
#pragma once

#include <string_view>

#include "http/transport.h"
#include "telemetry/upstream_metrics.h"

namespace inferwire::upstream {

telemetry::RetryCause CauseOf(http::Failure failure);
std::string_view NameOf(http::Failure failure);

}  // namespace inferwire::upstream
