#include "endpoints/batches/batch_targets.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace inferwire::endpoints {
namespace {

// Items are kept in the word that every server's is made of (batch::ForTarget).
std::string InCommonWords(std::string head, const openai::Dialect& dialect) {
  constexpr std::string_view kTheirs = R"("max_tokens":)", kOurs = R"("max_completion_tokens":)";
  const size_t at = dialect.only_max_tokens ? head.find(kTheirs) : std::string::npos;
  return at == std::string::npos ? head : head.replace(at, kTheirs.size(), kOurs);
}

}  // namespace

std::optional<size_t> BatchTargets::Chosen(upstream::Targets& targets, SteadyTime now) {
  const auto found = chosen_.find(targets.route().name);
  if (found == chosen_.end()) return std::nullopt;
  for (const size_t index : found->second) {
    if (targets.Take(index, now)) return index;
  }
  return std::nullopt;
}

Result<upstream::Destination> BatchTargets::Pick(upstream::Targets& targets,
                                                 const upstream::Runtime& runtime) {
  const SteadyTime now = runtime.timers.Now();
  if (const auto chosen = Chosen(targets, now)) return targets.destination(*chosen);
  auto picked = targets.Next(now, runtime.random);
  if (!picked) picked = targets.Alone(now);
  if (!picked) return targets.NoTarget(now);
  chosen_[targets.route().name].push_back(picked->index);
  return targets.destination(picked->index);
}

void BatchTargets::Settle(ChatPlan& plan, const upstream::Runtime& runtime) {
  upstream::UpstreamCall::Request& request = plan.request;
  upstream::Targets& targets = *request.targets;
  // Its own was taken when it was planned.
  const size_t index =
      Chosen(targets, runtime.timers.Now()).value_or(size_t{request.first_target.index});
  std::vector<size_t>& chosen = chosen_[targets.route().name];
  if (std::find(chosen.begin(), chosen.end(), index) == chosen.end()) chosen.push_back(index);
  const upstream::Destination& to = targets.destination(index);
  request.upstream = to.upstream;
  request.model = to.model;
  const openai::Dialect& dialect = *to.upstream->options().dialect;
  request.body.replace(0, request.head_bytes, '{' + InCommonWords(request.new_head(to), dialect));
}

}  // namespace inferwire::endpoints
