#include "batch/shard_target.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "routing/failure.h"

namespace inferwire::batch {
namespace {

// An unknown window may be any.
int64_t WindowOf(const catalogue::Model* model) {
  return model ? model->context_window.value_or(std::numeric_limits<int64_t>::max())
               : std::numeric_limits<int64_t>::max();
}

}  // namespace

const upstream::Route* ShardTarget::route() const {
  return shard_.route.empty() ? nullptr : work_.runtime.router.RouteOf(shard_.route);
}

bool ShardTarget::IsUnusable() const {
  const upstream::Upstream* const at = upstream();
  if (!at) return true;
  const SteadyTime now = work_.Now();
  if (!routing::TakesCalls(at->endpoint().At(now))) return true;
  if (const upstream::Route* const by = route()) {
    const auto is_out = [&](const upstream::Target& target) {
      return target.upstream == at && target.model == shard_.model &&
             !routing::TakesCalls(upstream::ConditionOf(target, now));
    };
    if (std::any_of(by->targets.begin(), by->targets.end(), is_out)) return true;
  }
  return !at->keys().empty() && !at->keys().Usable(shard_.model, now);
}

std::optional<upstream::Destination> ShardTarget::Next() {
  const upstream::Route* const by = route();
  if (!by) return std::nullopt;
  if (!targets_) targets_ = NewTargets(*by);
  if (!targets_) return std::nullopt;
  const auto picked = targets_->Next(work_.Now(), work_.runtime.random);
  if (picked) return targets_->destination(picked->index);
  targets_.reset();
  return std::nullopt;
}

// What its items need was not kept: whatever the model can do that they were accepted for.
std::unique_ptr<upstream::Targets> ShardTarget::NewTargets(const upstream::Route& route) const {
  auto destinations = upstream::DestinationsOf(work_.runtime.router, route, shard_.route);
  if (!destinations) return nullptr;
  const auto is_here = [this](const upstream::Destination& destination) {
    return destination.upstream->name() == shard_.upstream && destination.model == shard_.model;
  };
  const auto here = std::find_if(destinations->begin(), destinations->end(), is_here);
  const catalogue::Model* const model =
      here == destinations->end() ? nullptr : here->model_info.get();
  routing::Traits traits;
  traits.needs = model ? ~model->lacks : ~catalogue::Abilities{0};
  // Of a model whose window is not known, nobody can say that another's is smaller.
  const int64_t window = model && model->context_window ? *model->context_window : 0;
  auto targets =
      std::make_unique<upstream::Targets>(route, *destinations, upstream::Preferences(), traits);
  for (size_t i = 0; i < destinations->size(); ++i) {
    const upstream::Destination& destination = (*destinations)[i];
    if (is_here(destination)) targets->SetTried(i);
    if (!HasRoom(destination) || WindowOf(destination.model_info.get()) < window) {
      targets->SetTooSmall(i);
    }
  }
  return targets;
}

bool ShardTarget::HasRoom(const upstream::Destination& destination) const {
  const UpstreamFacts facts = work_.options.FactsOf(destination.upstream->name());
  if (!facts.native) return true;
  if (shard_.local) return false;  // it was not cut for any limit
  const int64_t queue = facts.QueueTokens(destination.model);
  return shard_.counts.total <= facts.max_items && shard_.bytes <= facts.max_bytes &&
         (queue == 0 || shard_.tokens <= queue || shard_.counts.total == 1);
}

Result<std::string> ShardTarget::RoomiestKey() const {
  const upstream::KeyPool& keys = upstream()->keys();
  if (keys.keys().size() < 2) return keys.empty() ? std::string() : keys.first()->name;
  auto queued = work_.jobs.TokensByKey(shard_.upstream, shard_.model);
  if (!queued) return queued.error();
  // What was queued before keys were noted is the first one's.
  if (const auto old = queued->find(""); old != queued->end()) {
    (*queued)[keys.first()->name] += old->second;
  }
  const SteadyTime now = work_.Now();
  const upstream::PoolKey* best = nullptr;
  double least = 0;
  for (const upstream::PoolKey& key : keys.keys()) {
    if (!key.state->Available(shard_.model, now)) continue;
    const auto found = queued->find(key.name);
    const double tokens = found == queued->end() ? 0 : static_cast<double>(found->second);
    const double share = tokens / std::max(1, key.state->weight());
    if (best && share >= least) continue;
    best = &key;
    least = share;
  }
  return best ? best->name : keys.first()->name;
}

bool ShardTarget::HasKey() const {
  return shard_.key.empty() || upstream()->keys().Find(shard_.key);
}

ShardTarget::Where ShardTarget::After(const Error& error, const Reached& reached,
                                      bool surely) const {
  const upstream::Route* const by = route();
  // The gateway itself had no place for it there.
  const bool ours = reached.http_status == 0 && (error.reason == v1::ERROR_REASON_CIRCUIT_OPEN ||
                                                 error.reason == v1::ERROR_REASON_RATE_LIMITED);
  if (ours) return by ? Where::kNextTarget : Where::kHere;
  routing::FailedAttempt failed;
  failed.reason = error.reason;
  failed.http_status = reached.http_status;
  failed.refused = error.safe_to_retry;
  failed.reported = error.reported;
  failed.forbidden = error.forbids_retry;
  failed.sent = reached.sent || reached.http_status != 0;
  failed.retry_after = error.retry_after;
  const routing::Ruling ruling = routing::Judge(failed);
  const auto resend = by && !surely ? by->resend : routing::Resend::kRefused;
  if (!routing::Covers(resend, ruling.proof, /*unbilled=*/false)) return Where::kHere;
  const upstream::KeyPool& keys = upstream()->keys();
  const upstream::PoolKey* const key = keys.Find(shard_.key);
  const SteadyTime now = work_.Now();
  if (ruling.other_key && key && key->state && !key->state->Available(shard_.model, now) &&
      keys.Available(shard_.model, 0, now)) {
    return Where::kOtherKey;
  }
  const bool helps = ruling.next_target && !ruling.only_if_listed && !ruling.needs_larger_window;
  return by && helps ? Where::kNextTarget : Where::kHere;
}

}  // namespace inferwire::batch
