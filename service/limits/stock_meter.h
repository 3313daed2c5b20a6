// What is used up: requests, tokens or money of a period, and what is only held: calls at once.
// Nothing is reset by a job: a new period begins with the first question that is asked in it.
// Thread-safe; one cache line, so that two meters never wait for each other.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>

#include "limits/moment.h"
#include "limits/period.h"

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

class alignas(64) StockMeter {
 public:
  // Sets it aside; true if it fits beside what is spent and set aside already.
  bool Take(int64_t amount, const StockLimit& limit, Moment now);
  // Sets it aside whether it fits or not; true if it does.
  bool TakeAnyway(int64_t amount, const StockLimit& limit, Moment now);
  // What was set aside is not any more, and so much was spent: in the period that is `now`.
  void Settle(int64_t taken, int64_t spent, const StockLimit& limit, Moment now);

  struct Level {
    int64_t spent = 0, reserved = 0;
    int64_t free = 0;              // negative: over the limit
    std::optional<Period> period;  // none: there are none
  };
  Level LevelNow(const StockLimit& limit, Moment now);
  // Nothing is set aside, and what was spent counts no more: the meter may be forgotten.
  bool Idle(Moment now) const;

 private:
  // Goes over to the period that is now, if it is another one.
  void Turn(const StockLimit& limit, Moment now);
  int64_t Free(const StockLimit& limit) const;

  mutable std::mutex mutex_;
  int64_t spent_ = 0, reserved_ = 0;
  uint32_t begin_ = 0, end_ = 0;  // of the period, in seconds since 1970
};
static_assert(sizeof(StockMeter) == 64);

}  // namespace inferwire::limits
