// How much the store takes, of whom.
#include <string>

#include "store/rows.h"
#include "store/sql_jobs.h"

namespace inferwire::store {
namespace {

Error OverBudget(const std::string& message, int64_t limit) {
  Error error;
  error.code = Code::kResourceExhausted;
  error.reason = v1::ERROR_REASON_STORE_BUDGET_EXCEEDED;
  error.origin = Origin::kGateway;
  error.message = "the store: " + message;
  error.metadata["limit"] = std::to_string(limit);
  return error;
}

}  // namespace

bool SqlJobs::DiskHasRoom(int64_t bytes) {
  const auto free = sql_->FreeBytes();
  const int64_t needed = budget_.min_free + bytes;
  return !free || *free >= needed || *free + sql_->FreeInside() >= needed;
}

// The owner has that many more bytes than before, or wants them.
Result<void> SqlJobs::CheckRoom(std::string_view owner, int64_t bytes) {
  if (!DiskHasRoom(bytes)) {
    return OverBudget("its file system has no room to spare", budget_.min_free);
  }
  const auto taken = [this](const std::string& where,
                            std::initializer_list<Param> params) -> Result<int64_t> {
    auto rows =
        sql_->Run("SELECT CAST(COALESCE(SUM(bytes), 0) AS BIGINT) FROM jobs" + where, params);
    if (!rows) return rows.error();
    return rows->rows.at(0).Number(0);
  };
  if (budget_.owner > 0) {
    auto held = taken(" WHERE owner = $1", {owner});
    if (!held) return held.error();
    if (*held >= budget_.owner) {
      return OverBudget("this caller's batches take all the bytes that a caller may have",
                        budget_.owner);
    }
  }
  if (budget_.total > 0) {
    auto held = taken("", {});
    if (!held) return held.error();
    if (*held >= budget_.total) {
      return OverBudget("batches take all the bytes that it has for them", budget_.total);
    }
  }
  return {};
}

Result<Space> SqlJobs::Used() {
  auto rows = sql_->Run("SELECT CAST(COALESCE(SUM(bytes), 0) AS BIGINT) FROM jobs");
  if (!rows) return rows.error();
  return Space{rows->rows.at(0).Number(0), sql_->FreeBytes()};
}

Result<void> SqlJobs::Own(const Thing& thing, std::string_view owner, WallTime now) {
  if (budget_.owner_ids > 0) {
    auto rows = sql_->Run(
        "SELECT COUNT(*) FROM (SELECT 1 FROM owners WHERE owner = $1 LIMIT $2) AS counted",
        {owner, budget_.owner_ids});
    if (!rows) return rows.error();
    if (rows->rows.at(0).Number(0) >= budget_.owner_ids) {
      return OverBudget("as many files and upstream batches as a caller may have are this caller's",
                        budget_.owner_ids);
    }
  }
  auto done = sql_->Run(
      "INSERT INTO owners (upstream, kind, id, owner, created) VALUES ($1, $2, $3, $4, $5) "
      "ON CONFLICT (upstream, kind, id) DO NOTHING",
      {std::string_view(thing.upstream), std::string_view(thing.kind), std::string_view(thing.id),
       owner, ToMillis(now)});
  if (!done) return done.error();
  return {};
}

Result<void> SqlJobs::Disown(const Thing& thing) {
  auto done = sql_->Run(
      "DELETE FROM owners WHERE upstream = $1 AND kind = $2 AND id = $3",
      {std::string_view(thing.upstream), std::string_view(thing.kind), std::string_view(thing.id)});
  if (!done) return done.error();
  return {};
}

Result<std::optional<std::string>> SqlJobs::OwnerOf(const Thing& thing) {
  auto rows = sql_->Run(
      "SELECT owner FROM owners WHERE upstream = $1 AND kind = $2 AND id = $3",
      {std::string_view(thing.upstream), std::string_view(thing.kind), std::string_view(thing.id)});
  if (!rows) return rows.error();
  if (rows->rows.empty()) return std::optional<std::string>();
  return std::optional<std::string>(rows->rows.front().Text(0));
}

}  // namespace inferwire::store
