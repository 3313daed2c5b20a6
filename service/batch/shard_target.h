// Where a shard goes: the key that its files and its batch will belong to, and the next target of
// its route where one does not take it. Decides; ShardRun does it. On the worker's thread.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/error.h"
#include "base/result.h"
#include "batch/worker_context.h"
#include "store/job.h"
#include "upstream/targets.h"

namespace inferwire::batch {

// What is known of a request that failed, besides the error.
struct Reached {
  int http_status = 0;  // 0: no answer came
  bool sent = false;    // a byte may have left
};

class ShardTarget {
 public:
  ShardTarget(const WorkerContext& work, const store::Shard& shard) : work_(work), shard_(shard) {}

  // Its target takes nothing now: drained, out after failures, or without a key.
  bool IsUnusable() const;
  // The next target of its route that can do all that this one can, and has room for the shard as
  // it was cut. Unset: there is none; from then on all may be tried again.
  std::optional<upstream::Destination> Next();

  // The name of the key with the fewest tokens in the model's queue, among those that take calls;
  // empty: the upstream's first. Fails as the store does.
  Result<std::string> RoomiestKey() const;
  // Whether the key that it was given is still configured.
  bool HasKey() const;

  enum class Where { kHere, kOtherKey, kNextTarget };
  // Where it may go after a failure that made nothing, as routing/failure.h judges it. surely: only
  // if the upstream certainly did nothing.
  Where After(const Error& error, const Reached& reached, bool surely) const;

 private:
  const upstream::Upstream* upstream() const { return work_.runtime.router.Find(shard_.upstream); }
  const upstream::Route* route() const;
  bool HasRoom(const upstream::Destination& destination) const;
  std::unique_ptr<upstream::Targets> NewTargets(const upstream::Route& route) const;

  const WorkerContext& work_;
  const store::Shard& shard_;
  std::unique_ptr<upstream::Targets> targets_;  // with those that were tried
};

}  // namespace inferwire::batch
