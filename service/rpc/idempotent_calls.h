// The idempotency keys in use at this replica: the calls that run, and for a while the answers of
// those that have ended. Bounded in time and memory: the oldest answers go first, and that a key
// was used is known longer than what was answered. Only calls with a key come here.
#pragma once

#include <atomic>
#include <cstddef>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/clock.h"
#include "base/error.h"
#include "gateway/shared_keys.h"
#include "rpc/idempotent_answer.h"
#include "telemetry/idempotent_metrics.h"

namespace inferwire::rpc {

// Thread-safe.
class IdempotentCalls {
 public:
  struct Limits {
    Duration keep = std::chrono::minutes(5);
    size_t memory_bytes = 64u << 20;  // a quarter of it for what is known of keys
    size_t answer_bytes = 1u << 20;
    size_t waiting = 10'000;  // calls that wait for another one's answer
  };

  // shared: null if keys hold within this replica only.
  IdempotentCalls(const Limits& limits, const Clock& clock, telemetry::IdempotentMetrics& metrics,
                  gateway::SharedKeys* shared = nullptr)
      : limits_(limits), clock_(clock), metrics_(metrics), shared_(shared) {}

  struct Found {
    std::shared_ptr<IdempotentAnswer> answer;
    bool first = false;  // the key is this call's: it has to be Ended
  };
  // Refuses another request's key, and one whose answer is gone.
  Result<Found> Find(const gateway::IdempotencyKey& key, const std::string& fingerprint,
                     const std::string& request_id, const PumpLimits& ahead);

  enum class Outcome { kKept, kFree };
  void Ended(const gateway::IdempotencyKey& key, const gateway::KeyedUse& use, Outcome outcome,
             bool whole);
  // Lets go what has been kept for long enough. Costs nothing while there is nothing of that.
  void Sweep();

  // A place among those who wait; false: there is none.
  bool TakePlace();
  void LeavePlace();

  telemetry::IdempotentMetrics& metrics() const { return metrics_; }
  gateway::SharedKeys* shared() const { return shared_; }

 private:
  struct Entry {
    std::string fingerprint;
    std::shared_ptr<IdempotentAnswer> answer;  // null: it is not kept
    size_t answer_bytes = 0;
    bool ended = false;
    gateway::KeyedUse use{};
  };
  using Entries = std::map<std::string, Entry>;
  struct End {
    Entries::iterator entry;
    SteadyTime at;
  };

  void SweepLocked(SteadyTime now);
  void StayWithinMemory();
  void Tell();
  void ForgetAnswer(Entry& entry);
  void RemoveOldest();

  const Limits limits_;
  const Clock& clock_;
  telemetry::IdempotentMetrics& metrics_;
  gateway::SharedKeys* const shared_;
  std::atomic<size_t> waiting_ = 0;
  std::atomic<int64_t> next_sweep_ = INT64_MAX;  // of the steady clock
  std::mutex mutex_;
  Entries entries_;
  std::list<End> ends_;                             // of what has ended, the oldest first
  std::list<End>::iterator answers_ = ends_.end();  // from here on some have answers
  size_t key_bytes_ = 0, answer_bytes_ = 0;         // of what has ended
};

// --- What callers are told -----------------------------------------------------------------------

// ALREADY_EXISTS: the key stands for another request.
Error KeyReused(const std::string& first_request_id);
// ALREADY_EXISTS: that call has ended, and its answer is not here.
Error ResultGone(const gateway::KeyedUse& use);
// ABORTED: more was said than can be repeated.
Error TooLongToAttach(const std::string& first_request_id);
// ABORTED: whoever ran it is gone.
Error OutcomeUnknown(const gateway::KeyedUse& use);

}  // namespace inferwire::rpc
