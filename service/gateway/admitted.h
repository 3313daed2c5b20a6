// What a call was let in with, for GatewayInfo.
#pragma once

#include <cstdint>
#include <vector>

#include "inferwire/v1/governance.pb.h"

namespace inferwire::gateway {

struct Admitted {
  // Those that are nearly used up, or all of them if the caller asks for that.
  std::vector<v1::LimitState> limits;
  int64_t reserved_picousd = 0;  // set aside under the caller's budgets
};

}  // namespace inferwire::gateway
