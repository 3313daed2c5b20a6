#include "store/usage.h"

#include <utility>

#include "store/postgres.h"
#include "store/sqlite.h"

namespace inferwire::store {
namespace {

constexpr int64_t kSecondsPerHour = 3600;

int64_t Seconds(WallTime time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

}  // namespace

Result<std::unique_ptr<Usage>> Usage::Connect(const Location& location) {
  auto sql = location.kind == Location::Kind::kSqlite
                 ? ConnectSqlite(location.path, location.wait)
                 : ConnectPostgres(location.url, location.wait);
  if (!sql) return sql.error();
  return std::make_unique<Usage>(std::move(*sql));
}

Result<WriterState> Usage::Writer(int64_t writer) {
  auto rows = sql_->Run("SELECT last, closed FROM ledger_writer WHERE writer = $1", {writer});
  if (!rows) return rows.error();
  if (rows->rows.empty()) return WriterState{};
  const Row& row = rows->rows.front();
  return WriterState{row.Number(0), row.Number(1) != 0};
}

Result<bool> Usage::Add(int64_t writer, int64_t after, const WriterState& now,
                        const std::vector<UsageRow>& rows, WallTime reached) {
  auto transaction = Transaction::Begin(*sql_);
  if (!transaction) return transaction.error();
  const int64_t at = Seconds(reached);
  auto noted = sql_->Run(
      "INSERT INTO ledger_writer (writer, last, reached, closed) VALUES ($1, 0, $2, 0) "
      "ON CONFLICT (writer) DO NOTHING",
      {writer, at});
  if (!noted) return noted.error();
  auto moved = sql_->Run(
      "UPDATE ledger_writer SET last = $1, reached = $2, closed = $3 "
      "WHERE writer = $4 AND last = $5",
      {now.last, at, int64_t{now.closed}, writer, after});
  if (!moved) return moved.error();
  if (moved->changed != 1) return false;
  if (auto added = AddUsageRows(*sql_, rows); !added) return added.error();
  if (auto committed = transaction->Commit(); !committed) return committed.error();
  return true;
}

Result<void> Usage::Reached(int64_t writer, WallTime reached) {
  auto told = sql_->Run(
      "INSERT INTO ledger_writer (writer, last, reached, closed) VALUES ($1, 0, $2, 0) "
      "ON CONFLICT (writer) DO UPDATE SET reached = excluded.reached "
      "WHERE ledger_writer.closed = 0",
      {writer, Seconds(reached)});
  if (!told) return told.error();
  return {};
}

Result<void> Usage::RemoveBefore(int64_t hour) {
  auto rows = sql_->Run("DELETE FROM usage_hour WHERE hour < $1", {hour});
  if (!rows) return rows.error();
  auto writers = sql_->Run("DELETE FROM ledger_writer WHERE closed <> 0 AND reached < $1",
                           {hour * kSecondsPerHour});
  if (!writers) return writers.error();
  return {};
}

}  // namespace inferwire::store
