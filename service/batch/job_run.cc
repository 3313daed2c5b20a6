#include "batch/job_run.h"

#include <algorithm>
#include <utility>

#include "store/fault.h"

namespace inferwire::batch {

using store::JobState;
using store::ShardState;

JobState StateOf(const store::Job& job) {
  bool all_ended = true, all_back = true, begun = false;
  bool done = false, expired = false, cancelled = false;
  for (const store::Shard& shard : job.shards) {
    all_ended = all_ended && Ended(shard.state);
    all_back = all_back && (Ended(shard.state) || shard.state == ShardState::kFinalizing);
    begun = begun || shard.state >= ShardState::kSubmitted;
    done = done || shard.state == ShardState::kDone;
    expired = expired || shard.state == ShardState::kExpired;
    cancelled = cancelled || shard.state == ShardState::kCancelled;
  }
  if (!all_ended) {
    if (job.cancelled != WallTime()) return JobState::kCancelling;
    return all_back ? JobState::kFinalizing : begun ? JobState::kInProgress : JobState::kQueued;
  }
  if (cancelled) return JobState::kCancelled;
  if (done) return JobState::kCompleted;
  return expired ? JobState::kExpired : JobState::kFailed;
}

JobRun::JobRun(const WorkerContext& work, const store::Lease& lease, store::Job job,
               SteadyTime lease_until)
    : work_(work), lease_(lease), job_(std::move(job)), lease_until_(lease_until) {
  StartShards();
}

// The shards are pointed to: from here on their number stands.
void JobRun::StartShards() {
  ShardRun::Owner& owner = *this;
  for (store::Shard& shard : job_.shards) {
    shards_.push_back(std::make_unique<ShardRun>(work_, owner, shard));
  }
}

void JobRun::Advance() {
  if (job_.shards.empty() && !import_) {
    import_ = std::make_unique<Import>(work_, lease_, job_,
                                       [this](const Error& error) { GiveUp(error); });
  }
  if (import_) {
    import_->Advance();
    if (!import_->complete() || end_ != End::kNone) return;
    job_.shards = import_->TakeShards();
    job_.items = import_->items();
    import_.reset();
    StartShards();
  }
  for (const auto& shard : shards_) {
    if (end_ != End::kNone) return;
    shard->Advance();
  }
  if (end_ == End::kNone && Ended(StateOf(job_)) && !Ended(job_.state)) FinishJob();
}

// All had ended when the job was taken up.
void JobRun::FinishJob() { Save(job_.shards.front()); }

bool JobRun::Save(const store::Shard& shard) {
  if (end_ != End::kNone) return false;
  job_.state = StateOf(job_);
  if (job_.started == WallTime() && shard.submitted != WallTime()) job_.started = shard.submitted;
  if (Ended(job_.state)) job_.ended = work_.WallNow();
  if (auto saved = work_.jobs.Save(lease_, job_, {&shard}); !saved) {
    GiveUp(saved.error());
    return false;
  }
  if (!Ended(job_.state)) return true;
  end_ = End::kDone;
  work_.log.Event(telemetry::LogLevel::kInfo, "batch_ended",
                  {{"batch", job_.id},
                   {"state", std::string(store::Name(job_.state))},
                   {"items", job_.items},
                   {"shards", static_cast<int64_t>(job_.shards.size())}});
  work_.notify();
  return false;
}

void JobRun::GiveUp(const Error& error) {
  if (end_ != End::kNone) return;
  end_ = store::IsFault(error, store::Fault::kLost) ? End::kLost : End::kGivenUp;
  work_.log.Event(telemetry::LogLevel::kError, "batch_store_failed",
                  {{"batch", job_.id}, {"error", error.message}});
  work_.metrics.StoreFailed();
  work_.notify();
}

void JobRun::Renew() {
  if (end_ != End::kNone) return;
  auto cancelled = work_.jobs.Renew(lease_, work_.WallNow() + work_.options.lease);
  if (cancelled) {
    lease_until_ = work_.Now() + work_.options.lease;
    if (job_.cancelled == WallTime() && *cancelled != WallTime()) {
      job_.cancelled = *cancelled;
      work_.notify();
    }
    return;
  }
  // The store may come back in time.
  if (store::IsFault(cancelled.error(), store::Fault::kLost) || work_.Now() >= lease_until_) {
    GiveUp(cancelled.error());
  }
}

}  // namespace inferwire::batch
