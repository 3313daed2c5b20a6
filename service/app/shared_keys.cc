#include "app/shared_keys.h"

#include <utility>

#include "store/fault.h"

namespace inferwire::app {
namespace {

using State = gateway::KeyClaim::State;

// After a failure the store is not asked for so long.
constexpr std::chrono::milliseconds kRest{1000};

store::IdempotentKeys::Key ToStore(const gateway::IdempotencyKey& key) {
  return {key.owner, key.method, key.name};
}

gateway::KeyClaim ClaimOf(const std::optional<store::IdempotentKeys::Row>& row,
                          const std::string& fingerprint) {
  gateway::KeyClaim claim;
  if (!row) return claim;
  claim.use = {row->request_id, row->use.input, row->use.output, row->use.picousd};
  if (row->fingerprint != fingerprint) {
    claim.state = State::kReused;
  } else if (row->ended) {
    claim.state = State::kEnded;
  } else {
    claim.state = row->lost ? State::kUnknown : State::kRunning;
  }
  return claim;
}

}  // namespace

StoreKeys::StoreKeys(const Options& options, Connect connect, const Clock& clock,
                     telemetry::Log& log)
    : options_(options),
      connect_(std::move(connect)),
      clock_(clock),
      log_(log),
      tended_(clock.Now()),
      thread_([this] { Run(); }) {}

StoreKeys::~StoreKeys() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

bool StoreKeys::IsSlow() const {
  const SteadyTime now = clock_.Now();
  return (working_since_ && now - *working_since_ > options_.slow) ||
         (failed_at_ && now - *failed_at_ < kRest);
}

void StoreKeys::Claim(Request request, Mailbox& mailbox, Claimed done) {
  const auto refuse = [&mailbox, done](const Error& error) {
    mailbox.Post([done, error] { done(error); });
  };
  {
    std::lock_guard lock(mutex_);
    if (!IsSlow() && queue_.size() < options_.most_queued) {
      queue_.push_back({[this, request = std::move(request), &mailbox,
                         done](store::IdempotentKeys& store) -> Result<void> {
                          auto row = store.Claim(ToStore(request.key), request.fingerprint,
                                                 request.request_id, request.takes_unknown);
                          // It may be ours without our knowing.
                          if (!row || !*row) held_.insert(request.request_id);
                          if (!row) return row.error();
                          mailbox.Post(
                              [done, claim = ClaimOf(*row, request.fingerprint)] { done(claim); });
                          return {};
                        },
                        refuse});
      changed_.notify_all();
      return;
    }
  }
  refuse(store::StoreError(store::Fault::kConnection, "the store does not answer in time"));
}

void StoreKeys::Free(const gateway::IdempotencyKey& key, const std::string& request_id) {
  Post({[this, key = ToStore(key), request_id](store::IdempotentKeys& store) {
          auto done = store.Free(key, request_id);
          if (done) held_.erase(request_id);
          return done;
        },
        nullptr});
}

void StoreKeys::End(const gateway::IdempotencyKey& key, const gateway::KeyedUse& use) {
  Post({[this, key = ToStore(key), use](store::IdempotentKeys& store) {
          auto done =
              store.End(key, use.request_id, {use.input_tokens, use.output_tokens, use.picousd});
          if (done) held_.erase(use.request_id);
          return done;
        },
        nullptr});
}

// One that does not fit is not written: its lease ends, and the others are told that nobody knows.
void StoreKeys::Post(Job job) {
  {
    std::lock_guard lock(mutex_);
    if (queue_.size() >= options_.most_queued) return;
    queue_.push_back(std::move(job));
  }
  changed_.notify_all();
}

void StoreKeys::Run() {
  std::unique_lock lock(mutex_);
  while (true) {
    const auto wait = failed_at_ ? kRest : options_.renew;
    changed_.wait_for(lock, wait, [this] { return stopping_ || !queue_.empty(); });
    if (stopping_ && (queue_.empty() || failed_at_)) return;
    if (!queue_.empty()) {
      Job job = std::move(queue_.front());
      queue_.pop_front();
      working_since_ = clock_.Now();
      lock.unlock();
      Do(std::move(job));
      lock.lock();
    }
    working_since_.reset();
    if (clock_.Now() - tended_ < options_.renew) continue;
    working_since_ = clock_.Now();
    lock.unlock();
    Tend();
    lock.lock();
    working_since_.reset();
  }
}

void StoreKeys::Do(Job job) {
  Result<void> done;
  if (!store_) {
    auto connected = connect_();
    if (connected) {
      store_ = std::move(*connected);
    } else {
      done = connected.error();
    }
  }
  if (store_) done = job.work(*store_);
  std::unique_lock lock(mutex_);
  if (done) {
    failed_at_.reset();
    told_ = false;
    return;
  }
  failed_at_ = clock_.Now();
  const bool again = !job.failed && !stopping_ && queue_.size() < options_.most_queued;
  const auto failed = job.failed;
  if (again) {
    queue_.push_front(std::move(job));
    changed_.wait_for(lock, kRest, [this] { return stopping_; });
  }
  lock.unlock();
  if (failed) failed(done.error());
  Failed(done.error());
}

void StoreKeys::Tend() {
  tended_ = clock_.Now();
  if (!store_) return;
  auto done = store_->Renew({held_.begin(), held_.end()});
  if (done) done = store_->Sweep();
  if (!done) Failed(done.error());
}

void StoreKeys::Failed(const Error& error) {
  if (std::exchange(told_, true)) return;
  log_.Event(telemetry::LogLevel::kWarning, "idempotency_keys_not_shared",
             {{"error", error.message}});
}

}  // namespace inferwire::app
