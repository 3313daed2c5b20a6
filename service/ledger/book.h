// The ledger of this process: each call's beginning and end, in files that survive its death. What
// Begin and End have returned from is there after a kill -9; a power cut takes what came after the
// last sync. Thread-safe: one short lock. Files are made, synced and removed by a thread of its
// own; while the disk is full ended calls are summed in memory and nobody waits.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "ledger/held.h"
#include "ledger/record.h"
#include "ledger/recovery.h"
#include "ledger/segment.h"
#include "ledger/segment_writer.h"
#include "telemetry/ledger_metrics.h"

namespace inferwire::ledger {

class Book {
 public:
  struct Options {
    std::string folder;
    size_t segment_bytes = size_t{16} << 20;
    size_t max_bytes = size_t{1} << 30;  // of all files; at least two of them are kept
    std::chrono::milliseconds sync = std::chrono::seconds(1);
    std::chrono::milliseconds keep = std::chrono::hours(24);  // what is not written to any more
    // What is not uploaded is not removed, however old, and no file is made beyond max_bytes.
    bool uploads = false;
    Allocate allocate = AllocateOnDisk;
  };

  // Closes what earlier processes left. The error says why the folder cannot be used: it is not
  // writable, or another process has it. A full disk is none. random: see `writer`.
  static Result<std::unique_ptr<Book>> Open(Options options, const Clock& clock,
                                            telemetry::LedgerMetrics& metrics, uint64_t random);
  // Closes it, unless that was done.
  ~Book();
  Book(const Book&) = delete;
  Book& operator=(const Book&) = delete;

  // What is known of a call once it is admitted. The number is for End; 0: there is no room.
  uint64_t Begin(const Names& names, const RequestId& request_id);
  // Exactly once for each beginning, also for 0.
  void End(uint64_t begin, const Names& names, const RequestId& request_id, const Usage& usage);

  // Nothing is booked any more: writes what is held, if there is room by now, and says that nothing
  // is open. Once.
  void Close();

  // Records of the files of this writer before this index are elsewhere too.
  void Uploaded(uint64_t writer, uint32_t index);

  telemetry::LedgerMetrics& metrics() { return metrics_; }
  // Of the last record.
  uint64_t number() const;
  // Of this process's files, and of all processes that ever wrote: by time, and 16 random bits.
  uint64_t writer() const { return writer_; }
  const Recovered& recovered() const { return recovered_; }
  // Calls that are only in memory.
  int64_t held() const;

 private:
  Book(Options options, const Clock& clock, telemetry::LedgerMetrics& metrics, int lock,
       uint64_t writer, const Recovered& recovered);

  // Writes a record if there is room for it and for the ends of `open` calls after it. Its number;
  // 0: there is not.
  uint64_t Write(const Record& record, const Names& names, size_t open);
  void Rotate();
  // Of a call that is summed in memory. Its slot is kept for it.
  void WriteBareEnd(uint64_t begin);
  Record NewRecord(Kind kind, const RequestId& request_id) const;
  Record NewEnd(uint64_t begin, const RequestId& request_id, const Usage& usage) const;
  void Keep();
  void PrepareNext(std::unique_lock<std::mutex>& lock);
  // As far as there is room, a few at a time. False: none of it.
  bool WriteHeld();
  // For the files that there are, one of them being made.
  bool MayAllocate() const;
  void RemoveOld(uint32_t oldest_in_use, const std::map<uint64_t, uint32_t>& uploaded) const;

  const Options options_;
  const Clock& clock_;
  telemetry::LedgerMetrics& metrics_;
  const int lock_;  // the folder's
  const uint64_t writer_;
  const Recovered recovered_;

  mutable std::mutex mutex_;
  std::shared_ptr<SegmentWriter> current_;               // null: there was no room for any
  std::unique_ptr<Segment> next_;                        // allocated ahead
  std::vector<std::shared_ptr<SegmentWriter>> retired_;  // full, not synced yet
  uint64_t number_ = 0;                                  // of the last slot
  size_t open_ = 0;                                      // calls whose beginning was written
  Held held_;
  std::map<uint64_t, uint32_t> uploaded_;  // by writer
  bool wants_next_ = true, stopping_ = false, closed_ = false;
  std::condition_variable changed_;
  uint32_t next_index_ = 0;
  std::thread keeper_;
};

}  // namespace inferwire::ledger
