// Which idempotency keys are in use, for replicas that share a PostgreSQL: one row per key, held by
// a lease in the database's own time. What was answered is not in it. One connection, used by one
// thread; blocks.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "store/jobs.h"
#include "store/sql.h"

namespace inferwire::store {

class IdempotentKeys {
 public:
  struct Key {
    std::string owner, method, name;
  };
  struct Use {
    std::optional<int64_t> input, output, picousd;
  };
  struct Row {
    std::string fingerprint, request_id;
    bool ended = false;
    bool lost = false;  // it has not ended, and its lease has
    Use use;
  };
  struct Times {
    std::chrono::milliseconds lease = std::chrono::seconds(30);
    std::chrono::milliseconds keep = std::chrono::minutes(5);  // of what has ended
  };

  IdempotentKeys(std::unique_ptr<Sql> sql, const Times& times)
      : sql_(std::move(sql)), times_(times) {}
  // Of a database whose schema is there: see Database::Open.
  static Result<std::unique_ptr<IdempotentKeys>> Connect(const Location& location,
                                                         const Times& times);

  // Nothing: the key is this request's now, or was already. Otherwise whose it is. takes_lost: also
  // one whose lease has ended, of the same fingerprint.
  Result<std::optional<Row>> Claim(const Key& key, const std::string& fingerprint,
                                   const std::string& request_id, bool takes_lost);
  // Both of what this request has claimed.
  Result<void> Free(const Key& key, const std::string& request_id);
  Result<void> End(const Key& key, const std::string& request_id, const Use& use);
  // The leases of these, anew.
  Result<void> Renew(const std::vector<std::string>& request_ids);
  // What nobody has to know any more.
  Result<void> Sweep();

 private:
  const std::unique_ptr<Sql> sql_;
  const Times times_;
};

}  // namespace inferwire::store
