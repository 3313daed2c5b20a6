// A bound on the calls that are in flight on all loops together, and on each caller's share of it.
// What is over it is refused at once: the service has no queue in which a call could grow old.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <utility>

#include "gateway/caller_counts.h"
#include "policy/policy.h"
#include "telemetry/load_metrics.h"

namespace inferwire::policy {

// What a refused caller is told to wait. Callers spread it themselves: gRPC adds jitter.
inline constexpr std::chrono::milliseconds kOverloadedRetryAfter{1000};

// The gateway has too much to do; a repetition is safe.
Error Overloaded(std::string message);

class Concurrency final : public Policy {
 public:
  // The calls in flight, all and by caller.
  struct Count {
    std::atomic<int64_t> all{0};
    gateway::CallerCounts by_caller;
  };

  // count: a new bound of a running server goes on with the old one's. metrics: null for none.
  explicit Concurrency(int64_t max_in_flight,
                       std::shared_ptr<Count> count = std::make_shared<Count>(),
                       gateway::FairShare share = gateway::FairShare(100),
                       telemetry::LoadMetrics* metrics = nullptr)
      : max_in_flight_(max_in_flight), count_(std::move(count)), share_(share), metrics_(metrics) {}

  Result<void> Admit(Call& call) override;
  void Settle(const Call& call, const Settlement& settlement) override;

  int64_t in_flight() const { return count_->all.load(std::memory_order_relaxed); }

 private:
  Error Refuse(telemetry::Shed bound, std::string message) const;

  const int64_t max_in_flight_;
  const std::shared_ptr<Count> count_;
  const gateway::FairShare share_;
  telemetry::LoadMetrics* const metrics_;
};

}  // namespace inferwire::policy
