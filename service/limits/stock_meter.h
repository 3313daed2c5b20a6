// What is used up: requests, tokens or money of a period, and what is only held: calls at once.
// Nothing is reset by a job: a new period begins with the first question that is asked in it.
// Thread-safe; lines of its own, so that two meters never wait for each other.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>

#include "limits/moment.h"
#include "limits/period.h"
#include "limits/took.h"

namespace inferwire::limits {

// The limit comes with each question, not with the meter: a new configuration goes on with what
// was counted under the old one.
struct StockLimit {
  // Where its periods come from.
  struct Periods {
    TimeZone zone;
    PeriodKind kind;
  };

  int64_t amount = 0;
  std::optional<Periods> periods;  // none: it is held, not used up
};

// What counts a stock: all of it in this process (StockMeter), or a part of what replicas share
// (LeasedStock). Thread-safe.
class StockCounter {
 public:
  virtual ~StockCounter() = default;
  // Sets it aside if it fits beside what is spent and set aside already.
  virtual Took Take(int64_t amount, const StockLimit& limit, Moment now) = 0;
  // Sets it aside whether it fits or not; taken says if it does.
  virtual Took TakeAnyway(int64_t amount, const StockLimit& limit, Moment now) = 0;
  // What was set aside is not any more, and so much was spent: in the period that is `now`.
  virtual void Settle(int64_t taken, int64_t spent, const StockLimit& limit, Moment now) = 0;

  struct Level {
    int64_t spent = 0, reserved = 0;  // by all that share it, as far as is known
    int64_t free = 0;                 // negative: over the limit
    std::optional<Period> period;     // none: there are none
    bool pending = false;             // there is no lease yet, and it is being asked for
    bool local = false;               // others share it, and what they use is not known now
    int64_t in_doubt = 0;             // lent to who is gone; counts as spent until that is known
  };
  virtual Level LevelNow(const StockLimit& limit, Moment now) = 0;
  // Nothing is set aside, and what was spent counts no more: the meter may be forgotten.
  virtual bool Idle(Moment now) const = 0;
  // The limit from now on, by this version of the settings; an older version says nothing. Only
  // for counters that ask others by it.
  virtual void Use(const StockLimit& /*limit*/, uint64_t /*version*/) {}
};

class alignas(64) StockMeter final : public StockCounter {
 public:
  Took Take(int64_t amount, const StockLimit& limit, Moment now) override;
  Took TakeAnyway(int64_t amount, const StockLimit& limit, Moment now) override;
  void Settle(int64_t taken, int64_t spent, const StockLimit& limit, Moment now) override;
  Level LevelNow(const StockLimit& limit, Moment now) override;
  bool Idle(Moment now) const override;

 private:
  // Goes over to the period that is now, if it is another one.
  void Turn(const StockLimit& limit, Moment now);
  int64_t Free(const StockLimit& limit) const;
  bool NearlyUsed(const StockLimit& limit) const;

  mutable std::mutex mutex_;
  int64_t spent_ = 0, reserved_ = 0;
  uint32_t begin_ = 0, end_ = 0;  // of the period, in seconds since 1970
};
static_assert(sizeof(StockMeter) == 128);

}  // namespace inferwire::limits
