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

// Where counters come from: from the process itself, or from what replicas share.
class MeterSource {
 public:
  virtual ~MeterSource() = default;
  virtual std::shared_ptr<FlowCounter> NewFlow(const std::string& name) = 0;
  virtual std::shared_ptr<StockCounter> NewStock(const std::string& name) = 0;
};

class MeterTable {
 public:
  // Names and all, about 40 MB.
  static constexpr size_t kMostMeters = 100'000;

  explicit MeterTable(size_t most = kMostMeters) : most_(most) {}

  // Where further ones come from. Null, as at the beginning: counters of this process alone.
  void UseSource(std::shared_ptr<MeterSource> source);
  // The meter of this name, made if there is none. Null: there are as many as there may be, and
  // all of them still count. A name belongs to one kind of meter for ever.
  std::shared_ptr<FlowCounter> FlowOf(const std::string& name, Moment now);
  std::shared_ptr<StockCounter> StockOf(const std::string& name, Moment now);

  // Forgets what nobody holds and what counts nothing more. Called by itself when it is full.
  void Sweep(Moment now);
  size_t size() const;

 private:
  using Meter = std::variant<std::shared_ptr<FlowCounter>, std::shared_ptr<StockCounter>>;

  template <class Kind, class Make>
  std::shared_ptr<Kind> Of(const std::string& name, Moment now, Make make);
  void SweepLocked(Moment now);

  const size_t most_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Meter> meters_;
  std::shared_ptr<MeterSource> source_;  // with whoever made it
  SteadyTime swept_{};                   // when it was full last
};

}  // namespace inferwire::limits
