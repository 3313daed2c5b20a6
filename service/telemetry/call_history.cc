#include "telemetry/call_history.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace inferwire::telemetry {
namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;

}  // namespace

// The bits of the time in microseconds: how many there are, and the two behind the first.
size_t CallHistory::IndexOf(Duration time) {
  const auto whole = std::chrono::duration_cast<std::chrono::microseconds>(time).count();
  const auto us = static_cast<uint64_t>(std::max<int64_t>(whole, 1)) << 2;
  const auto bits = static_cast<size_t>(std::bit_width(us)) - 3;
  return std::min(4 * bits + ((us >> bits) & 3), kTimes - 1);
}

// The middle of the bucket in which it lies.
std::optional<Duration> CallHistory::Quantile(const Step& step, double q) {
  uint64_t total = 0;
  for (const auto& count : step.times) total += count.load(kRelaxed);
  if (total == 0) return std::nullopt;
  const auto rank = static_cast<uint64_t>(std::ceil(q * static_cast<double>(total)));
  uint64_t seen = 0;
  size_t index = 0;
  while (index + 1 < kTimes) {
    seen += step.times[index].load(kRelaxed);
    if (seen >= rank) break;
    ++index;
  }
  const double us =
      std::ldexp(1.0 + (static_cast<double>(index % 4) + 0.5) / 4, static_cast<int>(index / 4));
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double, std::micro>(us));
}

int64_t CallHistory::NumberAt(SteadyTime time) const {
  return std::max<int64_t>((time - began_) / kHistoryStep, 0);
}

void CallHistory::Begin(Step& step, int64_t number) {
  const std::lock_guard lock(beginning_);
  if (step.number.load(kRelaxed) >= number) return;
  step.calls.store(0, kRelaxed);
  step.failed.store(0, kRelaxed);
  step.output_tokens.store(0, kRelaxed);
  step.cost_picousd.store(0, kRelaxed);
  for (auto& count : step.times) count.store(0, kRelaxed);
  step.number.store(number, std::memory_order_release);
}

void CallHistory::Add(const CallRecord& record, SteadyTime ended) {
  const int64_t number = NumberAt(ended);
  Step& step = steps_[static_cast<size_t>(number) % steps_.size()];
  const int64_t is_of = step.number.load(std::memory_order_acquire);
  if (is_of > number) return;  // it came more than ten minutes late
  if (is_of < number) Begin(step, number);
  step.calls.fetch_add(1, kRelaxed);
  if (record.origin == Origin::kGateway || record.origin == Origin::kUpstream) {
    step.failed.fetch_add(1, kRelaxed);
  }
  if (record.output_tokens) step.output_tokens.fetch_add(*record.output_tokens, kRelaxed);
  if (record.cost_picousd) step.cost_picousd.fetch_add(*record.cost_picousd, kRelaxed);
  // Who waits for news takes its time.
  if (record.attempts > 0 && record.overhead) {
    step.times[IndexOf(record.duration)].fetch_add(1, kRelaxed);
  }
}

std::vector<HistoryPoint> CallHistory::Read(SteadyTime now) const {
  const int64_t current = NumberAt(now);
  const auto steps = static_cast<int64_t>(kHistorySteps);
  std::vector<HistoryPoint> points;
  for (int64_t number = std::max<int64_t>(current - steps, 0); number < current; ++number) {
    HistoryPoint& point = points.emplace_back();
    const Step& step = steps_[static_cast<size_t>(number) % steps_.size()];
    if (step.number.load(std::memory_order_acquire) != number) continue;  // nothing ended then
    point.calls = step.calls.load(kRelaxed);
    point.failed = step.failed.load(kRelaxed);
    point.output_tokens = step.output_tokens.load(kRelaxed);
    point.cost_picousd = step.cost_picousd.load(kRelaxed);
    point.median = Quantile(step, 0.5);
    point.p95 = Quantile(step, 0.95);
  }
  return points;
}

}  // namespace inferwire::telemetry
