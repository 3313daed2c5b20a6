// How many repetitions at the same target an upstream may get: a part of its requests, and one each
// second; or how many second attempts a route's late calls may, a part of its calls. Without it, an
// upstream that fails gets three times the load when it can take none. Thread-safe; the tokens are
// one atomic.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/clock.h"

namespace inferwire::routing {

struct RetryBudgetOptions {
  int ratio = 12;  // % of the first attempts
  int least = 1;   // per second, whatever the load
  bool operator==(const RetryBudgetOptions&) const = default;
};

class RetryBudget {
 public:
  explicit RetryBudget(RetryBudgetOptions options = {});
  void Configure(RetryBudgetOptions options);

  // A first attempt was made.
  void Deposit(SteadyTime now);
  // A repetition is asked for: false if there is nothing left.
  bool Take(SteadyTime now);
  double tokens(SteadyTime now) const;

 private:
  // The rest and the time when it was that, in one word.
  struct Balance;
  Balance Now(uint64_t word, int64_t ms) const;
  // What comes in a second, in thousandths of a token.
  int64_t Most(int64_t ms) const;

  std::atomic<int> ratio_, least_;
  std::atomic<uint64_t> balance_{0};
  // First attempts of late, which bound the balance and need not be exact: those of the running
  // tenth of a second, and before it a sum that fades within a second.
  std::atomic<int64_t> window_{0};  // its number
  std::atomic<int> in_window_{0};
  std::atomic<float> before_{0};
};

}  // namespace inferwire::routing
