// Keeps one label from growing a family without bound: the first `limit` values are admitted, every
// later one is folded into kOtherLabel and counted, so that an alert can say which family was cut.
// Thread-safe.
#pragma once

#include <prometheus/counter.h>

#include <cstddef>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

namespace inferwire::telemetry {

inline constexpr std::string_view kOtherLabel = "other";
// Longer values are folded too: a label is a name, never a text.
inline constexpr size_t kMaxLabelBytes = 128;

class LabelGuard {
 public:
  // `overflow` is counted up for every folded value and must outlive the guard.
  LabelGuard(size_t limit, prometheus::Counter& overflow) : limit_(limit), overflow_(overflow) {}

  // True if the value may become a label (or a part of a set of labels, joined by the caller).
  bool Admit(std::string_view value);
  // The value itself or kOtherLabel.
  std::string_view Fold(std::string_view value) { return Admit(value) ? value : kOtherLabel; }

 private:
  const size_t limit_;
  prometheus::Counter& overflow_;
  std::mutex mutex_;
  std::set<std::string, std::less<>> admitted_;
};

}  // namespace inferwire::telemetry
