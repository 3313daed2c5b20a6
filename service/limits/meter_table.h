// All meters of the process, by name: what was counted outlives the settings, and a limit that is
// changed goes on with it. Bounded: meters of end users come from callers' words. Thread-safe;
// asked when settings are made and when a scope is first seen, not by every call.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <variant>

#include "limits/flow_meter.h"
#include "limits/stock_meter.h"

namespace inferwire::limits {

class MeterTable {
 public:
  // Names and all, about 30 MB.
  static constexpr size_t kMostMeters = 100'000;

  explicit MeterTable(size_t most = kMostMeters) : most_(most) {}

  // The meter of this name, made if there is none. Null: there are as many as there may be, and
  // all of them still count. A name belongs to one kind of meter for ever.
  std::shared_ptr<FlowMeter> FlowOf(const std::string& name, Moment now);
  std::shared_ptr<StockMeter> StockOf(const std::string& name, Moment now);

  // Forgets what nobody holds and what counts nothing more. Called by itself when it is full.
  void Sweep(Moment now);
  size_t size() const;

 private:
  using Meter = std::variant<std::shared_ptr<FlowMeter>, std::shared_ptr<StockMeter>>;

  template <class Kind>
  std::shared_ptr<Kind> Of(const std::string& name, Moment now);
  void SweepLocked(Moment now);

  const size_t most_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Meter> meters_;
  SteadyTime swept_{};  // when it was full last
};

}  // namespace inferwire::limits
