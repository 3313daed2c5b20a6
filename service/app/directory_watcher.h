// Keeps what the server knows of the store's tenants and keys up to date: a thread with connections
// of its own that is told of changes (PostgreSQL) and looks for them anyway. A store that is away
// or frozen keeps nobody but this thread waiting: what was read last stays in force. It also writes
// what waits for the audit trail, and which keys were used.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "app/audit_trail.h"
#include "app/stored_directory.h"
#include "base/clock.h"
#include "base/result.h"
#include "store/directory_file.h"
#include "store/notices.h"
#include "store/sql_directory.h"
#include "telemetry/directory_metrics.h"
#include "telemetry/log.h"

namespace inferwire::app {

class DirectoryWatcher {
 public:
  struct Options {
    std::chrono::milliseconds poll = std::chrono::seconds(2);
    std::string snapshot;                     // a file; empty: none
    std::chrono::milliseconds audit_keep{0};  // 0: for ever
    int page = 1000;                          // rows that are asked for at once
  };
  struct Parts {
    const Clock& clock;
    telemetry::DirectoryMetrics& metrics;
    telemetry::Log& log;
    AuditTrail& audit;
    // To the store once it is open.
    std::function<Result<std::unique_ptr<store::SqlDirectory>>()> connect;
    std::function<std::unique_ptr<store::Notices>()> listen;
    // Makes the server use it; what could not be used is tried again.
    std::function<Result<void>(std::shared_ptr<const StoredDirectory>)> use;
    // Ids of the keys that were used since the last time.
    std::function<std::vector<std::string>()> take_used;
  };

  DirectoryWatcher(Options options, Parts parts);
  ~DirectoryWatcher();
  DirectoryWatcher(const DirectoryWatcher&) = delete;
  DirectoryWatcher& operator=(const DirectoryWatcher&) = delete;

  // What an earlier process knew last; null: nothing is kept. Before Start.
  std::shared_ptr<const StoredDirectory> ReadSnapshot();
  // Starts the thread and waits so long for its first look at the store.
  void Start(std::chrono::milliseconds most);
  // Something has changed that nobody will tell: look now. Any thread.
  void Nudge();
  // The last look ends with the store's own times.
  void Stop();

  // Whether anything was ever read, from the store or from the file.
  bool known() const { return known_; }
  // For the metrics page.
  void Measure();

 private:
  void Run();
  Result<void> Look();
  Result<void> Read(int64_t version);
  Result<void> UseIfChanged();
  // What else there is to write.
  Result<void> WriteOthers();
  Result<void> NoteUse();
  Result<void> Sweep();
  void Failed(const Error& error);
  std::chrono::milliseconds UntilNextLook() const;

  const Options options_;
  const Parts parts_;
  const int wake_;  // an eventfd

  // The thread's own.
  std::unique_ptr<store::SqlDirectory> store_;
  std::unique_ptr<store::Notices> notices_;
  store::DirectoryRows rows_;
  bool read_ = false;  // from the store, by this process
  std::optional<int64_t> used_version_;
  std::optional<WallTime> changes_at_;
  std::map<std::string, SteadyTime> noted_;  // when a key's use was
  SteadyTime look_for_use_{}, sweep_at_{};
  // Changes that follow each other closely are taken over together: half of the time is rest.
  SteadyTime not_before_{};
  std::string last_error_;
  bool told_deaf_ = false;

  std::atomic<bool> known_{false}, stopping_{false};
  std::atomic<SteadyTime> looked_;
  std::mutex mutex_;
  std::condition_variable first_;
  bool first_done_ = false;
  std::thread thread_;
};

}  // namespace inferwire::app
