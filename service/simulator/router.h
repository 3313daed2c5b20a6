// Request -> answer. Knows nothing of sockets. Not thread-safe: the simulator's thread only.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "simulator/answer.h"
#include "simulator/errors.h"
#include "simulator/json.h"
#include "simulator/options.h"
#include "simulator/rate_limits.h"
#include "simulator/rules.h"
#include "simulator/stats.h"

namespace llmgate::simulator {

class Router {
 public:
  Router(const Options& options, const Clock& clock, Rulebook& rules, StatsBoard& stats);

  Answer Route(const Recorded& request);
  // For requests that could not be read.
  Answer Refuse(ApiError error);

 private:
  struct Call;  // one request on its way to an answer

  void Dispatch(Call& call);
  bool ReadBody(Call& call);
  bool ReadBehavior(Call& call);
  bool Scripted(Call& call);
  void Chat(Call& call);
  void Embeddings(Call& call);
  void Moderations(Call& call);
  void Model(Call& call);
  bool Limit(Call& call, const std::string& model, int64_t tokens);
  void Fail(Call& call, ApiError error);
  void Finish(Call& call);
  int64_t Created() const;

  const Options& options_;
  const Clock& clock_;
  Rulebook& rules_;
  StatsBoard& stats_;
  RateLimits limits_;
  uint64_t requests_ = 0;
};

std::string_view HeaderOf(const HeaderList& headers, std::string_view name);

}  // namespace llmgate::simulator
