// Items and their results, in a worker's hands.
#include <utility>

#include "store/fault.h"
#include "store/rows.h"
#include "store/sql_jobs.h"

namespace inferwire::store {
namespace {

void Count(const NewResult& result, Shard& shard) {
  switch (result.outcome) {
    case ItemOutcome::kSucceeded:
      ++shard.counts.succeeded;
      break;
    case ItemOutcome::kFailed:
      ++shard.counts.failed;
      break;
    case ItemOutcome::kExpired:
      ++shard.counts.expired;
      break;
    case ItemOutcome::kCancelled:
      ++shard.counts.cancelled;
      break;
  }
  shard.usage.input += result.usage.input;
  shard.usage.cached += result.usage.cached;
  shard.usage.output += result.usage.output;
  shard.usage.reasoning += result.usage.reasoning;
  shard.usage.answers += result.usage.answers;
  shard.usage.picousd += result.usage.picousd;
  shard.usage.unpriced += result.usage.unpriced;
  shard.usage.differing += result.usage.differing;
}

}  // namespace

Result<std::vector<Item>> SqlJobs::ReadItems(const std::string& statement, int64_t job,
                                             int32_t shard, int64_t from, int limit,
                                             size_t max_bytes) {
  std::vector<Item> items;
  // In steps, so that large items are not all in memory before they are counted.
  constexpr int kStep = 32;
  size_t bytes = 0;
  while (limit > 0 && (items.empty() || bytes < max_bytes)) {
    const int step = std::min(limit, kStep);
    auto rows = sql_->Run(statement, {job, int64_t{shard}, from, int64_t{step}});
    if (!rows) return rows.error();
    for (Row& row : rows->rows) {
      items.push_back({row.Number(0), row.Text(1), row.Text(2)});
      bytes += items.back().body.size();
    }
    if (rows->rows.size() < static_cast<size_t>(step)) break;
    from = items.back().index + 1;
    limit -= step;
  }
  return items;
}

Result<std::vector<Item>> SqlJobs::Items(int64_t job, int32_t shard, int64_t from, int limit,
                                         size_t max_bytes) {
  return ReadItems(
      "SELECT item, custom_id, body FROM items WHERE job = $1 AND shard = $2 AND item >= $3 "
      "ORDER BY item LIMIT $4",
      job, shard, from, limit, max_bytes);
}

Result<std::vector<Item>> SqlJobs::Unanswered(int64_t job, int32_t shard, int64_t from, int limit,
                                              size_t max_bytes) {
  return ReadItems(
      "SELECT item, custom_id, body FROM items i WHERE job = $1 AND shard = $2 AND item >= $3 AND "
      "NOT EXISTS (SELECT 1 FROM results r WHERE r.job = i.job AND r.item = i.item) "
      "ORDER BY item LIMIT $4",
      job, shard, from, limit, max_bytes);
}

namespace {

// By how much use has grown.
UsageRow Grown(UsageRow row, const Tokens& before, const Tokens& now) {
  row.calls = now.answers - before.answers;
  row.unpriced = now.unpriced - before.unpriced;
  row.input = now.input - before.input;
  row.cached = now.cached - before.cached;
  row.output = now.output - before.output;
  row.reasoning = now.reasoning - before.reasoning;
  row.picousd = now.picousd - before.picousd;
  return row;
}

}  // namespace

Result<Jobs::Added> SqlJobs::AddResults(const Lease& lease, Shard& shard,
                                        const std::vector<NewResult>& results, AddCost add_cost,
                                        const UsageRow* booked) {
  auto transaction = Transaction::Begin(*sql_);
  if (!transaction) return transaction.error();
  if (auto held = Hold(lease); !held) return held.error();
  auto counter = sql_->Run("SELECT results FROM jobs WHERE number = $1", {lease.job});
  if (!counter) return counter.error();
  int64_t sequence = counter->rows.at(0).Number(0);
  Added added;
  int64_t bytes = 0;
  Shard counted = shard;
  for (const NewResult& result : results) {
    auto item = sql_->Run("SELECT item FROM items WHERE job = $1 AND custom_id = $2 AND shard = $3",
                          {lease.job, std::string_view(result.custom_id), int64_t{shard.index}});
    if (!item) return item.error();
    if (item->rows.empty()) {
      ++added.unknown;
      continue;
    }
    auto inserted = sql_->Run(
        "INSERT INTO results (job, sequence, item, shard, outcome, http_status, "
        "upstream_request_id, picousd, body, cost) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, "
        "$10) "
        "ON CONFLICT (job, item) DO NOTHING",
        {lease.job, sequence, item->rows.front().Number(0), int64_t{shard.index},
         static_cast<int64_t>(result.outcome), int64_t{result.http_status},
         std::string_view(result.upstream_request_id),
         result.usage.answers > 0 && result.usage.unpriced == 0 ? Param(result.usage.picousd)
                                                                : Param(),
         BlobView{result.body}, BlobView{result.cost}});
    if (!inserted) return inserted.error();
    if (inserted->changed == 0) {
      ++added.duplicate;
      continue;
    }
    ++sequence;
    ++added.accepted;
    bytes += kRowBytes + static_cast<int64_t>(result.body.size());
    Count(result, counted);
    if (!result.cost.empty()) add_cost(result.cost, counted.cost);
  }
  auto updated = sql_->Run("UPDATE jobs SET results = $2, bytes = bytes + $3 WHERE number = $1",
                           {lease.job, sequence, bytes});
  if (!updated) return updated.error();
  if (auto saved = UpdateShard(lease.job, counted); !saved) return saved.error();
  if (booked && counted.usage.answers > shard.usage.answers) {
    const UsageRow row = Grown(*booked, shard.usage, counted.usage);
    if (auto summed = AddUsageRows(*sql_, std::span(&row, 1)); !summed) return summed.error();
  }
  if (auto committed = transaction->Commit(); !committed) return committed.error();
  shard = std::move(counted);
  return added;
}

}  // namespace inferwire::store
