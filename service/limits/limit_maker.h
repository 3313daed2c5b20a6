// Makes limits whose meters come from the table, so that what was counted outlives the settings.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "limits/limit.h"
#include "limits/meter_table.h"
#include "limits/moment.h"

namespace inferwire::limits {

// Of money.
struct BudgetTerms {
  OnExceed on_exceed = OnExceed::kRefuse;
  Reserve reserve = Reserve::kExpected;
  std::vector<int> alerts{};  // percent, ascending
};

class LimitMaker {
 public:
  struct Options {
    TimeZone zone = TimeZone::Utc();  // of days and months
    Duration burst = std::chrono::seconds(10);
    // Processes that share the limits without a store: each keeps to its part.
    int replicas = 1;
    // Of the settings: where replicas share a meter, that of the newest counts.
    uint64_t version = 0;
  };
  LimitMaker(MeterTable& meters, Options options, Moment now)
      : meters_(meters), options_(std::move(options)), now_(now) {}

  // Unset amount: no limit.
  void Add(LimitKind kind, const std::string& scope, const std::string& model,
           std::optional<int64_t> amount, const BudgetTerms& budget = {});
  // Unset: the table has no room for a meter.
  std::optional<std::vector<Limit>> Take() {
    if (missing_) return std::nullopt;
    return std::exchange(limits_, {});
  }

 private:
  using Meter = decltype(Limit::meter);

  Meter FlowOf(const std::string& name, int64_t per_minute);
  Meter StockOf(const std::string& name, LimitKind kind, int64_t amount);

  MeterTable& meters_;
  const Options options_;
  const Moment now_;
  std::vector<Limit> limits_;
  bool missing_ = false;
};

}  // namespace inferwire::limits
