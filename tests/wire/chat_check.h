// A recorded chat completion through ChatService: request, answer, stream, errors.
#pragma once

#include <memory>

#include "wire/gateways.h"
#include "wire/recording.h"
#include "wire/verdict.h"

namespace inferwire::wire {

Verdict CheckChat(const std::shared_ptr<const Recording>& recording, Gateways& gateways);

}  // namespace inferwire::wire
