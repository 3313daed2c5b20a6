// Recorded interactions of the endpoints that an RPC's option serves (json.proto, UpstreamCall),
// through their typed services.
#pragma once

#include <memory>
#include <optional>

#include "wire/gateways.h"
#include "wire/recording.h"
#include "wire/verdict.h"

namespace inferwire::wire {

// Nothing: no typed RPC is this request.
std::optional<Verdict> CheckTyped(const std::shared_ptr<const Recording>& recording,
                                  Gateways& gateways);

}  // namespace inferwire::wire
