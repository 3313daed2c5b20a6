// A finished call as the members of a line: in the log, and on the admin page.
#pragma once

#include "telemetry/log.h"
#include "telemetry/log_line.h"

namespace inferwire::telemetry {

void WriteCall(const CallRecord& record, LogLine& line);

}  // namespace inferwire::telemetry
