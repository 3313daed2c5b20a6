#include "batch/worker.h"

#include <algorithm>
#include <utility>

namespace inferwire::batch {
namespace {

constexpr int kRowsPerSweep = 1000;
constexpr size_t kMostDrops = 10'000;  // what is beyond is swept as abandoned

}  // namespace

Scheduler::Scheduler(const Options& options, telemetry::Log& log, const upstream::Runtime& runtime,
                     store::Jobs& jobs, std::string name, telemetry::LedgerMetrics* ledger)
    : options_(options),
      transfers_(options.transfers_at_once),
      notify_timer_(runtime.timers, [this] { AdvanceAll(); }),
      claim_timer_(runtime.timers, [this] { Claim(); }),
      renew_timer_(runtime.timers, [this] { RenewAll(); }),
      sweep_timer_(runtime.timers, [this] { Sweep(); }),
      work_{runtime, jobs,       options, log,        runtime.metrics.batches,
            ledger,  transfers_, local_,  room_made_, [this] { notify_timer_.Set(work_.Now()); }},
      name_(std::move(name)),
      removals_(work_) {
  for (const auto& [upstream, facts] : options_.upstreams) work_.metrics.MakeUpstream(upstream);
  const SteadyTime now = work_.Now();
  claim_timer_.Set(now);
  renew_due_ = now + options_.lease / 3;
  renew_timer_.Set(renew_due_);
  sweep_timer_.Set(now);
}

void Scheduler::Look() {
  RenewAll();
  Claim();
}

void Scheduler::Claim() {
  claim_timer_.Set(work_.Now() + options_.claim_interval);
  // After a long sleep our own leases would look like those of somebody who is gone.
  if (!jobs_.empty() && work_.Now() >= renew_due_) RenewAll();
  while (jobs_.size() < options_.jobs_at_once) {
    const WallTime now = work_.WallNow();
    auto lease = work_.jobs.Claim(name_, now, now + options_.lease);
    if (!lease) {
      work_.metrics.StoreFailed();
      work_.log.Event(telemetry::LogLevel::kWarning, "store_failed",
                      {{"error", lease.error().message}});
      return;
    }
    work_.metrics.StoreUp(true);
    if (!*lease) break;
    auto job = work_.jobs.Load(**lease);
    // It will be claimed again when the lease has run out.
    if (!job) return;
    jobs_.push_back(
        std::make_unique<JobRun>(work_, **lease, std::move(*job), work_.Now() + options_.lease));
    notify_timer_.Set(work_.Now());
  }
}

void Scheduler::AdvanceAll() {
  for (const auto& job : jobs_) job->Advance();
  std::erase_if(jobs_, [this](const std::unique_ptr<JobRun>& job) {
    if (job->end() == JobRun::End::kNone) return false;
    // After a failure of the store too: whoever takes it goes on from what the store has. If this
    // fails as well, the lease runs out.
    if (job->end() != JobRun::End::kLost) (void)work_.jobs.Release(job->lease());
    return true;
  });
}

void Scheduler::RenewAll() {
  renew_due_ = work_.Now() + options_.lease / 3;
  renew_timer_.Set(renew_due_);
  for (const auto& job : jobs_) job->Renew();
  notify_timer_.Set(work_.Now());
}

void Scheduler::Drop(int64_t job) {
  if (drops_.size() < kMostDrops) drops_.push_back(job);
  sweep_timer_.Set(work_.Now());
}

void Scheduler::Sweep() {
  const bool more = SweepSome();
  sweep_timer_.Set(work_.Now() + (more ? Duration::zero() : Duration(options_.sweep_interval)));
  if (more) return;
  removals_.Look();
  Measure();
}

bool Scheduler::SweepSome() {
  if (!DropAll()) return false;
  const WallTime now = work_.WallNow();
  auto deleted =
      work_.jobs.Sweep(now - options_.retention, now - options_.abandoned, now, kRowsPerSweep);
  if (!deleted) {
    work_.metrics.StoreFailed();
    return false;
  }
  if (*deleted > 0) {
    work_.metrics.Swept(*deleted);
    return true;
  }
  auto given = work_.jobs.GiveBack();
  if (!given) work_.metrics.StoreFailed();
  return given && *given;
}

bool Scheduler::DropAll() {
  while (!drops_.empty()) {
    if (auto dropped = work_.jobs.Drop(drops_.back()); !dropped) {
      work_.metrics.StoreFailed();
      return false;
    }
    drops_.pop_back();
  }
  return true;
}

void Scheduler::Measure() {
  if (auto counts = work_.jobs.CountByState()) {
    std::map<std::string_view, int64_t> by_name;
    for (const auto& [state, count] : *counts) by_name[store::Name(state)] = count;
    work_.metrics.Jobs(by_name);
  }
  if (auto tokens = work_.jobs.TokensByModel()) {
    work_.metrics.EnqueuedTokens({tokens->begin(), tokens->end()});
  }
  if (auto space = work_.jobs.Used()) {
    work_.metrics.StoreSpace(space->bytes, options_.store_bytes, space->free);
  }
}

void Scheduler::Release() {
  for (const auto& job : jobs_) (void)work_.jobs.Release(job->lease());
  jobs_.clear();
}

Worker::Bench::Bench(Worker& worker, WorkerVersion taken)
    : version(std::move(taken)),
      runtime{worker.thread_.transfers(),
              worker.thread_.timers(),
              worker.random_,
              upstream::RuntimeMetrics(worker.shared_.metrics),
              *version.router,
              *version.answer_limits,
              worker.chunk_message_,
              worker.thread_.mailbox(),
              /*tracer=*/nullptr,
              /*ownership=*/nullptr,
              /*shadows=*/nullptr,
              /*hedging=*/nullptr,
              version.caller_limits.get()},
      work(*version.options, worker.shared_.log, runtime, *worker.jobs_, worker.random_.Id(),
           worker.shared_.ledger) {}

Worker::Worker(const WorkerShared& shared, WorkerVersion version, std::unique_ptr<store::Jobs> jobs,
               uint64_t seed)
    : shared_(shared),
      jobs_(std::move(jobs)),
      random_(seed),
      thread_(shared.clock, shared.transfer_limits),
      bench_(std::make_unique<Bench>(*this, std::move(version))) {}

Worker::~Worker() { Stop(); }

void Worker::Start() { thread_.Start(); }

void Worker::Nudge() {
  thread_.mailbox().Post([this] { bench_->work.Look(); });
}

void Worker::Drop(int64_t job) {
  thread_.mailbox().Post([this, job] { bench_->work.Drop(job); });
}

void Worker::Sweep() {
  thread_.mailbox().Post([this] { bench_->work.SweepNow(); });
}

void Worker::Use(WorkerVersion version) {
  thread_.mailbox().Post([this, version = std::move(version)] {
    bench_->work.Release();
    bench_ = std::make_unique<Bench>(*this, version);
  });
}

void Worker::Stop() {
  if (thread_.Stop()) bench_->work.Release();
}

}  // namespace inferwire::batch
