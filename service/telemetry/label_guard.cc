#include "telemetry/label_guard.h"

#include <algorithm>

namespace inferwire::telemetry {
namespace {

// Printable ASCII: what a model, an upstream or a method is called. Keeps the exposition valid
// UTF-8.
bool IsName(std::string_view value) {
  return value.size() <= kMaxLabelBytes &&
         std::all_of(value.begin(), value.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

}  // namespace

bool LabelGuard::Admit(std::string_view value) {
  if (IsName(value)) {
    std::lock_guard lock(mutex_);
    if (admitted_.contains(value)) {
      return true;
    }
    if (admitted_.size() < limit_) {
      admitted_.emplace(value);
      return true;
    }
  }
  overflow_.Increment();
  return false;
}

}  // namespace inferwire::telemetry
