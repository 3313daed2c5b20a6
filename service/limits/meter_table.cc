#include "limits/meter_table.h"

#include <chrono>

namespace inferwire::limits {
namespace {

// A full table is not swept by every call that asks for more.
constexpr Duration kBetweenSweeps = std::chrono::seconds(1);

}  // namespace

template <class Kind>
std::shared_ptr<Kind> MeterTable::Of(const std::string& name, Moment now) {
  const std::lock_guard lock(mutex_);
  if (const auto found = meters_.find(name); found != meters_.end()) {
    return std::get<std::shared_ptr<Kind>>(found->second);
  }
  if (meters_.size() >= most_ && now.steady - swept_ >= kBetweenSweeps) SweepLocked(now);
  if (meters_.size() >= most_) return nullptr;
  auto meter = std::make_shared<Kind>();
  meters_.emplace(name, meter);
  return meter;
}

std::shared_ptr<FlowMeter> MeterTable::FlowOf(const std::string& name, Moment now) {
  return Of<FlowMeter>(name, now);
}

std::shared_ptr<StockMeter> MeterTable::StockOf(const std::string& name, Moment now) {
  return Of<StockMeter>(name, now);
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
