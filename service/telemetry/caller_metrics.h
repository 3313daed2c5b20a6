// What each caller used (inferwire_caller_*). A caller is a tenant, or a team of one, else who a
// client certificate says it is; calls that prove nothing are in the other families only.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/text_hash.h"
#include "telemetry/families.h"
#include "telemetry/label_guard.h"

namespace inferwire::telemetry {

class Metrics;

struct CallerUse {
  int64_t input_tokens = 0, output_tokens = 0;
  int64_t picousd = 0;  // by the price list
};

// Thread-safe.
class CallerMetrics {
 public:
  explicit CallerMetrics(Metrics& metrics);

  // use: as of Used.
  void Called(std::string_view caller, bool good, const CallerUse& use = {});
  void Used(std::string_view caller, const CallerUse& use);
  // Somebody showed a credential that nobody looks at, in this metadata. True the first time.
  bool CredentialIgnored(std::string_view metadata);

 private:
  struct Handles {
    Counter &good, &bad, &input, &output, &cost;
  };
  const Handles& Of(std::string_view caller);
  static void Count(const Handles& handles, const CallerUse& use);

  CounterFamily &requests_, &tokens_, &cost_, &credentials_ignored_;
  LabelGuard callers_;  // those beyond its limit share one label
  std::atomic<bool> credential_seen_ = false;
  std::mutex mutex_;
  std::unordered_map<std::string, Handles, TextHash, std::equal_to<>> by_label_;
};

}  // namespace inferwire::telemetry
