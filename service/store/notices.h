// Hears what other replicas tell on a channel of the database (Sql::Notify): LISTEN on a connection
// of its own. Only a hint to look sooner: a notice may be lost, and a pooler passes none on. With
// SQLite nobody tells anything. Of one thread.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "store/jobs.h"

namespace inferwire::store {

class PostgresConnection;

class Notices {
 public:
  Notices(const Location& location, std::string channel);
  ~Notices();

  // What is told from now on is heard. The error says that only looking is left; ask again later.
  Result<void> Listen();
  // Until something was told, this time has passed or the descriptor `wake` can be read.
  void Wait(std::chrono::milliseconds most, int wake);

 private:
  const std::string channel_;
  std::unique_ptr<PostgresConnection> connection_;  // null: SQLite
  SteadyTime checked_{};                            // that the connection lives
};

}  // namespace inferwire::store
