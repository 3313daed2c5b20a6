// What callers of the batch services do with the store.
#include <utility>

#include "store/fault.h"
#include "store/rows.h"
#include "store/sql_jobs.h"

namespace inferwire::store {
namespace {

Error AlreadyExists(v1::ErrorReason reason, std::string message) {
  Error error;
  error.code = Code::kAlreadyExists;
  error.reason = reason;
  error.origin = Origin::kCaller;
  error.message = std::move(message);
  return error;
}

}  // namespace

Result<int64_t> SqlJobs::Create(const Job& job) {
  if (auto room = CheckRoom(job.owner, 1); !room) return room.error();
  auto rows = sql_->Run(
      "INSERT INTO jobs (id, owner, fingerprint, state, endpoint, time_window, upstream, "
      "input_file, "
      "metadata, created, touched, team, key) "
      "VALUES ($1, $2, '', 0, $3, $4, $5, $6, $7, $8, $8, $9, $10) "
      "RETURNING number",
      {std::string_view(job.id), std::string_view(job.owner), std::string_view(job.endpoint),
       std::string_view(job.window), std::string_view(job.upstream),
       std::string_view(job.input_file), BlobView{job.metadata}, ToMillis(job.created),
       std::string_view(job.team), std::string_view(job.key)});
  if (!rows) return rows.error();
  return rows->rows.at(0).Number(0);
}

Result<void> SqlJobs::AddItems(int64_t job, int64_t first_index,
                               const std::vector<NewItem>& items) {
  auto transaction = Transaction::Begin(*sql_);
  if (!transaction) return transaction.error();
  int64_t bytes = 0;
  for (const NewItem& item : items) {
    bytes += kRowBytes + static_cast<int64_t>(item.custom_id.size() + item.body.size());
  }
  // First: whoever drops the job waits for us, or has been before us.
  auto counted = sql_->Run(
      "UPDATE jobs SET items = items + $2, bytes = bytes + $3 WHERE number = $1 RETURNING owner",
      {job, static_cast<int64_t>(items.size()), bytes});
  if (!counted) return counted.error();
  if (counted->rows.empty()) return StoreError(Fault::kLost, "the batch is gone");
  if (auto room = CheckRoom(counted->rows.front().Text(0), bytes); !room) return room.error();
  for (size_t i = 0; i < items.size(); ++i) {
    const NewItem& item = items[i];
    auto added = sql_->Run(
        "INSERT INTO items (job, item, shard, custom_id, body) VALUES ($1, $2, $3, $4, $5) "
        "ON CONFLICT (job, custom_id) DO NOTHING",
        {job, first_index + static_cast<int64_t>(i), int64_t{item.shard},
         std::string_view(item.custom_id), BlobView{item.body}});
    if (!added) return added.error();
    if (added->changed == 0) {
      Error error = AlreadyExists(v1::ERROR_REASON_DUPLICATE_ITEM,
                                  "item.custom_id: an item of this batch already has it");
      error.metadata["custom_id"] = item.custom_id;
      return error;
    }
  }
  return transaction->Commit();
}

Result<Jobs::Sealed> SqlJobs::Seal(const Job& job, const std::optional<Error>& refusal) {
  auto transaction = Transaction::Begin(*sql_);
  if (!transaction) return transaction.error();
  if (!job.request_id.empty()) {
    if (auto alone = sql_->Exclude("request " + job.owner + "\n" + job.request_id); !alone) {
      return alone.error();
    }
    auto rows =
        sql_->Run("SELECT number, fingerprint FROM jobs WHERE owner = $1 AND request_id = $2",
                  {std::string_view(job.owner), std::string_view(job.request_id)});
    if (!rows) return rows.error();
    if (!rows->rows.empty()) {
      const int64_t number = rows->rows.front().Number(0);
      if (rows->rows.front().Text(1) != job.fingerprint) {
        return AlreadyExists(
            v1::ERROR_REASON_CONFLICT,
            "header.request_id: another batch has it, with other items or another header");
      }
      auto existing = FindNumber(number);
      if (!existing) return existing.error();
      return Sealed{std::move(*existing), true};
    }
  }
  if (refusal) return *refusal;
  for (const Shard& shard : job.shards) {
    if (auto inserted = InsertShard(job.number, shard); !inserted) return inserted.error();
  }
  const Param request = job.request_id.empty() ? Param() : Param(std::string_view(job.request_id));
  auto sealed = sql_->Run(
      "UPDATE jobs SET request_id = $2, fingerprint = $3, state = $4, expires = $5, version = 1 "
      "WHERE number = $1",
      {job.number, request, std::string_view(job.fingerprint),
       static_cast<int64_t>(JobState::kQueued), ToMillis(job.expires)});
  if (!sealed) return sealed.error();
  if (sealed->changed == 0) {
    return StoreError(Fault::kLost, "the batch took too long to be sent and was given up");
  }
  auto stored = FindNumber(job.number);
  if (!stored) return stored.error();
  if (auto committed = transaction->Commit(); !committed) return committed.error();
  return Sealed{std::move(*stored), false};
}

Result<void> SqlJobs::Drop(int64_t job) {
  auto dropped = WithReserve([&] {
    return sql_->Run("UPDATE jobs SET touched = 0 WHERE number = $1 AND state = 0", {job});
  });
  if (!dropped) return dropped.error();
  return {};
}

Result<Job> SqlJobs::FindNumber(int64_t number) {
  auto rows = sql_->Run("SELECT " + kJobColumns + " FROM jobs WHERE number = $1", {number});
  if (!rows) return rows.error();
  if (rows->rows.empty()) return StoreError(Fault::kLost, "the batch is gone");
  Job job = ReadJob(rows->rows.front());
  if (auto loaded = LoadShards(job); !loaded) return loaded.error();
  return job;
}

Result<void> SqlJobs::LoadShards(Job& job) {
  auto rows = sql_->Run("SELECT " + kShardColumns + " FROM shards WHERE job = $1 ORDER BY shard",
                        {job.number});
  if (!rows) return rows.error();
  job.shards.clear();
  for (Row& row : rows->rows) job.shards.push_back(ReadShard(row));
  return {};
}

Result<std::optional<Job>> SqlJobs::Find(std::string_view id, std::string_view owner) {
  auto rows =
      sql_->Run("SELECT " + kJobColumns + " FROM jobs WHERE id = $1 AND owner = $2 AND state > 0",
                {id, owner});
  if (!rows) return rows.error();
  if (rows->rows.empty()) return std::optional<Job>();
  Job job = ReadJob(rows->rows.front());
  if (auto loaded = LoadShards(job); !loaded) return loaded.error();
  return std::optional<Job>(std::move(job));
}

Result<std::optional<int64_t>> SqlJobs::Version(std::string_view id, std::string_view owner) {
  auto rows =
      sql_->Run("SELECT version FROM jobs WHERE id = $1 AND owner = $2 AND state > 0", {id, owner});
  if (!rows) return rows.error();
  if (rows->rows.empty()) return std::optional<int64_t>();
  return std::optional<int64_t>(rows->rows.front().Number(0));
}

Result<std::vector<Job>> SqlJobs::List(std::string_view owner, int64_t before, int limit) {
  auto rows = sql_->Run("SELECT " + kJobColumns +
                            " FROM jobs WHERE owner = $1 AND number < $2 AND state > 0 "
                            "ORDER BY number DESC LIMIT $3",
                        {owner, before > 0 ? before : INT64_MAX, int64_t{limit}});
  if (!rows) return rows.error();
  std::vector<Job> jobs;
  for (Row& row : rows->rows) {
    jobs.push_back(ReadJob(row));
    if (auto loaded = LoadShards(jobs.back()); !loaded) return loaded.error();
  }
  return jobs;
}

Result<std::optional<Job>> SqlJobs::Cancel(std::string_view id, std::string_view owner,
                                           WallTime now) {
  // An ended job stays as it is; the worker makes the rest of it.
  auto done = sql_->Run(
      "UPDATE jobs SET cancelled = $3, state = $4, version = version + 1 WHERE id = $1 AND "
      "owner = $2 AND state > 0 AND state < $4 AND cancelled = 0",
      {id, owner, ToMillis(now), static_cast<int64_t>(JobState::kCancelling)});
  if (!done) return done.error();
  return Find(id, owner);
}

Result<std::vector<StoredResult>> SqlJobs::Results(int64_t job, int64_t from, int limit,
                                                   size_t max_bytes) {
  // Sizes first: how many rows fit is known before any of them is in memory.
  auto sizes = sql_->Run(
      "SELECT length(body) FROM results WHERE job = $1 AND sequence >= $2 ORDER BY sequence LIMIT "
      "$3",
      {job, from, int64_t{limit}});
  if (!sizes) return sizes.error();
  int64_t count = 0;
  size_t bytes = 0;
  for (const Row& row : sizes->rows) {
    bytes += static_cast<size_t>(row.Number(0));
    if (count > 0 && bytes > max_bytes) break;
    ++count;
  }
  if (count == 0) return std::vector<StoredResult>();
  auto rows = sql_->Run(
      "SELECT r.sequence, i.custom_id, r.shard, r.outcome, r.http_status, r.upstream_request_id, "
      "r.body, r.picousd, r.cost FROM results r JOIN items i ON i.job = r.job AND i.item = r.item "
      "WHERE r.job = $1 AND r.sequence >= $2 ORDER BY r.sequence LIMIT $3",
      {job, from, count});
  if (!rows) return rows.error();
  std::vector<StoredResult> results;
  for (Row& row : rows->rows) {
    results.push_back({row.Number(0), row.Text(1), static_cast<int32_t>(row.Number(2)),
                       static_cast<ItemOutcome>(row.Number(3)), static_cast<int>(row.Number(4)),
                       row.Text(5), row.Text(6), row.OptionalNumber(7), row.Text(8)});
  }
  return results;
}

}  // namespace inferwire::store
