// The directory of tenants and keys in the store: how old what is known of it is, what of it is not
// served, and the audit trail. Thread-safe.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/clock.h"
#include "telemetry/counter_set.h"
#include "telemetry/families.h"

namespace inferwire::telemetry {

class Metrics;

// Why a row of the store is not served.
enum class DirectoryIgnored { kInvalid, kInFile, kNoTenant, kTooMany };
inline constexpr size_t kDirectoryIgnoredReasons = 4;

// What became of an event of the audit trail.
enum class AuditOutcome { kWritten, kDropped };

class DirectoryMetrics {
 public:
  explicit DirectoryMetrics(Metrics& metrics);

  // Since the store was last asked with success; 0 where there is no directory.
  void Age(Duration age) { age_.Set(Seconds(age)); }
  // In use.
  void Version(int64_t version) { version_.Set(static_cast<double>(version)); }
  // Of all rows in use, by DirectoryIgnored.
  void Ignored(const std::array<int64_t, kDirectoryIgnoredReasons>& rows);
  void Audited(AuditOutcome outcome) { audited_[static_cast<size_t>(outcome)].Increment(); }

 private:
  Gauge& age_;
  Gauge& version_;
  std::array<Gauge*, kDirectoryIgnoredReasons> ignored_{};
  CounterSet audited_;
};

}  // namespace inferwire::telemetry
