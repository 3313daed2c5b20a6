// SQLite behind Sql: one file, WAL, synchronous FULL. Only one process may have it open: a lock on
// FILE.lock, which the kernel takes back however the process ends, says so.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "base/result.h"
#include "store/sql.h"

namespace llmgate::store {

// The process's hold on the file; outlives the connections.
class SqliteFile {
 public:
  static Result<std::unique_ptr<SqliteFile>> Lock(const std::string& path);
  ~SqliteFile();
  SqliteFile(const SqliteFile&) = delete;
  SqliteFile& operator=(const SqliteFile&) = delete;

 private:
  explicit SqliteFile(int fd) : fd_(fd) {}
  const int fd_;
};

// busy: how long a statement waits for another connection's.
Result<std::unique_ptr<Sql>> ConnectSqlite(const std::string& path, std::chrono::milliseconds busy);

}  // namespace llmgate::store
