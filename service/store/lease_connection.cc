#include "store/lease_connection.h"

#include <cstdlib>

#include "store/fault.h"
#include "store/postgres.h"
#include "store/schema.h"

namespace inferwire::store {
namespace {

// Making the schema takes longer than a statement may; several replicas wait for each other.
constexpr std::chrono::seconds kMigrating{5};

// Planned anew each time, a statement over a few meters costs five times as much.
constexpr char kSession[] = R"(
SET client_min_messages = error;
SET plan_cache_mode = force_generic_plan;
SET jit = off;
SET synchronous_commit = on;)";

}  // namespace

int64_t NumberAt(const Answer& answer, int row, int column) {
  return std::strtoll(PQgetvalue(answer.get(), row, column), nullptr, 10);
}

std::string TextAt(const Answer& answer, int row, int column) {
  return {PQgetvalue(answer.get(), row, column),
          static_cast<size_t>(PQgetlength(answer.get(), row, column))};
}

std::string ArrayOf(const std::vector<std::string>& texts) {
  std::string array = "{";
  for (const std::string& text : texts) {
    if (array.size() > 1) array += ',';
    array += '"';
    for (const char c : text) {
      if (c == '"' || c == '\\') array += '\\';
      array += c;
    }
    array += '"';
  }
  return array += '}';
}

Result<void> LeaseConnection::Open() {
  if (connection_.open()) return {};
  if (auto opened = connection_.Open(); !opened) return opened;
  if (!migrated_) {
    auto sql = ConnectPostgres(url_, kMigrating);
    if (!sql) return sql.error();
    if (auto done = Migrate(**sql); !done) return done;
    migrated_ = true;
  }
  Result<Answer> ready = connection_.Execute(kSession);
  for (size_t i = 0; ready && i < statements_.size(); ++i) {
    ready = connection_.Prepare(statements_[i].name, statements_[i].text, statements_[i].params);
    if (ready && PQresultStatus(ready->get()) != PGRES_COMMAND_OK) {
      ready = StoreError(Fault::kWrong, "the database does not know the tables of limits");
    }
  }
  if (ready) return {};
  connection_.Close();
  return ready.error();
}

Result<Answer> LeaseConnection::Run(const char* statement, const std::vector<std::string>& values) {
  if (auto open = Open(); !open) return open.error();
  std::vector<PostgresConnection::Bytes> params;
  params.reserve(values.size());
  for (const std::string& value : values) {
    params.push_back({value.c_str(), static_cast<int>(value.size()), false});
  }
  auto answer = connection_.ExecutePrepared(statement, params);
  if (!answer) return answer;
  const auto status = PQresultStatus(answer->get());
  if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) return answer;
  // Whatever it is (a table was dropped, the server is a copy that only reads), it may be otherwise
  // with the next connection.
  connection_.Close();
  migrated_ = false;
  return StoreError(Fault::kWrong, "the database refuses to lease");
}

}  // namespace inferwire::store
