// What UsageService is answered from.
#pragma once

#include "store/executor.h"

namespace inferwire::endpoints {

struct UsageBackend {
  store::Executor& executor;  // of a store that has the ledger's sums
};

}  // namespace inferwire::endpoints
