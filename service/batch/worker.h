// The thread that works on batches: it claims jobs, lends them what they need, and cleans up. A
// loop of its own, so that no call ever waits for the store or for a batch.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/timers.h"
#include "batch/job_run.h"
#include "batch/options.h"
#include "batch/removals.h"
#include "batch/worker_context.h"
#include "gateway/operation.h"
#include "http/transfer_thread.h"
#include "store/jobs.h"
#include "telemetry/ledger_metrics.h"
#include "telemetry/log.h"
#include "upstream/router.h"
#include "upstream/runtime.h"

namespace inferwire::batch {

// What a worker is given; outlives it.
struct WorkerShared {
  const Clock& clock;
  telemetry::Metrics& metrics;
  const http::TransferLimits& transfer_limits;
  telemetry::Log& log;
  telemetry::LedgerMetrics* ledger = nullptr;  // null: nothing is booked
};

// What the configuration says, in one version of it.
struct WorkerVersion {
  std::shared_ptr<const upstream::Router> router;
  std::shared_ptr<const upstream::AnswerLimits> answer_limits;
  std::shared_ptr<const Options> options;
  std::shared_ptr<gateway::CallerLimits> caller_limits{};  // null: nobody has any
};

// All of the worker but its thread: driven from outside, so that tests have the time in hand.
class Scheduler {
 public:
  Scheduler(const Options& options, telemetry::Log& log, const upstream::Runtime& runtime,
            store::Jobs& jobs, std::string name, telemetry::LedgerMetrics* ledger = nullptr);

  // Looks for jobs now, and at those in hand.
  void Look();
  // Looks for what is to be deleted now.
  void SweepNow() { sweep_timer_.Set(work_.Now()); }
  // A job that was being collected is given up.
  void Drop(int64_t job);
  // The jobs in hand go to whoever wants them.
  void Release();
  size_t jobs_in_hand() const { return jobs_.size(); }

 private:
  void Claim();
  void AdvanceAll();
  void RenewAll();
  void Sweep();
  // Deletes a piece; true if there is more to do at once.
  bool SweepSome();
  bool DropAll();
  void Measure();

  const Options& options_;
  Semaphore transfers_;
  std::map<std::string, Semaphore> local_;
  uint64_t room_made_ = 0;
  SteadyTime renew_due_{};
  Timer notify_timer_, claim_timer_, renew_timer_, sweep_timer_;
  const WorkerContext work_;
  const std::string name_;
  std::vector<std::unique_ptr<JobRun>> jobs_;
  std::vector<int64_t> drops_;  // that the store has not heard of
  Removals removals_;
};

class Worker {
 public:
  Worker(const WorkerShared& shared, WorkerVersion version, std::unique_ptr<store::Jobs> jobs,
         uint64_t seed);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void Start();
  // Any thread: a job was added or cancelled.
  void Nudge();
  // Any thread: a job was deleted.
  void Sweep();
  // Any thread: a job that was being collected is given up.
  void Drop(int64_t job);
  // Any thread: works by this version from now on. Requests in flight are cut, and the jobs in hand
  // are taken up again from what the store has, as after a restart.
  void Use(WorkerVersion version);
  // Ends the thread; the jobs are left to others.
  void Stop();
  SteadyTime last_tick() const { return thread_.last_tick(); }

 private:
  // The version and what refers to it.
  struct Bench {
    Bench(Worker& worker, WorkerVersion taken);
    const WorkerVersion version;
    const upstream::Runtime runtime;
    Scheduler work;
  };

  const WorkerShared shared_;
  const std::unique_ptr<store::Jobs> jobs_;
  Random random_;
  v1::StreamCompleteResponse chunk_message_;
  http::TransferThread thread_;
  std::unique_ptr<Bench> bench_;  // the thread's while that runs
};

}  // namespace inferwire::batch
