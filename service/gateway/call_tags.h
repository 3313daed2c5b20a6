// Under which names a caller wants a call booked: CallOptions.user and label.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "base/result.h"
#include "inferwire/v1/common.pb.h"
#include "tenancy/principal.h"

namespace inferwire::gateway {

struct CallTags {
  std::string_view user{}, label{};  // the options' texts
};

// A label has to be one of the tenant's. principal: null if nobody is asked who he is; then there
// are none.
Result<CallTags> CheckTags(const v1::CallOptions& options, const tenancy::Principal* principal);

}  // namespace inferwire::gateway
