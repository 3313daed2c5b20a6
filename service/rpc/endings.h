// Tells operators of callers that still use models near their ends.
#pragma once

#include <string_view>

#include "gateway/call_stats.h"
#include "rpc/call_services.h"

namespace inferwire::rpc {

// Of a call, or an item of one that runs many, that ended well: counts what its answer warns of,
// and writes it to the log once a day for each model. caller: as in its metrics.
void TellOfEndings(const CallServices& services, std::string_view caller,
                   const gateway::CallStats& stats);

}  // namespace inferwire::rpc
