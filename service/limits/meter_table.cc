#include "limits/meter_table.h"

#include <chrono>
#include <utility>

namespace inferwire::limits {
namespace {

// A full table is not swept by every call that asks for more.
constexpr Duration kBetweenSweeps = std::chrono::seconds(1);

}  // namespace

template <class Kind, class Make>
std::shared_ptr<Kind> MeterTable::Of(const std::string& name, Moment now, Make make) {
  const std::lock_guard lock(mutex_);
  if (const auto found = meters_.find(name); found != meters_.end()) {
    return std::get<std::shared_ptr<Kind>>(found->second);
  }
  if (meters_.size() >= most_ && now.steady - swept_ >= kBetweenSweeps) SweepLocked(now);
  if (meters_.size() >= most_) return nullptr;
  std::shared_ptr<Kind> meter = make();
  meters_.emplace(name, meter);
  return meter;
}

void MeterTable::UseSource(std::shared_ptr<MeterSource> source) {
  const std::lock_guard lock(mutex_);
  source_ = std::move(source);
}

std::shared_ptr<FlowCounter> MeterTable::FlowOf(const std::string& name, Moment now) {
  return Of<FlowCounter>(name, now, [&]() -> std::shared_ptr<FlowCounter> {
    if (source_) return source_->NewFlow(name);
    return std::make_shared<FlowMeter>();
  });
}

std::shared_ptr<StockCounter> MeterTable::StockOf(const std::string& name, Moment now) {
  return Of<StockCounter>(name, now, [&]() -> std::shared_ptr<StockCounter> {
    if (source_) return source_->NewStock(name);
    return std::make_shared<StockMeter>();
  });
}

void MeterTable::Sweep(Moment now) {
  const std::lock_guard lock(mutex_);
  SweepLocked(now);
}

void MeterTable::SweepLocked(Moment now) {
  swept_ = now.steady;
  std::erase_if(meters_, [&](const auto& entry) {
    if (const auto* flow = std::get_if<0>(&entry.second)) {
      return flow->use_count() == 1 && (*flow)->Idle(now.steady);
    }
    const auto& stock = std::get<1>(entry.second);
    return stock.use_count() == 1 && stock->Idle(now);
  });
}

size_t MeterTable::size() const {
  const std::lock_guard lock(mutex_);
  return meters_.size();
}

}  // namespace inferwire::limits
