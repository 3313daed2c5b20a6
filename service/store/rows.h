// Rows of the tables <-> the values of job.h.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "store/job.h"
#include "store/sql.h"

namespace inferwire::store {

int64_t ToMillis(WallTime time);
WallTime FromMillis(int64_t millis);

// What an item or a result takes beside its body, about.
inline constexpr int64_t kRowBytes = 128;

// The columns in the order in which ReadJob and ReadShard take them.
extern const std::string kJobColumns, kShardColumns;
Job ReadJob(Row& row);
Shard ReadShard(Row& row);
// The values of kShardColumns after job and shard; they point into the shard.
std::vector<Param> ShardParams(int64_t job, const Shard& shard);

}  // namespace inferwire::store
