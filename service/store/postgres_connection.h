// A connection to PostgreSQL that waits for nothing longer than its limit: libpq without blocking.
// A server that hangs (stopped, unreachable, behind a dead peer) costs one limit, not for ever.
#pragma once

#include <libpq-fe.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace inferwire::store {

struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Answer = std::unique_ptr<PGresult, ClearResult>;

class PostgresConnection {
 public:
  // One value of a statement; null if bytes has no data.
  struct Bytes {
    const char* data = nullptr;
    int size = 0;
    bool binary = false;
  };

  // url: as libpq takes it. limit: for each answer, and for connecting if that has none of its own.
  PostgresConnection(std::string url, std::chrono::milliseconds limit,
                     std::chrono::milliseconds connecting = {})
      : url_(std::move(url)),
        limit_(limit),
        connecting_(connecting.count() > 0 ? connecting : limit) {}
  ~PostgresConnection() { Close(); }
  PostgresConnection(const PostgresConnection&) = delete;
  PostgresConnection& operator=(const PostgresConnection&) = delete;

  bool open() const { return connection_ != nullptr; }
  // Connects. Within a second after a server has not answered it fails at once, so that questions
  // which queue up behind a dead server are answered as fast as they come.
  Result<void> Open();
  void Close();

  // Until a NOTIFY came on a channel that is listened to (true), this time has passed or `wake` can
  // be read. An error as of the others: the connection is closed then.
  Result<bool> AwaitNotice(std::chrono::milliseconds most, int wake);

  // The last answer of each. Fault::kConnection if there is none in time: it is closed then.
  Result<Answer> Execute(const std::string& statements);
  Result<Answer> Prepare(const std::string& name, const std::string& statement, int params);
  Result<Answer> ExecutePrepared(const std::string& name, const std::vector<Bytes>& params);

 private:
  Result<void> Connect(SteadyTime until);
  Result<Answer> Await(bool sent);
  // False: not ready in time.
  bool WaitFor(short events, SteadyTime until) const;
  Error Lost(bool late);

  const std::string url_;
  const std::chrono::milliseconds limit_, connecting_;
  PGconn* connection_ = nullptr;
  SteadyTime retry_at_{};
};

}  // namespace inferwire::store
