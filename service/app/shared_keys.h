// The idempotency keys of all replicas, kept in the store: see store/idempotent_keys.h. One thread
// waits for the database so that the loops do not have to. While it is not reached, or too slow,
// the answer is an error, at once: the keys then hold within this replica.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>

#include "base/clock.h"
#include "gateway/shared_keys.h"
#include "store/idempotent_keys.h"
#include "telemetry/log.h"

namespace inferwire::app {

class StoreKeys final : public gateway::SharedKeys {
 public:
  using Connect = std::function<Result<std::unique_ptr<store::IdempotentKeys>>()>;
  struct Options {
    std::chrono::milliseconds renew = std::chrono::seconds(10);  // of leases
    std::chrono::milliseconds slow = std::chrono::seconds(1);    // a statement that takes longer
    size_t most_queued = 10'000;
  };

  StoreKeys(const Options& options, Connect connect, const Clock& clock, telemetry::Log& log);
  // What has ended is still written, if the store answers.
  ~StoreKeys() override;

  void Claim(Request request, Mailbox& mailbox, Claimed done) override;
  void Free(const gateway::IdempotencyKey& key, const std::string& request_id) override;
  void End(const gateway::IdempotencyKey& key, const gateway::KeyedUse& use) override;

 private:
  using Work = std::function<Result<void>(store::IdempotentKeys&)>;
  struct Job {
    Work work;
    std::function<void(const Error&)> failed;  // null: it is tried again
  };

  void Post(Job job);
  void Run();
  void Do(Job job);
  void Tend();
  void Failed(const Error& error);
  bool IsSlow() const;  // under the lock

  const Options options_;
  const Connect connect_;
  const Clock& clock_;
  telemetry::Log& log_;

  // The thread's own.
  std::unique_ptr<store::IdempotentKeys> store_;
  std::set<std::string> held_;  // requests whose leases are renewed
  SteadyTime tended_;
  bool told_ = false;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> queue_;
  std::optional<SteadyTime> working_since_;
  std::optional<SteadyTime> failed_at_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace inferwire::app
