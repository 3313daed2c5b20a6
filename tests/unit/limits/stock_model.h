// A model of the store that lends stocks, as store/stock_leases.cc has it in SQL, and the ways of
// replicas to it, which lose, delay and repeat what is said.
#pragma once

#include <algorithm>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "limits/exchange.h"

namespace inferwire::limits {

class MovedClock final : public Clock {
 public:
  SteadyTime Now() const override { return now; }
  WallTime WallNow() const override {
    return WallTime(std::chrono::seconds(1'795'953'600)) +
           std::chrono::duration_cast<WallTime::duration>(now - SteadyTime(std::chrono::hours(1)));
  }
  SteadyTime now{std::chrono::hours(1)};
};

class StockModel {
 public:
  struct Lease {
    int64_t granted = 0, spent = 0, reserved = 0, waiting = 0, turn = 0;
    SteadyTime until{};
  };
  struct Row {
    int64_t granted = 0, spent = 0;
    int told = 0;
    std::map<std::string, Lease> leases;
  };

  explicit StockModel(const Clock& clock) : clock_(clock) {}

  int64_t Time() const {
    return std::chrono::duration_cast<Duration>(clock_.WallNow().time_since_epoch()).count();
  }
  StockAnswer Ask(const std::string& replica, const std::vector<StockAsk>& asks,
                  int64_t not_after) {
    StockAnswer answer;
    answer.store_time = Time();
    if (not_after != 0 && Time() >= not_after) return answer;
    for (const StockAsk& ask : asks) Lend(replica, ask, answer);
    return answer;
  }
  Row& row(int64_t meter, int64_t period = 0) { return rows_[{meter, period}]; }
  std::map<std::pair<int64_t, int64_t>, Row>& rows() { return rows_; }
  int64_t Number(const std::string& name) {
    return numbers_.emplace(name, static_cast<int64_t>(numbers_.size()) + 1).first->second;
  }

 private:
  void Lend(const std::string& replica, const StockAsk& ask, StockAnswer& answer) {
    Row& row = rows_[{ask.meter, ask.period}];
    const SteadyTime now = clock_.Now();
    if (ask.held) {
      std::erase_if(row.leases, [&](const auto& each) {
        if (each.first == replica || each.second.until >= now) return false;
        row.granted -= each.second.granted;
        return true;
      });
    }
    int64_t live = 1, hungry = 0;
    for (const auto& [name, lease] : row.leases) {
      if (name == replica || lease.until <= now) continue;
      live += !ask.held || lease.granted > 0 || lease.waiting > 0;
      hungry += lease.waiting > 0;
    }
    const bool first = !row.leases.contains(replica);
    Lease& mine = row.leases[replica];
    if (!first && mine.turn >= ask.turn) return;
    const int64_t there = ask.limit - (row.granted - mine.granted);
    const int64_t rest = there - ask.spent - ask.reserved;
    const int64_t part = std::max<int64_t>(ask.limit / live, 1);
    const int64_t most = ask.held && hungry > 0 ? part : ask.limit;
    const int64_t lent =
        std::min(ask.want, std::max(rest / ((ask.held ? 2 : 4) * live),
                                    rest / live >= ask.unit ? ask.unit : int64_t{0}));
    const int64_t needed = ask.need <= rest ? ask.need : ask.least <= rest ? ask.least : 0;
    const int64_t granted =
        std::max(ask.spent + ask.reserved + ask.keep,
                 std::min({there, most, ask.spent + ask.reserved + std::max(needed, lent)}));
    row.granted += granted - mine.granted;
    row.spent += ask.spent - mine.spent;
    mine = {granted,      ask.spent,
            ask.reserved, ask.held ? std::max<int64_t>(std::min(ask.need, part - granted), 0) : 0,
            ask.turn,     now + std::chrono::seconds(ask.held ? 4 : 5)};
    int passed = 0;
    for (const int percent : {50, 80, 100}) {
      if (!ask.held && row.spent >= ask.limit * percent / 100) passed = percent;
    }
    answer.grants.push_back({ask.meter, ask.period,
                             ask.held && hungry > 0 ? std::min(granted, most) : granted,
                             there - granted, row.spent, static_cast<int>(live), hungry > 0,
                             passed > row.told ? passed : 0});
    row.told = std::max(row.told, passed);
  }

  const Clock& clock_;
  std::map<std::pair<int64_t, int64_t>, Row> rows_;
  std::map<std::string, int64_t> numbers_;
};

// One replica's way to the store.
class StockWay final : public LeaseStore {
 public:
  enum class Fate { kWell, kUnsent, kAnswerLost, kLate, kTwice };

  StockWay(StockModel& store, std::string replica) : store_(store), replica_(std::move(replica)) {}

  Result<ReplicaStanding> Beat() override {
    if (fate != Fate::kWell && fate != Fate::kTwice) return Error();
    return ReplicaStanding{0, live, store_.Time()};
  }
  Result<std::vector<int64_t>> Numbers(const std::vector<std::string>& names) override {
    std::vector<int64_t> numbers;
    for (const std::string& name : names) numbers.push_back(store_.Number(name));
    return numbers;
  }
  Result<FlowAnswer> Ask(const std::vector<FlowAsk>&, int, int64_t) override { return Error(); }
  Result<StockAnswer> AskStocks(const std::vector<StockAsk>& asks, int64_t not_after) override {
    ++asked;
    const Fate now = std::exchange(next, fate);
    if (now == Fate::kUnsent) return Error();
    if (now == Fate::kLate) {
      late_.push_back({asks, not_after});
      return Error();
    }
    auto answer = store_.Ask(replica_, asks, not_after);
    if (now == Fate::kTwice) store_.Ask(replica_, asks, not_after);
    if (now == Fate::kAnswerLost) return Error();
    return answer;
  }
  Result<std::vector<Doubt>> Doubts() override { return doubts; }
  Result<bool> Resolve(const std::string&, const std::string&, int64_t) override { return false; }
  Result<void> Sweep() override { return {}; }
  Result<void> Leave() override {
    left = true;
    return {};
  }
  std::vector<Doubt> doubts;
  // What was sent and not executed is executed now.
  void Deliver() {
    for (const auto& [asks, not_after] : late_) store_.Ask(replica_, asks, not_after);
    late_.clear();
  }

  Fate fate = Fate::kWell;  // of all
  Fate next = Fate::kWell;  // of the next question
  int live = 1, asked = 0;
  bool left = false;

 private:
  StockModel& store_;
  const std::string replica_;
  std::deque<std::pair<std::vector<StockAsk>, int64_t>> late_;
};

}  // namespace inferwire::limits
