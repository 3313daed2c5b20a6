// Deleting what is past its time, a piece at a time: nobody waits long for the lock.
#include <algorithm>
#include <utility>

#include "store/fault.h"
#include "store/rows.h"
#include "store/sql_jobs.h"

namespace inferwire::store {

Result<int64_t> SqlJobs::DeletePiece(const std::string& table, const std::string& key, int64_t job,
                                     int limit) {
  auto deleted = sql_->Run("DELETE FROM " + table + " WHERE job = $1 AND " + key + " IN (SELECT " +
                               key + " FROM " + table + " WHERE job = $1 LIMIT $2)",
                           {job, int64_t{limit}});
  if (!deleted) return deleted.error();
  return deleted->changed;
}

// The job's own row is the last to go: until then it is found again.
Result<int64_t> SqlJobs::DeleteJob(int64_t job, int limit) {
  auto transaction = Transaction::Begin(*sql_);
  if (!transaction) return transaction.error();
  int64_t total = 0;
  constexpr std::pair<const char*, const char*> kTables[] = {
      {"results", "sequence"}, {"items", "item"}, {"shards", "shard"}};
  for (const auto& [table, key] : kTables) {
    const int left = limit - static_cast<int>(total);
    if (left <= 0) break;
    auto deleted = DeletePiece(table, key, job, left);
    if (!deleted) return deleted.error();
    total += *deleted;
  }
  if (total < limit) {
    auto deleted = sql_->Run("DELETE FROM jobs WHERE number = $1", {job});
    if (!deleted) return deleted.error();
    total += deleted->changed;
  }
  if (auto committed = transaction->Commit(); !committed) return committed.error();
  return total;
}

// Deleting writes before it frees.
Result<int64_t> SqlJobs::DeleteJobAlways(int64_t job, int limit) {
  constexpr int kSmallPiece = 50;
  auto deleted = DeleteJob(job, limit);
  if (deleted || !IsFault(deleted.error(), Fault::kFull)) return deleted;
  sql_->MakeRoom();
  return DeleteJob(job, std::min(limit, kSmallPiece));
}

// From now on nobody finds the job, however long the rest takes.
Result<void> SqlJobs::Hide(int64_t job, WallTime now) {
  auto transaction = Transaction::Begin(*sql_);
  if (!transaction) return transaction.error();
  auto hidden = sql_->Run(
      "UPDATE jobs SET state = 0, touched = 0, ended = 0, request_id = NULL WHERE number = $1 AND "
      "state >= $2",
      {job, static_cast<int64_t>(JobState::kCompleted)});
  if (!hidden) return hidden.error();
  if (hidden->changed > 0) {
    for (const char* file : {"input_file", "output_file", "error_file"}) {
      auto noted = sql_->Run(
          "INSERT INTO removals (upstream, key_name, file, due) SELECT upstream, key_name, " +
              std::string(file) + ", CAST($2 AS BIGINT) FROM shards WHERE job = $1 AND " + file +
              " <> ''",
          {job, ToMillis(now)});
      if (!noted) return noted.error();
    }
  }
  return transaction->Commit();
}

Result<Jobs::Deletion> SqlJobs::Delete(std::string_view id, std::string_view owner, WallTime now) {
  auto found = sql_->Run(
      "SELECT number, state FROM jobs WHERE id = $1 AND owner = $2 AND state > 0", {id, owner});
  if (!found) return found.error();
  if (found->rows.empty()) return Deletion::kUnknown;
  const Row& row = found->rows.front();
  if (!Ended(static_cast<JobState>(row.Number(1)))) return Deletion::kNotEnded;
  auto hidden = WithReserve([&] { return Hide(row.Number(0), now); });
  if (!hidden) return hidden.error();
  return Deletion::kDone;
}

Result<int64_t> SqlJobs::Sweep(WallTime ended, WallTime abandoned, WallTime now, int limit) {
  auto rows = sql_->Run(
      "SELECT number, state FROM jobs WHERE (ended > 0 AND ended <= $1) OR "
      "(state = 0 AND touched <= $2) ORDER BY number LIMIT 1",
      {ToMillis(ended), ToMillis(abandoned)});
  if (!rows) return rows.error();
  if (rows->rows.empty()) return int64_t{0};
  const int64_t job = rows->rows.front().Number(0);
  if (rows->rows.front().Number(1) != 0) {
    auto hidden = WithReserve([&] { return Hide(job, now); });
    if (!hidden) return hidden.error();
  }
  return DeleteJobAlways(job, limit);
}

Result<std::optional<Removal>> SqlJobs::NextRemoval(WallTime now, WallTime until) {
  auto rows = sql_->Run(
      "UPDATE removals SET due = $2, tries = tries + 1 WHERE number = "
      "(SELECT number FROM removals WHERE due <= $1 ORDER BY due LIMIT 1" +
          std::string(sql_->for_update_skip_locked()) +
          ") RETURNING number, upstream, file, tries, key_name",
      {ToMillis(now), ToMillis(until)});
  if (!rows) return rows.error();
  if (rows->rows.empty()) return std::optional<Removal>();
  Row& row = rows->rows.front();
  return std::optional<Removal>(
      {row.Number(0), row.Text(1), row.Text(2), row.Number(3), row.Text(4)});
}

Result<void> SqlJobs::PutOffRemoval(int64_t number, WallTime due) {
  auto done = sql_->Run("UPDATE removals SET due = $2 WHERE number = $1", {number, ToMillis(due)});
  if (!done) return done.error();
  return {};
}

Result<void> SqlJobs::Removed(int64_t number) {
  auto done = sql_->Run("DELETE FROM removals WHERE number = $1", {number});
  if (!done) return done.error();
  return {};
}

Result<std::vector<std::pair<JobState, int64_t>>> SqlJobs::CountByState() {
  auto rows = sql_->Run("SELECT state, COUNT(*) FROM jobs WHERE state > 0 GROUP BY state");
  if (!rows) return rows.error();
  std::vector<std::pair<JobState, int64_t>> counts;
  for (const Row& row : rows->rows) {
    counts.emplace_back(static_cast<JobState>(row.Number(0)), row.Number(1));
  }
  return counts;
}

Result<std::vector<std::pair<std::string, int64_t>>> SqlJobs::TokensByModel() {
  auto rows = sql_->Run(
      "SELECT model, CAST(SUM(tokens) AS BIGINT) FROM shards WHERE state >= $1 AND state <= $2 "
      "GROUP BY model",
      {static_cast<int64_t>(ShardState::kPrepared), static_cast<int64_t>(ShardState::kInProgress)});
  if (!rows) return rows.error();
  std::vector<std::pair<std::string, int64_t>> tokens;
  for (Row& row : rows->rows) {
    std::string model = row.Text(0);
    tokens.emplace_back(std::move(model), row.Number(1));
  }
  return tokens;
}

}  // namespace inferwire::store
