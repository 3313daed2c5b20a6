// What the resources share. Not thread-safe: the simulator's thread only.
#pragma once

#include <string>

#include "simulator/call.h"
#include "simulator/chat_request.h"
#include "simulator/files.h"
#include "simulator/options.h"
#include "simulator/rate_limits.h"
#include "simulator/stats.h"
#include "simulator/virtual_clock.h"

namespace inferwire::simulator {

struct Backend {
  const Options& options;
  const VirtualClock& clock;
  StatsBoard& stats;
  RateLimits& limits;
  Files& files;
  TunedModels& tuned;

  // False: the call has failed with 429.
  bool Limit(Call& call, const std::string& model, int64_t tokens);
  // What answers call created.
  int64_t Created() const;
  ChatOptions chat_options() const;
};

// How long an answer of so many tokens takes in one piece.
std::chrono::nanoseconds GenerationTime(const Timing& timing, int64_t tokens);

}  // namespace inferwire::simulator
