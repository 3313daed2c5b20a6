// Brings the ledger's records into the store, as sums by the hour: a thread of its own, one
// transaction for some thousand records, each record exactly once whatever fails and whoever is
// killed. Also those of earlier processes in the same folder.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/result.h"
#include "ledger/book.h"
#include "ledger/writer_reader.h"
#include "store/usage.h"
#include "telemetry/ledger_metrics.h"
#include "telemetry/log.h"

namespace inferwire::ledger {

class Uploader {
 public:
  using Connect = std::function<Result<std::unique_ptr<store::Usage>>()>;
  struct Options {
    std::string folder;
    std::chrono::milliseconds every = std::chrono::seconds(1);
    std::chrono::milliseconds hours = std::chrono::hours(9600);  // of the sums
    size_t records = 50'000, rows = 2000;                        // of one transaction
  };

  // Starts. The book is told what may be removed; it and what else is referred to outlive this.
  Uploader(Options options, Book& book, Connect connect, const Clock& clock,
           telemetry::LedgerMetrics& metrics, telemetry::Log& log);
  // Ends the thread; what is not there yet is uploaded at another start.
  ~Uploader();
  Uploader(const Uploader&) = delete;
  Uploader& operator=(const Uploader&) = delete;

  // Nothing is booked any more: uploads the rest and ends the thread. False: not in this time.
  bool Finish(std::chrono::milliseconds most);

 private:
  struct Progress {
    store::WriterState state;
    std::unique_ptr<WriterReader> reader;
  };

  void Run();
  // Everything that is there by now.
  Result<void> UploadAll();
  Result<void> UploadWriter(uint64_t writer, uint32_t first_index);
  // The next records, in one transaction. False: these were all that were there.
  // begun: by the wall's clock, before anything was read.
  Result<bool> UploadSome(uint64_t writer, Progress& progress, WallTime begun);
  // Nothing new is something to tell, too: until when nothing is missing.
  Result<void> TellReached(WallTime until);
  Result<void> RemoveOldSums();
  void Failed(const Error& error);

  const Options options_;
  Book& book_;
  const Connect connect_;
  const Clock& clock_;
  telemetry::LedgerMetrics& metrics_;
  telemetry::Log& log_;

  // The thread's own.
  std::unique_ptr<store::Usage> store_;
  std::map<uint64_t, Progress> writers_;
  std::string last_error_;
  SteadyTime caught_up_;
  std::optional<SteadyTime> swept_;
  std::optional<SteadyTime> told_;  // until when the sums are complete

  std::mutex mutex_;
  std::condition_variable changed_;
  bool finishing_ = false, stopping_ = false, finished_ = false;
  std::thread thread_;
};

}  // namespace inferwire::ledger
