// What a worker does with a job that it holds.
#include <utility>

#include "store/fault.h"
#include "store/rows.h"
#include "store/sql_jobs.h"

namespace inferwire::store {
namespace {

// $1, ... as many as there are columns of a shard.
std::string ShardInsert() {
  std::string statement = "INSERT INTO shards (job, " + kShardColumns + ") VALUES (";
  for (int i = 1; i <= 35; ++i) statement += (i > 1 ? ", $" : "$") + std::to_string(i);
  return statement + ")";
}

std::string ShardUpdate() {
  std::string set;
  std::string_view rest = kShardColumns;
  rest.remove_prefix(rest.find(", ") + 2);  // all but the key
  for (int i = 3; !rest.empty(); ++i) {
    const size_t end = std::min(rest.find(", "), rest.size());
    if (!set.empty()) set += ", ";
    set.append(rest.substr(0, end)).append(" = $").append(std::to_string(i));
    rest.remove_prefix(std::min(end + 2, rest.size()));
  }
  return "UPDATE shards SET " + set + " WHERE job = $1 AND shard = $2";
}

}  // namespace

Result<void> SqlJobs::InsertShard(int64_t job, const Shard& shard) {
  static const std::string statement = ShardInsert();
  auto done = sql_->Run(statement, ShardParams(job, shard));
  if (!done) return done.error();
  return {};
}

Result<void> SqlJobs::UpdateShard(int64_t job, const Shard& shard) {
  static const std::string statement = ShardUpdate();
  auto done = sql_->Run(statement, ShardParams(job, shard));
  if (!done) return done.error();
  return {};
}

// A write, so that the row is ours until the transaction's end.
Result<void> SqlJobs::Hold(const Lease& lease) {
  auto held =
      sql_->Run("UPDATE jobs SET version = version + 1 WHERE number = $1 AND lease_token = $2",
                {lease.job, lease.token});
  if (!held) return held.error();
  if (held->changed == 0) return StoreError(Fault::kLost, "another worker has the batch now");
  return {};
}

Result<std::optional<Lease>> SqlJobs::Claim(std::string_view worker, WallTime now, WallTime until) {
  auto rows = sql_->Run(
      "UPDATE jobs SET worker = $1, lease_until = $3, lease_token = lease_token + 1 WHERE number = "
      "(SELECT number FROM jobs WHERE state > 0 AND state < $4 AND lease_until <= $2 "
      "ORDER BY lease_until, number LIMIT 1" +
          std::string(sql_->for_update_skip_locked()) + ") RETURNING number, lease_token",
      {worker, ToMillis(now), ToMillis(until), static_cast<int64_t>(JobState::kCompleted)});
  if (!rows) return rows.error();
  if (rows->rows.empty()) return std::optional<Lease>();
  return std::optional<Lease>(Lease{rows->rows.front().Number(0), rows->rows.front().Number(1)});
}

Result<WallTime> SqlJobs::Renew(const Lease& lease, WallTime until) {
  auto done = sql_->Run(
      "UPDATE jobs SET lease_until = $3 WHERE number = $1 AND lease_token = $2 RETURNING cancelled",
      {lease.job, lease.token, ToMillis(until)});
  if (!done) return done.error();
  if (done->rows.empty()) return StoreError(Fault::kLost, "another worker has the batch now");
  return FromMillis(done->rows.front().Number(0));
}

Result<void> SqlJobs::Release(const Lease& lease) {
  auto done = sql_->Run(
      "UPDATE jobs SET lease_until = 0, lease_token = lease_token + 1, worker = '' "
      "WHERE number = $1 AND lease_token = $2",
      {lease.job, lease.token});
  if (!done) return done.error();
  return {};
}

Result<Job> SqlJobs::Load(const Lease& lease) { return FindNumber(lease.job); }

Result<void> SqlJobs::Save(const Lease& lease, Job& job, const std::vector<const Shard*>& shards) {
  auto transaction = Transaction::Begin(*sql_);
  if (!transaction) return transaction.error();
  if (auto held = Hold(lease); !held) return held.error();
  for (const Shard* shard : shards) {
    if (auto updated = UpdateShard(lease.job, *shard); !updated) return updated.error();
  }
  auto rows = sql_->Run(
      "UPDATE jobs SET state = CASE WHEN cancelled > 0 AND CAST($2 AS BIGINT) < $6 THEN CAST($5 AS "
      "BIGINT) ELSE "
      "CAST($2 AS BIGINT) END, "
      "started = $3, ended = $4 WHERE number = $1 RETURNING cancelled, state",
      {lease.job, static_cast<int64_t>(job.state), ToMillis(job.started), ToMillis(job.ended),
       static_cast<int64_t>(JobState::kCancelling), static_cast<int64_t>(JobState::kCompleted)});
  if (!rows) return rows.error();
  job.cancelled = FromMillis(rows->rows.at(0).Number(0));
  job.state = static_cast<JobState>(rows->rows.at(0).Number(1));
  return transaction->Commit();
}

Result<void> SqlJobs::Plan(const Lease& lease, const Job& job) {
  auto transaction = Transaction::Begin(*sql_);
  if (!transaction) return transaction.error();
  if (auto held = Hold(lease); !held) return held.error();
  auto cleared = sql_->Run("DELETE FROM shards WHERE job = $1", {lease.job});
  if (!cleared) return cleared.error();
  for (const Shard& shard : job.shards) {
    if (auto inserted = InsertShard(lease.job, shard); !inserted) return inserted.error();
  }
  return transaction->Commit();
}

Result<void> SqlJobs::DropItems(const Lease& lease) {
  return WithReserve([&] { return DropItemsOnce(lease); });
}

Result<void> SqlJobs::DropItemsOnce(const Lease& lease) {
  auto transaction = Transaction::Begin(*sql_);
  if (!transaction) return transaction.error();
  if (auto held = Hold(lease); !held) return held.error();
  auto items = sql_->Run("DELETE FROM items WHERE job = $1", {lease.job});
  if (!items) return items.error();
  auto none = sql_->Run("UPDATE jobs SET items = 0, bytes = 0 WHERE number = $1", {lease.job});
  if (!none) return none.error();
  return transaction->Commit();
}

Result<void> SqlJobs::Move(const Lease& lease, const Shard& left, const Shard& moved,
                           WallTime now) {
  auto transaction = Transaction::Begin(*sql_);
  if (!transaction) return transaction.error();
  if (auto held = Hold(lease); !held) return held.error();
  if (auto updated = UpdateShard(lease.job, moved); !updated) return updated.error();
  if (!left.input_file.empty()) {
    auto noted =
        sql_->Run("INSERT INTO removals (upstream, key_name, file, due) VALUES ($1, $2, $3, $4)",
                  {std::string_view(left.upstream), std::string_view(left.key),
                   std::string_view(left.input_file), ToMillis(now)});
    if (!noted) return noted.error();
  }
  return transaction->Commit();
}

// Those of a time before keys were noted count for every key.
Result<int64_t> SqlJobs::QueuedTokens(const Shard& shard) {
  auto rows = sql_->Run(
      "SELECT CAST(COALESCE(SUM(tokens), 0) AS BIGINT) FROM shards WHERE upstream = $1 AND "
      "model = $2 AND state >= $3 AND state <= $4 AND "
      "(CAST($5 AS TEXT) = '' OR key_name = $5 OR key_name = '')",
      {std::string_view(shard.upstream), std::string_view(shard.model),
       static_cast<int64_t>(ShardState::kPrepared), static_cast<int64_t>(ShardState::kInProgress),
       std::string_view(shard.key)});
  if (!rows) return rows.error();
  return rows->rows.at(0).Number(0);
}

Result<bool> SqlJobs::Admit(const Lease& lease, Shard& shard, int64_t token_limit) {
  auto transaction = Transaction::Begin(*sql_);
  if (!transaction) return transaction.error();
  if (auto alone = sql_->Exclude("queue " + shard.upstream + "\n" + shard.model); !alone) {
    return alone.error();
  }
  if (auto held = Hold(lease); !held) return held.error();
  auto queued = QueuedTokens(shard);
  if (!queued) return queued.error();
  if (token_limit > 0 && *queued > 0 && *queued + shard.tokens > token_limit) return false;
  Shard admitted = shard;
  admitted.state = ShardState::kPrepared;
  if (auto updated = UpdateShard(lease.job, admitted); !updated) return updated.error();
  if (auto committed = transaction->Commit(); !committed) return committed.error();
  shard.state = ShardState::kPrepared;
  return true;
}

Result<std::map<std::string, int64_t, std::less<>>> SqlJobs::TokensByKey(std::string_view upstream,
                                                                         std::string_view model) {
  auto rows = sql_->Run(
      "SELECT key_name, CAST(SUM(tokens) AS BIGINT) FROM shards WHERE upstream = $1 AND "
      "model = $2 AND state >= $3 AND state <= $4 GROUP BY key_name",
      {upstream, model, static_cast<int64_t>(ShardState::kPrepared),
       static_cast<int64_t>(ShardState::kInProgress)});
  if (!rows) return rows.error();
  std::map<std::string, int64_t, std::less<>> tokens;
  for (Row& row : rows->rows) tokens.emplace(row.Text(0), row.Number(1));
  return tokens;
}

}  // namespace inferwire::store
