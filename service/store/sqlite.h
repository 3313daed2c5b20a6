// SQLite behind Sql: one file, WAL, synchronous FULL. Only one process may have it open: a lock on
// FILE.lock, which the kernel takes back however the process ends, says so.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "base/result.h"
#include "store/sql.h"

namespace inferwire::store {

// The process's hold on the file; outlives the connections. Nobody else on the machine may read it:
// the file and those beside it (-wal, -shm) are 0600 from here on, also those that exist. Some
// space is kept in FILE.reserve as long as the file system has it: it is let go when that is full,
// so that deleting, which has to write too, goes on working.
class SqliteFile {
 public:
  static Result<std::unique_ptr<SqliteFile>> Lock(const std::string& path);
  ~SqliteFile();
  SqliteFile(const SqliteFile&) = delete;
  SqliteFile& operator=(const SqliteFile&) = delete;

  // Any thread.
  void KeepReserve() const;
  void LetReserveGo() const;

 private:
  SqliteFile(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}
  const std::string path_;
  const int fd_;
};

// busy: how long a statement waits for another connection's. file: with the reserve to let go when
// there is no room, if it is given.
Result<std::unique_ptr<Sql>> ConnectSqlite(const std::string& path, std::chrono::milliseconds busy,
                                           const SqliteFile* file = nullptr);
// A file that was made without room for giving space back is made anew with it, if that takes no
// longer than this; else it stays as it is. No other connection is open.
void ConvertSqlite(const std::string& path, std::chrono::milliseconds most);

}  // namespace inferwire::store
