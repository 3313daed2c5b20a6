// The tables, and what a database of an older version has to go through.
#pragma once

#include "base/result.h"
#include "store/sql.h"

namespace inferwire::store {

inline constexpr int64_t kSchemaVersion = 9;

// Brings the database to kSchemaVersion; several replicas may try at once. Refuses a newer one.
Result<void> Migrate(Sql& sql);

}  // namespace inferwire::store
