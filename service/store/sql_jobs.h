// Jobs over a database that speaks SQL.
#pragma once

#include <memory>
#include <string>

#include "store/fault.h"
#include "store/jobs.h"
#include "store/sql.h"

namespace inferwire::store {

class SqlJobs final : public Jobs {
 public:
  SqlJobs(std::unique_ptr<Sql> sql, const Budget& budget) : sql_(std::move(sql)), budget_(budget) {}

  Result<int64_t> Create(const Job& job) override;
  Result<void> AddItems(int64_t job, int64_t first_index,
                        const std::vector<NewItem>& items) override;
  Result<Sealed> Seal(const Job& job, const std::optional<Error>& refusal) override;
  Result<void> Drop(int64_t job) override;
  Result<std::optional<Job>> Find(std::string_view id, std::string_view owner) override;
  Result<std::optional<int64_t>> Version(std::string_view id, std::string_view owner) override;
  Result<std::vector<Job>> List(std::string_view owner, int64_t before, int limit) override;
  Result<std::optional<Job>> Cancel(std::string_view id, std::string_view owner,
                                    WallTime now) override;
  Result<Deletion> Delete(std::string_view id, std::string_view owner, WallTime now) override;
  Result<std::vector<StoredResult>> Results(int64_t job, int64_t from, int limit,
                                            size_t max_bytes) override;

  Result<std::optional<Lease>> Claim(std::string_view worker, WallTime now,
                                     WallTime until) override;
  Result<WallTime> Renew(const Lease& lease, WallTime until) override;
  Result<void> Release(const Lease& lease) override;
  Result<Job> Load(const Lease& lease) override;
  Result<void> Save(const Lease& lease, Job& job, const std::vector<const Shard*>& shards) override;
  Result<void> Plan(const Lease& lease, const Job& job) override;
  Result<void> DropItems(const Lease& lease) override;
  Result<void> Move(const Lease& lease, const Shard& left, const Shard& moved,
                    WallTime now) override;
  Result<bool> Admit(const Lease& lease, Shard& shard, int64_t token_limit) override;
  Result<std::vector<Item>> Items(int64_t job, int32_t shard, int64_t from, int limit,
                                  size_t max_bytes) override;
  Result<std::vector<Item>> Unanswered(int64_t job, int32_t shard, int64_t from, int limit,
                                       size_t max_bytes) override;
  Result<Added> AddResults(const Lease& lease, Shard& shard, const std::vector<NewResult>& results,
                           AddCost add_cost, const UsageRow* booked) override;
  Result<void> Own(const Thing& thing, std::string_view owner, WallTime now) override;
  Result<void> Disown(const Thing& thing) override;
  Result<std::optional<std::string>> OwnerOf(const Thing& thing) override;
  Result<int64_t> Sweep(WallTime ended, WallTime abandoned, WallTime now, int limit) override;
  Result<std::optional<Removal>> NextRemoval(WallTime now, WallTime until) override;
  Result<void> PutOffRemoval(int64_t number, WallTime due) override;
  Result<void> Removed(int64_t number) override;
  UsageReader& usage() override { return usage_; }
  Result<bool> GiveBack() override { return sql_->GiveBack(); }
  Result<Space> Used() override;
  Result<std::vector<std::pair<JobState, int64_t>>> CountByState() override;
  Result<std::map<std::string, int64_t, std::less<>>> TokensByKey(std::string_view upstream,
                                                                  std::string_view model) override;
  Result<std::vector<std::pair<std::string, int64_t>>> TokensByModel() override;

 private:
  // In a transaction: the lease holds, and goes on holding until its end.
  Result<void> Hold(const Lease& lease);
  Result<int64_t> QueuedTokens(const Shard& shard);
  Result<void> InsertShard(int64_t job, const Shard& shard);
  Result<void> UpdateShard(int64_t job, const Shard& shard);
  Result<void> LoadShards(Job& job);
  Result<Job> FindNumber(int64_t number);
  Result<std::vector<Item>> ReadItems(const std::string& statement, int64_t job, int32_t shard,
                                      int64_t from, int limit, size_t max_bytes);
  // Rows of one table; the number that went.
  Result<int64_t> DeletePiece(const std::string& table, const std::string& key, int64_t job,
                              int limit);
  Result<int64_t> DeleteJob(int64_t job, int limit);
  // The same, also if the file system is full.
  Result<int64_t> DeleteJobAlways(int64_t job, int limit);
  Result<void> Hide(int64_t job, WallTime now);
  Result<void> DropItemsOnce(const Lease& lease);
  Result<void> CheckRoom(std::string_view owner, int64_t bytes);
  bool DiskHasRoom(int64_t bytes);
  // For what frees space, and writes first: on a full disk it is done with the reserve.
  template <class Work>
  auto WithReserve(const Work& work) {
    auto done = work();
    if (done || !IsFault(done.error(), Fault::kFull)) return done;
    sql_->MakeRoom();
    return work();
  }

  const std::unique_ptr<Sql> sql_;
  const Budget budget_;
  UsageReader usage_{*sql_};
};

}  // namespace inferwire::store
