// What a batch has chosen of its routes: all its items go to the target that the first one went to,
// as far as that can take them, so that they make few shards. On the call's loop.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "endpoints/chat/chat.h"
#include "upstream/runtime.h"
#include "upstream/targets.h"

namespace inferwire::endpoints {

class BatchTargets {
 public:
  // Of the targets of an item without a choice of its own. As for a call: NO_TARGET_WITH_TAGS,
  // CIRCUIT_OPEN, ...
  Result<upstream::Destination> Pick(upstream::Targets& targets, const upstream::Runtime& runtime);

  // The same for a planned chat completion; rewrites its body.
  void Settle(ChatPlan& plan, const upstream::Runtime& runtime);

 private:
  std::optional<size_t> Chosen(upstream::Targets& targets, SteadyTime now);

  std::map<std::string, std::vector<size_t>> chosen_;  // by route, at most all of its targets
};

}  // namespace inferwire::endpoints
