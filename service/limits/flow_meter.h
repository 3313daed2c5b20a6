// What flows: requests or tokens per minute. A bucket that fills at the limit's rate and holds its
// burst, kept as one virtual time (the generic cell rate algorithm): the instant at which it is
// full again. Thread-safe; one cache line, so that two meters never wait for each other.
#pragma once

#include <cstdint>
#include <mutex>

#include "base/clock.h"
#include "limits/took.h"

namespace inferwire::limits {

// The limit comes with each question, not with the meter: a new configuration goes on with what
// was counted under the old one.
class FlowLimit {
 public:
  // per_minute: at least 1. burst: what may come at once, as time at full rate; one call may,
  // however small it is.
  explicit FlowLimit(int64_t per_minute, Duration burst = std::chrono::seconds(10));

  int64_t per_minute() const { return per_minute_; }
  // What may come at once.
  int64_t capacity() const { return capacity_; }
  // The time in which the capacity comes.
  Duration size() const { return size_; }
  // How long so much takes at full rate; never less than it does.
  Duration Cost(int64_t amount) const;
  // How much comes in so long, at most.
  int64_t Amount(Duration time) const;

 private:
  int64_t per_minute_;
  int64_t capacity_;
  Duration size_;
};

// What counts a flow: all of it in this process (FlowMeter), or a part of what replicas share
// (LeasedFlow). Thread-safe.
class FlowCounter {
 public:
  virtual ~FlowCounter() = default;
  // What is larger than the bucket is let in when the bucket is full; the
  // meter is in debt then, and nothing follows until that is paid.
  virtual Took Take(int64_t amount, const FlowLimit& limit, SteadyTime now) = 0;
  // Of what was taken, so much was really used. More than was taken is debt.
  virtual void Settle(int64_t taken, int64_t used, const FlowLimit& limit, SteadyTime now) = 0;

  struct Level {
    int64_t free = 0;       // negative: debt
    int64_t in_store = 0;   // besides, for all who share it: what may still be asked for
    Duration wait{};        // until `amount` could be taken, if nobody else came
    Duration full{};        // until all of it is free
    double per_second = 0;  // so fast it comes to this process
    bool pending = false;   // there is no lease yet, and it is being asked for
    bool local = false;     // others share it, and what they use is not known now
  };
  virtual Level LevelFor(int64_t amount, const FlowLimit& limit, SteadyTime now) const = 0;
  // All of it is free, under any limit: the meter may be forgotten.
  virtual bool Idle(SteadyTime now) const = 0;
  // The limit from now on, by this version of the settings; an older version says nothing. Only
  // for counters that ask others by it.
  virtual void Use(const FlowLimit& /*limit*/, uint64_t /*version*/) {}
};

class alignas(64) FlowMeter final : public FlowCounter {
 public:
  Took Take(int64_t amount, const FlowLimit& limit, SteadyTime now) override;
  void Settle(int64_t taken, int64_t used, const FlowLimit& limit, SteadyTime now) override;
  Level LevelFor(int64_t amount, const FlowLimit& limit, SteadyTime now) const override;
  bool Idle(SteadyTime now) const override;

 private:
  Duration Free(const FlowLimit& limit, SteadyTime now) const;

  mutable std::mutex mutex_;
  SteadyTime full_at_{};  // the virtual time
};
static_assert(sizeof(FlowMeter) == 64);

}  // namespace inferwire::limits
