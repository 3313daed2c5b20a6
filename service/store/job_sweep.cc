// Deleting what is past its time, a piece at a time: nobody waits long for the lock.
#include <utility>

#include "store/rows.h"
#include "store/sql_jobs.h"

namespace llmgate::store {

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

Result<int64_t> SqlJobs::Sweep(WallTime now, WallTime abandoned, int limit) {
  // From now on nobody finds it, however long the rest takes.
  auto rows = sql_->Run(
      "SELECT number FROM jobs WHERE (deleted_at > 0 AND deleted_at <= $1) OR "
      "(state = 0 AND touched <= $2) ORDER BY number LIMIT 1",
      {ToMillis(now), ToMillis(abandoned)});
  if (!rows) return rows.error();
  if (rows->rows.empty()) return int64_t{0};
  const int64_t job = rows->rows.front().Number(0);
  auto hidden = sql_->Run(
      "UPDATE jobs SET state = 0, touched = 0, request_id = NULL WHERE number = $1", {job});
  if (!hidden) return hidden.error();
  return DeleteJob(job, limit);
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

}  // namespace llmgate::store
