// The limits that one call has to keep, all of them: its key's, its team's, its tenant's. It takes
// from all or from none. One meter is locked at a time, so that no order of calls can deadlock;
// what was taken before a refusal is given back in reverse.
#pragma once

#include <optional>
#include <variant>
#include <vector>

#include "limits/limit.h"
#include "limits/moment.h"

namespace inferwire::limits {

// Why a call cannot be let in now. The limit lives as long as the set.
struct Shortage {
  const Limit* limit = nullptr;
  int64_t needed = 0;
  int64_t used = 0, reserved = 0;  // of a flow, used is what has not come back yet
  int64_t remaining = 0;           // never negative
  Duration wait{};                 // at least so long, if nobody else came
  WallTime reset_at{};             // all of it is there again; 1970: not known
  double per_second = 0;           // of a flow: so fast it comes to this process
  // It would not fit even if nothing more were used of what is set aside for others.
  bool spent = false;
  // This replica has no lease of it yet and is asking for one: looked at again after `wait`, the
  // call may well be let in.
  bool pending = false;
};

class MeterSet {
 public:
  MeterSet() = default;
  explicit MeterSet(std::vector<Limit> limits);
  MeterSet(MeterSet&&) = default;
  MeterSet& operator=(MeterSet&&) = default;

  bool empty() const { return limits_.empty(); }
  const std::vector<Limit>& limits() const { return limits_; }
  // As Limit::counter_id, without a look at the limit, which is large.
  const void* counter_id(size_t limit) const { return asked_[limit].counter_id(); }

  struct Taken {
    // Limits that only warn and were exceeded. They live as long as the set.
    std::vector<const Limit*> exceeded;
    bool nearly_used = false;          // kNearlyUsed of one of them
    std::optional<Shortage> shortage;  // nothing was taken then
  };
  Taken Take(const Demand& demand, Moment now) const;
  // What was taken for `demand` came to `usage`. Once for each that was taken.
  void Settle(const Demand& demand, const Usage& usage, Moment now) const;
  // How one of its limits stands to what a call needs, whether it has room or not.
  Shortage ShortageOf(const Limit& limit, const Demand& demand, Moment now) const;

 private:
  struct FlowMeterOf {
    FlowCounter* meter;
    const FlowLimit* limit;
  };
  struct StockMeterOf {
    StockCounter* meter;
    const StockLimit* limit;
  };
  // What each call needs of a limit, side by side: limits with their names fill a page.
  struct Asked {
    explicit Asked(const Limit& limit);
    Took Take(int64_t amount, Moment now) const;
    void Settle(int64_t taken, int64_t used, Moment now) const;
    int64_t Of(const Demand& demand) const { return AmountOf(kind, reserve, demand); }
    const void* counter_id() const {
      return std::visit([](const auto& each) -> const void* { return each.meter; }, meter);
    }

    std::variant<FlowMeterOf, StockMeterOf> meter;
    LimitKind kind;
    Reserve reserve;
    bool warns;
  };

  std::vector<Limit> limits_;  // in the order of refusal
  std::vector<Asked> asked_;   // of them, in the same order
};

}  // namespace inferwire::limits
