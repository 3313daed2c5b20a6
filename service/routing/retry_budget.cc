#include "routing/retry_budget.h"

#include <algorithm>
#include <cmath>

namespace inferwire::routing {
namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;
constexpr int64_t kToken = 1000;
constexpr int kRestBits = 24;  // of thousandths; the other 40 are milliseconds, which last 34 years
constexpr uint64_t kRestMask = (uint64_t{1} << kRestBits) - 1;
constexpr int64_t kWindowMs = 100;
// However little there is to do: a call or two may be repeated twice.
constexpr int64_t kLeastBucket = 10 * kToken;

int64_t Milliseconds(SteadyTime now) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
}

}  // namespace

struct RetryBudget::Balance {
  int64_t rest, ms;
  uint64_t Word() const {
    return static_cast<uint64_t>(ms) << kRestBits | static_cast<uint64_t>(rest);
  }
};

RetryBudget::RetryBudget(RetryBudgetOptions options)
    : ratio_(options.ratio), least_(options.least) {}

void RetryBudget::Configure(RetryBudgetOptions options) {
  ratio_.store(options.ratio, kRelaxed);
  least_.store(options.least, kRelaxed);
}

int64_t RetryBudget::Most(int64_t ms) const {
  const int64_t age = std::max<int64_t>(0, ms - window_.load(kRelaxed) * kWindowMs);
  const double fade = std::exp(-static_cast<double>(age) / 1000);
  const double fresh = age < kWindowMs ? 1 : fade;
  const double per_second = before_.load(kRelaxed) * fade + in_window_.load(kRelaxed) * fresh;
  const double most = least_.load(kRelaxed) * 1000.0 + ratio_.load(kRelaxed) * 10.0 * per_second;
  return std::clamp(static_cast<int64_t>(most), kLeastBucket, static_cast<int64_t>(kRestMask));
}

RetryBudget::Balance RetryBudget::Now(uint64_t word, int64_t ms) const {
  const auto then = static_cast<int64_t>(word >> kRestBits);
  const auto rest = static_cast<int64_t>(word & kRestMask);
  // Another thread may have come with a later time.
  const int64_t passed = std::clamp<int64_t>(ms - then, 0, 60'000);
  return {std::min(rest + passed * least_.load(kRelaxed), Most(ms)), std::max(ms, then)};
}

void RetryBudget::Deposit(SteadyTime now) {
  const int64_t ms = Milliseconds(now);
  const int64_t window = ms / kWindowMs;
  int64_t running = window_.load(kRelaxed);
  if (running < window && window_.compare_exchange_strong(running, window, kRelaxed)) {
    const auto passed = static_cast<float>(window - running) * (kWindowMs / 1000.0F);
    const auto counted = static_cast<float>(in_window_.exchange(0, kRelaxed));
    before_.store((before_.load(kRelaxed) + counted) * std::exp(-passed), kRelaxed);
  }
  in_window_.fetch_add(1, kRelaxed);

  uint64_t word = balance_.load(kRelaxed);
  Balance balance{};
  do {
    balance = Now(word, ms);
    balance.rest = std::min(balance.rest + int64_t{10} * ratio_.load(kRelaxed), Most(ms));
  } while (!balance_.compare_exchange_weak(word, balance.Word(), kRelaxed));
}

bool RetryBudget::Take(SteadyTime now) {
  const int64_t ms = Milliseconds(now);
  uint64_t word = balance_.load(kRelaxed);
  Balance balance{};
  do {
    balance = Now(word, ms);
    if (balance.rest < kToken) return false;
    balance.rest -= kToken;
  } while (!balance_.compare_exchange_weak(word, balance.Word(), kRelaxed));
  return true;
}

double RetryBudget::tokens(SteadyTime now) const {
  return static_cast<double>(Now(balance_.load(kRelaxed), Milliseconds(now)).rest) / kToken;
}

}  // namespace inferwire::routing
