#include "store/postgres_connection.h"

#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "store/fault.h"

namespace inferwire::store {
namespace {

constexpr std::chrono::seconds kRetry{1};
constexpr std::chrono::milliseconds kSlow{100};

SteadyTime Now() { return SystemClock().Now(); }

}  // namespace

void PostgresConnection::Close() {
  // A connection that does not block says good-bye only if there is room for it.
  if (connection_) PQfinish(connection_);
  connection_ = nullptr;
}

Result<void> PostgresConnection::Open() {
  if (connection_) return {};
  if (Now() < retry_at_) return StoreError(Fault::kConnection, "the database is not reached");
  const SteadyTime begun = Now();
  auto connected = Connect(begun + connecting_);
  if (connected) return connected;
  Close();
  // A refusal costs nothing, and ends as soon as the server is back.
  if (Now() - begun > kSlow) retry_at_ = Now() + kRetry;
  return connected;
}

Result<void> PostgresConnection::Connect(SteadyTime until) {
  // Later settings win: a url cannot make us wait for ever.
  const char* names[] = {"dbname", "tcp_user_timeout", "keepalives_idle", "client_encoding",
                         nullptr};
  const char* values[] = {url_.c_str(), "10000", "10", "UTF8", nullptr};
  connection_ = PQconnectStartParams(names, values, /*expand_dbname=*/1);
  if (connection_ == nullptr) return StoreError(Fault::kConnection, "out of memory");
  PostgresPollingStatusType state = PGRES_POLLING_WRITING;
  while (state != PGRES_POLLING_OK) {
    if (PQstatus(connection_) == CONNECTION_BAD || state == PGRES_POLLING_FAILED) {
      return StoreError(Fault::kConnection, "the database is not reached");
    }
    if (!WaitFor(state == PGRES_POLLING_READING ? POLLIN : POLLOUT, until)) {
      return StoreError(Fault::kConnection, "the database does not answer");
    }
    state = PQconnectPoll(connection_);
  }
  if (PQsetnonblocking(connection_, 1) != 0) {
    return StoreError(Fault::kConnection, "the connection was lost");
  }
  return {};
}

bool PostgresConnection::WaitFor(short events, SteadyTime until) const {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Now()).count();
    if (left <= 0) return false;
    pollfd ready{PQsocket(connection_), events, 0};
    const int count = poll(&ready, 1, static_cast<int>(left));
    if (count > 0) return true;
    if (count < 0 && errno != EINTR) return false;
  }
}

Error PostgresConnection::Lost(bool late) {
  Close();
  // Whoever is frozen is given a moment.
  if (late) retry_at_ = Now() + kRetry;
  return StoreError(Fault::kConnection,
                    late ? "the database does not answer" : "the connection was lost");
}

Result<Answer> PostgresConnection::Await(bool sent) {
  if (!sent) return Lost(/*late=*/false);
  const SteadyTime until = Now() + limit_;
  Answer answer;
  for (;;) {
    const int unsent = PQflush(connection_);
    if (unsent < 0) return Lost(/*late=*/false);
    while (PQisBusy(connection_) == 0) {
      Answer next(PQgetResult(connection_));
      if (!next) {
        if (!answer || PQstatus(connection_) != CONNECTION_OK) return Lost(/*late=*/false);
        return answer;
      }
      // Of several statements the first that failed says it.
      const bool failed = answer && PQresultStatus(answer.get()) == PGRES_FATAL_ERROR;
      if (!failed) answer = std::move(next);
    }
    const short events = static_cast<short>(POLLIN | (unsent > 0 ? POLLOUT : 0));
    if (!WaitFor(events, until)) return Lost(/*late=*/true);
    if (PQconsumeInput(connection_) == 0) return Lost(/*late=*/false);
  }
}

Result<bool> PostgresConnection::AwaitNotice(std::chrono::milliseconds most, int wake) {
  const SteadyTime until = Now() + most;
  for (;;) {
    bool told = false;
    while (PGnotify* const notice = PQnotifies(connection_)) {
      PQfreemem(notice);
      told = true;
    }
    if (told) return true;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Now()).count();
    if (left <= 0) return false;
    std::array<pollfd, 2> ready{{{PQsocket(connection_), POLLIN, 0}, {wake, POLLIN, 0}}};
    const int count = poll(ready.data(), ready.size(), static_cast<int>(left));
    if (count < 0 && errno != EINTR) return Lost(/*late=*/false);
    if (count <= 0) continue;
    if (ready[1].revents != 0) return false;
    if (PQconsumeInput(connection_) == 0) return Lost(/*late=*/false);
  }
}

Result<Answer> PostgresConnection::Execute(const std::string& statements) {
  return Await(PQsendQuery(connection_, statements.c_str()) == 1);
}

Result<Answer> PostgresConnection::Prepare(const std::string& name, const std::string& statement,
                                           int params) {
  return Await(PQsendPrepare(connection_, name.c_str(), statement.c_str(), params, nullptr) == 1);
}

Result<Answer> PostgresConnection::ExecutePrepared(const std::string& name,
                                                   const std::vector<Bytes>& params) {
  std::vector<const char*> values;
  std::vector<int> sizes, formats;
  for (const Bytes& each : params) {
    values.push_back(each.data);
    sizes.push_back(each.size);
    formats.push_back(each.binary ? 1 : 0);
  }
  return Await(PQsendQueryPrepared(connection_, name.c_str(), static_cast<int>(params.size()),
                                   values.data(), sizes.data(), formats.data(), 0) == 1);
}

}  // namespace inferwire::store
