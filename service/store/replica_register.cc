#include "store/replica_register.h"

#include <utility>

#include "store/fault.h"

namespace inferwire::store {
namespace {

// Two that come at once may want the same number: one of them gets none, and comes again.
constexpr char kBeat[] = R"(
WITH mine AS (
  UPDATE replicas SET until = clock_timestamp() + interval '5 s' WHERE replica = $1
  RETURNING slot),
made AS (
  INSERT INTO replicas AS r (slot, replica, started, until)
  SELECT n, $1, clock_timestamp(), clock_timestamp() + interval '5 s'
  FROM generate_series(0, 62) AS n
  WHERE NOT EXISTS (SELECT 1 FROM replicas WHERE replica = $1)
    AND NOT EXISTS (SELECT 1 FROM replicas o WHERE o.slot = n AND o.until > clock_timestamp())
  ORDER BY n LIMIT 1
  ON CONFLICT (slot) DO UPDATE SET replica = excluded.replica, started = excluded.started,
    until = excluded.until WHERE r.until <= clock_timestamp()
  RETURNING slot)
SELECT (extract(epoch FROM clock_timestamp()) * 1e9)::bigint,
  coalesce((SELECT min(slot) FROM mine), (SELECT min(slot) FROM made)),
  1 + (SELECT count(*) FROM replicas WHERE until > clock_timestamp() AND replica <> $1))";

constexpr char kLeave[] = "DELETE FROM replicas WHERE replica = $1";

}  // namespace

ReplicaRegister::ReplicaRegister(LeaseConnection& connection, std::string replica)
    : connection_(connection), replica_(std::move(replica)) {
  connection_.Add({"replica beat", kBeat, 1});
  connection_.Add({"replica leave", kLeave, 1});
}

Result<limits::ReplicaStanding> ReplicaRegister::Beat() {
  for (int tries = 0; tries < 3; ++tries) {
    auto answer = connection_.Run("replica beat", {replica_});
    if (!answer) return answer.error();
    if (PQgetisnull(answer->get(), 0, 1)) continue;
    return limits::ReplicaStanding{static_cast<int>(NumberAt(*answer, 0, 1)),
                                   static_cast<int>(NumberAt(*answer, 0, 2)),
                                   NumberAt(*answer, 0, 0)};
  }
  return StoreError(Fault::kWrong, "no more than " + std::to_string(kSlots) +
                                       " replicas can share their limits by one store");
}

Result<void> ReplicaRegister::Leave() {
  auto answer = connection_.Run("replica leave", {replica_});
  if (!answer) return answer.error();
  return {};
}

}  // namespace inferwire::store
