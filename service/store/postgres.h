// PostgreSQL behind Sql, for several replicas on one database. A connection that was lost is made
// again by the next statement outside of a transaction; the one that noticed fails.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "base/result.h"
#include "store/sql.h"

namespace inferwire::store {

// url: as libpq takes it, e.g. postgresql://user@host/db; never shown, because it may hold a
// password. statement: how long one may take.
Result<std::unique_ptr<Sql>> ConnectPostgres(const std::string& url,
                                             std::chrono::milliseconds statement);

}  // namespace inferwire::store
