// One version of what the configuration says about calls. A call takes the version that is current
// when it begins and is held to it until its end, however often the configuration changes
// meanwhile.
#pragma once

#include <cstddef>
#include <memory>

#include "gateway/operation.h"
#include "identity/rules.h"
#include "policy/chain.h"
#include "policy/quota/quota.h"
#include "rpc/pump.h"
#include "tenancy/user_name.h"
#include "upstream/router.h"
#include "upstream/runtime.h"

namespace inferwire::rpc {

struct CallLimits {
  size_t request_bytes = 16u << 20;
  size_t request_fields = 100'000;  // see codec::HasMoreFieldsThan
  PumpLimits queue;
  int many_in_flight = 64;
  Duration delivery = std::chrono::seconds(30);  // of what is left when nothing more is to come
  size_t many_items = 1'000'000;                 // in one CompleteMany stream
};

// Immutable; shared by the loops and freed by the last call that uses it.
struct Settings {
  upstream::Router router;
  upstream::AnswerLimits answer_limits;
  CallLimits call_limits;
  policy::Chain policies;
  size_t max_upstream_connections = 2000;             // of each loop
  std::shared_ptr<const identity::Rules> identity{};  // null: nobody is asked who he is
  bool owned = true;  // what lies at the upstreams belongs to callers, if a store knows to whom
  tenancy::UserRules users{};      // how end users are booked
  policy::Quota* quota = nullptr;  // one of the policies; null: nobody has limits
};

}  // namespace inferwire::rpc
