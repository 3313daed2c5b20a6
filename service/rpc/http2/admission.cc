#include "rpc/http2/admission.h"

#include <algorithm>

namespace inferwire::rpc::http2 {
namespace {

using std::chrono::milliseconds;

// It is no more when it has slept and nobody was refused for so long.
constexpr milliseconds kCalmAfter{500};
// What upstreams have sent is read before calls begin: not for so long, there is too much of it.
constexpr milliseconds kMostLag{50};
// So few may wait at any time: a pause of the machine's makes them wait, not the load.
constexpr int64_t kFew = 100;
// What a burst may bring.
constexpr size_t kBurst = 4096;
constexpr milliseconds kInterval{50};
// In an interval: health checks and the like are taken whatever others do.
constexpr uint32_t kLeastShare = 2;

}  // namespace

void Admission::Turn(SteadyTime now, const LoopLoad& load) {
  now_ = now;
  load_ = load;
  if (load.busy(now)) {
    busy_ = true;
  } else if (busy_ && now - refused_at_ >= kCalmAfter) {
    busy_ = false;
  }
  if (now - interval_since_ < kInterval) return;
  fair_share_ = std::max(kLeastShare, taken_ / std::max(connections_, 1u) / 2);
  interval_since_ = now;
  ++interval_;
  taken_ = connections_ = 0;
}

// Connections take turns: who has none or few that wait makes nobody wait long. Not all can have
// less than half of what they have on average, so this is a bound for all of them.
bool Admission::Crowded(const State& state) { return state.waiting >= kBurst && !state.has_few; }

bool Admission::Overloaded(const State& state) const {
  if (state.memory_is_full) return true;
  if (most_wait_ <= Duration::zero()) return false;
  if (load_.lags_since && now_ - *load_.lags_since > kMostLag) return true;
  if (!state.oldest_waits) return false;
  return busy_ && state.ahead >= size_t{kFew} && *state.oldest_waits > most_wait_ && !state.has_few;
}

bool Admission::AsksForLittle(const Share& share) const {
  const uint32_t taken = share.interval_ == interval_ ? share.taken_ : 0;
  return taken < std::max(kLeastShare, fair_share_);
}

void Admission::Count(Share& share) {
  if (share.interval_ != interval_) {
    share = Share();
    share.interval_ = interval_;
    ++connections_;
  }
  ++share.taken_;
  ++taken_;
}

bool Admission::Admits(Share& share, const State& state) {
  const bool bounded = most_wait_ > Duration::zero();
  if ((bounded && Crowded(state)) || (Overloaded(state) && !AsksForLittle(share))) {
    refused_at_ = now_;
    return false;
  }
  Count(share);
  return true;
}

bool Admission::Admits(gateway::Priority priority, size_t ahead) {
  if (priority == gateway::Priority::kInteractive) return true;
  if (!busy_ || most_wait_ <= Duration::zero()) return true;
  if (ahead < static_cast<size_t>(gateway::PartOf(kFew, priority))) return true;
  refused_at_ = now_;
  return false;
}

}  // namespace inferwire::rpc::http2
