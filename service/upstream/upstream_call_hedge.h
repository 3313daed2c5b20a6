// What a call has that may have a second attempt beside one that is late.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "base/timers.h"
#include "upstream/hedging.h"
#include "upstream/upstream_call.h"

namespace inferwire::upstream {

struct UpstreamCall::Hedge {
  explicit Hedge(UpstreamCall& call) : timer(call.runtime_.timers, [&call] { call.OnLate(); }) {}

  Timer timer;
  Attempt attempt;
  bool begun = false;         // it is made once
  bool counted = false;       // whether it won
  Attempt* beside = nullptr;  // of the two attempts, the one that is not in hand and runs
  // Of its request, until it is the one in hand.
  std::string path;
  std::shared_ptr<const std::string> body;
  size_t head_bytes = 0;
};

}  // namespace inferwire::upstream
