// The durable state of batches. What a function has answered with OK survives the end of the
// process and of the machine. One connection, used by one thread; blocks.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "store/job.h"
#include "store/usage_query.h"
#include "store/usage_row.h"

namespace inferwire::store {

class Jobs {
 public:
  virtual ~Jobs() = default;

  // --- A caller's

  // Begins to collect a job; its number. RESOURCE_EXHAUSTED, STORE_BUDGET_EXCEEDED if the budget
  // has no room for anything.
  virtual Result<int64_t> Create(const Job& job) = 0;
  // The items from this index on. ALREADY_EXISTS, DUPLICATE_ITEM if the job has one of their custom
  // ids, STORE_BUDGET_EXCEEDED if they are too large; then none is added.
  virtual Result<void> AddItems(int64_t job, int64_t first_index,
                                const std::vector<NewItem>& items) = 0;
  struct Sealed {
    Job job;
    bool existed = false;
  };
  // Makes the collected job one to be worked on. If its owner has one of the same request_id: that
  // one and existed if the fingerprints are equal, else ALREADY_EXISTS, CONFLICT; the collected one
  // is gone then. refusal: why there is to be no further one; the one that there is is given.
  virtual Result<Sealed> Seal(const Job& job, const std::optional<Error>& refusal = {}) = 0;
  // Gives up a job that is being collected: Sweep deletes it next. A job that was sealed meanwhile
  // stays.
  virtual Result<void> Drop(int64_t job) = 0;

  // Nothing if the owner has no such job, whoever else has.
  virtual Result<std::optional<Job>> Find(std::string_view id, std::string_view owner) = 0;
  // The version alone, or nothing: for those who wait for a change.
  virtual Result<std::optional<int64_t>> Version(std::string_view id, std::string_view owner) = 0;
  // The youngest first, those with a smaller number than `before` (0: all).
  virtual Result<std::vector<Job>> List(std::string_view owner, int64_t before, int limit) = 0;
  // Without effect on a job that has ended. Nothing as in Find.
  virtual Result<std::optional<Job>> Cancel(std::string_view id, std::string_view owner,
                                            WallTime now) = 0;
  enum class Deletion { kDone, kUnknown, kNotEnded };
  // From now on nobody finds it; Sweep does the rest, and its files at upstreams are removals.
  virtual Result<Deletion> Delete(std::string_view id, std::string_view owner, WallTime now) = 0;
  // At least one if there is any, and not many more bytes than that.
  virtual Result<std::vector<StoredResult>> Results(int64_t job, int64_t from, int limit,
                                                    size_t max_bytes) = 0;

  // --- Whose is what at the upstreams

  // Notes the thing as the owner's, unless it is somebody's already. STORE_BUDGET_EXCEEDED if the
  // owner has too many.
  virtual Result<void> Own(const Thing& thing, std::string_view owner, WallTime now) = 0;
  virtual Result<void> Disown(const Thing& thing) = 0;
  // Nothing: it is nobody's.
  virtual Result<std::optional<std::string>> OwnerOf(const Thing& thing) = 0;

  // --- A worker's

  // The lease of a job that nobody works on.
  virtual Result<std::optional<Lease>> Claim(std::string_view worker, WallTime now,
                                             WallTime until) = 0;
  // When the job was cancelled, if it was. Fault::kLost if it is somebody else's.
  virtual Result<WallTime> Renew(const Lease& lease, WallTime until) = 0;
  // Others may take it at once.
  virtual Result<void> Release(const Lease& lease) = 0;
  virtual Result<Job> Load(const Lease& lease) = 0;
  // Writes the job's state and times and these shards; all or nothing. Whether the caller has
  // cancelled is not written: it is read, into the job.
  virtual Result<void> Save(const Lease& lease, Job& job,
                            const std::vector<const Shard*>& shards) = 0;
  // For a job whose items come from a file: replaces its shards by the job's. Its items are
  // counted.
  virtual Result<void> Plan(const Lease& lease, const Job& job) = 0;
  virtual Result<void> DropItems(const Lease& lease) = 0;
  // Saves a shard that goes to another upstream or key; the input file that it leaves behind, if it
  // has one, becomes a removal.
  virtual Result<void> Move(const Lease& lease, const Shard& left, const Shard& moved,
                            WallTime now) = 0;
  // Gives a queued shard its room in the queue of the model and the key, and saves it as prepared;
  // false if the shards of all jobs there would together take more than the limit (0: none). A
  // shard larger than the limit gets the queue to itself.
  virtual Result<bool> Admit(const Lease& lease, Shard& shard, int64_t token_limit) = 0;
  // The shard's items from this index on; fewer than asked for are not the end, none are.
  virtual Result<std::vector<Item>> Items(int64_t job, int32_t shard, int64_t from, int limit,
                                          size_t max_bytes) = 0;
  // The same, only those without a result.
  virtual Result<std::vector<Item>> Unanswered(int64_t job, int32_t shard, int64_t from, int limit,
                                               size_t max_bytes) = 0;
  struct Added {
    int64_t accepted = 0, unknown = 0, duplicate = 0;
  };
  // Keeps the first result of every item of the shard and drops what is for none or for the second
  // time; counts in the shard, sums their costs up, and saves it. add_cost is needed if one of them
  // has a cost. booked: the hour and the names under which what they used is added to the ledger's
  // sums, in the same transaction; null: it is not.
  virtual Result<Added> AddResults(const Lease& lease, Shard& shard,
                                   const std::vector<NewResult>& results,
                                   AddCost add_cost = nullptr,
                                   const UsageRow* booked = nullptr) = 0;

  // The ledger's sums.
  virtual UsageReader& usage() = 0;

  // --- Housekeeping

  // Deletes a piece of what is past its time: jobs that ended before `ended`, jobs that are being
  // collected and were begun before `abandoned`, and what was deleted. The rows deleted; 0: nothing
  // is left to do. Their files at upstreams become removals.
  virtual Result<int64_t> Sweep(WallTime ended, WallTime abandoned, WallTime now, int limit) = 0;
  // A removal whose time has come; it is nobody else's until then.
  virtual Result<std::optional<Removal>> NextRemoval(WallTime now, WallTime until) = 0;
  virtual Result<void> PutOffRemoval(int64_t number, WallTime due) = 0;
  virtual Result<void> Removed(int64_t number) = 0;
  // Gives deleted space back to the file system, a piece of it; true if there is more.
  virtual Result<bool> GiveBack() = 0;
  virtual Result<Space> Used() = 0;
  // Jobs that are not deleted, by state.
  virtual Result<std::vector<std::pair<JobState, int64_t>>> CountByState() = 0;
  // Of the shards that are at this upstream with this model, by key.
  virtual Result<std::map<std::string, int64_t, std::less<>>> TokensByKey(
      std::string_view upstream, std::string_view model) = 0;
  // Of the shards that are at an upstream, by model.
  virtual Result<std::vector<std::pair<std::string, int64_t>>> TokensByModel() = 0;
};

// How to reach the database.
struct Location {
  enum class Kind { kSqlite, kPostgres };
  Kind kind = Kind::kSqlite;
  std::string path;                      // of the SQLite file
  std::string url;                       // of PostgreSQL; may hold a password
  std::chrono::milliseconds wait{5000};  // for another connection's lock, or a statement
  Budget budget{};
};

// The process's hold on the database; outlives its connections.
class Database {
 public:
  // Makes or migrates the schema. With SQLite the leases of an earlier process end here: there is
  // no other one.
  static Result<std::unique_ptr<Database>> Open(const Location& location);
  virtual ~Database() = default;
  virtual Result<std::unique_ptr<Jobs>> Connect() = 0;
};

}  // namespace inferwire::store
