// Recorded answers about files through FilesService, and about batches through the worker's reader
// (BatchesService never shows an upstream's batch) besides RawService.
#pragma once

#include <memory>

#include "wire/gateways.h"
#include "wire/recording.h"
#include "wire/verdict.h"

namespace inferwire::wire {

Verdict CheckFiles(const std::shared_ptr<const Recording>& recording, Gateways& gateways);
Verdict CheckBatches(const std::shared_ptr<const Recording>& recording, Gateways& gateways);

}  // namespace inferwire::wire
