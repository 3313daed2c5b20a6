// How each upstream is called and what comes back. Thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "telemetry/counter_set.h"
#include "telemetry/families.h"
#include "telemetry/handle_map.h"
#include "telemetry/label_guard.h"

namespace inferwire::telemetry {

class Metrics;
class UpstreamFamilies;

enum class AttemptResult { kSuccess, kRetried, kFailed };
enum class RetryCause { kConnect, kTls, kDns, kTimeout, kCredentials };

struct UpstreamLimits {
  size_t upstreams = 20;
  size_t attempts = 250;     // provider x operation x status x outcome
  size_t rate_limits = 150;  // provider x model x limit
};

// One upstream x operation.
class UpstreamMetrics {
 public:
  UpstreamMetrics(UpstreamFamilies& families, std::string provider, const std::string& operation);

  // http_status 0: none came.
  void Attempt(int http_status, AttemptResult result);
  void Retry(RetryCause cause) { retries_[static_cast<size_t>(cause)].Increment(); }
  void Connection(bool reused) { (reused ? reused_ : fresh_).Increment(); }
  // A phase of no length did not happen.
  void Phases(Duration resolve, Duration connect, Duration tls, Duration first_byte);
  void Unsolicited(int connections) { unsolicited_.Increment(connections); }
  // An answer repeated the key that was sent.
  void KeyEchoed() { key_echoes_.Increment(); }
  void Bytes(int64_t sent, int64_t received);
  // A negative number is one the upstream did not state.
  void RateLimit(std::string_view model, std::string_view metric, int64_t limit, int64_t remaining);

 private:
  // Of one model and metric. Null until the upstream states such a number.
  struct LimitGauges {
    Gauge* limit = nullptr;
    Gauge* remaining = nullptr;
  };
  LimitGauges* GaugesOf(std::string_view model, std::string_view metric);

  const std::string provider_;
  const Labels labels_;
  UpstreamFamilies& families_;
  std::mutex mutex_;  // of gauges_
  std::map<std::string, std::map<std::string, LimitGauges, std::less<>>, std::less<>> gauges_;
  Histogram& dns_;
  Histogram& connect_;
  Histogram& tls_;
  Histogram& first_byte_;
  Counter& reused_;
  Counter& fresh_;
  Counter& unsolicited_;
  Counter& key_echoes_;
  Counter& sent_;
  Counter& received_;
  CounterSet attempts_, retries_;
};

class UpstreamFamilies {
 public:
  explicit UpstreamFamilies(Metrics& metrics);

  // Operations are the code's own words.
  UpstreamMetrics& With(std::string_view provider, std::string_view operation);
  // The provider's label, kOtherLabel for one too many.
  std::string_view Label(std::string_view provider) { return guard_.Fold(provider); }

 private:
  friend UpstreamMetrics;

  CounterFamily &attempts_, &retries_;
  HistogramFamily phases_;
  CounterFamily &connections_, &unsolicited_, &key_echoes_, &bytes_;
  GaugeFamily &ratelimit_limit_, &ratelimit_remaining_;
  LabelGuard guard_, attempts_guard_, rate_limits_guard_;
  HandleMap<UpstreamMetrics> upstreams_;
};

}  // namespace inferwire::telemetry
