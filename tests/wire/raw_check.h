// Any other recorded interaction through RawService: everything unchanged, both ways.
#pragma once

#include <memory>

#include "wire/gateways.h"
#include "wire/recording.h"
#include "wire/verdict.h"

namespace inferwire::wire {

Verdict CheckRaw(const std::shared_ptr<const Recording>& recording, Gateways& gateways);

}  // namespace inferwire::wire
