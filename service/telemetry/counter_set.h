// The counters of one family that differ in a small enumerated label: an index instead of a
// look-up. A counter is made when it is first used, so that combinations that never happen cost no
// series. Thread-safe.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "telemetry/families.h"

namespace inferwire::telemetry {

class CounterSet {
 public:
  using LabelsOf = std::function<Labels(size_t index)>;

  CounterSet(CounterFamily& family, size_t size, LabelsOf labels_of)
      : family_(family), labels_of_(std::move(labels_of)), slots_(size) {}

  // One per name, in the order of an enum. The names outlive the set.
  CounterSet(CounterFamily& family, const char* label, std::span<const char* const> names,
             const Labels& others = {})
      : CounterSet(family, names.size(), [label, names, others](size_t index) {
          return With(others, label, names[index]);
        }) {}

  Counter& operator[](size_t index) {
    Counter* counter = slots_[index].load(std::memory_order_acquire);
    return counter != nullptr ? *counter : Make(index);
  }

  // Makes every series now, at zero: a counter that appears with its first event hides that event
  // from rate().
  void MakeAll() {
    for (size_t i = 0; i < slots_.size(); ++i) {
      Make(i);
    }
  }

 private:
  // Two threads may both come here: the family gives both the same counter.
  Counter& Make(size_t index) {
    Counter& counter = family_.Add(labels_of_(index));
    slots_[index].store(&counter, std::memory_order_release);
    return counter;
  }

  CounterFamily& family_;
  LabelsOf labels_of_;
  std::vector<std::atomic<Counter*>> slots_;
};

}  // namespace inferwire::telemetry
