// Events for the audit trail of the store that do not come from its services: reloads, bursts of
// refused credentials. They wait here, a bounded number of them, for the thread that writes them;
// whoever adds one never waits. Thread-safe.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "store/directory.h"
#include "telemetry/directory_metrics.h"
#include "telemetry/log.h"

namespace inferwire::app {

class AuditTrail {
 public:
  static constexpr size_t kMost = 1000;  // that wait

  AuditTrail(const Clock& clock, telemetry::DirectoryMetrics& metrics, size_t most = kMost)
      : clock_(clock), metrics_(metrics), most_(most) {}

  // Called, on the thread that adds, when there is something to write. Before the first event.
  void OnEvent(std::function<void()> wake) { wake_ = std::move(wake); }

  // action: e.g. config.reload. peer: an address, or empty. change: JSON of what changed, or empty.
  void Add(std::string_view action, std::string_view peer, std::string_view change);

  // The first of those that wait; nothing: none does.
  bool First(store::AuditRow& to) const;
  // The first one is written.
  void Written();

 private:
  const Clock& clock_;
  telemetry::DirectoryMetrics& metrics_;
  const size_t most_;
  std::function<void()> wake_ = [] {};
  mutable std::mutex mutex_;
  std::deque<store::AuditRow> waiting_;
};

// The line that every event of the trail leaves in the log, with its chain: who has the lines can
// tell if the trail's end is cut off.
void LogAudit(telemetry::Log& log, const store::AuditRow& event);

// {"NAME":["TEXT",...]}
std::string JsonList(std::string_view name, const std::vector<std::string>& texts);

}  // namespace inferwire::app
