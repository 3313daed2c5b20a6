// A bound on the calls that are in flight on all loops together. What is over it is refused at
// once: the service has no queue in which a call could grow old.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <utility>

#include "policy/policy.h"

namespace llmgate::policy {

// What a refused caller is told to wait. Callers spread it themselves: gRPC adds jitter.
inline constexpr std::chrono::milliseconds kOverloadedRetryAfter{1000};

class Concurrency final : public Policy {
 public:
  using Count = std::atomic<int64_t>;

  // count: of the calls in flight. A new bound of a running server goes on with the old one's.
  explicit Concurrency(int64_t max_in_flight,
                       std::shared_ptr<Count> count = std::make_shared<Count>(0))
      : max_in_flight_(max_in_flight), in_flight_(std::move(count)) {}

  Result<void> Admit(Call& call) override;
  void Settle(const Call& call, const Outcome& outcome) override;

  int64_t in_flight() const { return in_flight_->load(std::memory_order_relaxed); }

 private:
  const int64_t max_in_flight_;
  const std::shared_ptr<Count> in_flight_;
};

}  // namespace llmgate::policy
