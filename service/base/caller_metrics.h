// What each caller used (llmgate_caller_*). A caller is who a client certificate says it is; calls
// that prove nothing are in the other families only.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/registry.h>

#include <cstdint>
#include <string_view>

#include "base/label_guard.h"

namespace llmgate {

struct CallerUse {
  int64_t input_tokens = 0, output_tokens = 0;
  int64_t picousd = 0;  // by the price list
};

class CallerMetrics {
 public:
  // `overflow` counts callers beyond the limit, who share one label.
  CallerMetrics(prometheus::Registry& registry, prometheus::Counter& overflow);

  void Called(std::string_view caller, bool good);
  void Used(std::string_view caller, const CallerUse& use);

 private:
  prometheus::Family<prometheus::Counter>&calls_, &tokens_, &cost_;
  LabelGuard callers_;
};

}  // namespace llmgate
