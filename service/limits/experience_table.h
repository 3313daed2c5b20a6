// What was learned of calls, by tenant and model: outlives the settings. Bounded: those that come
// when it is full share one. Thread-safe; asked when a caller first uses a model.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "limits/demand.h"

namespace inferwire::limits {

class ExperienceTable {
 public:
  // About 4 MB.
  static constexpr size_t kMost = 10'000;

  explicit ExperienceTable(size_t most = kMost) : most_(most) {}

  // Never null.
  std::shared_ptr<Experience> Of(const std::string& name) {
    const std::lock_guard lock(mutex_);
    if (const auto found = by_name_.find(name); found != by_name_.end()) return found->second;
    if (by_name_.size() >= most_) return others_;
    return by_name_.emplace(name, std::make_shared<Experience>()).first->second;
  }

 private:
  const size_t most_;
  const std::shared_ptr<Experience> others_ = std::make_shared<Experience>();
  std::mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<Experience>> by_name_;
};

}  // namespace inferwire::limits
