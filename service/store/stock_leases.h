// Leases of stocks from PostgreSQL: see limits/lease_store.h. A row per meter and period, in which
// what is lent and what is spent are kept as sums, and one per replica that has a lease of it.
#pragma once

#include <string>
#include <vector>

#include "limits/lease_store.h"
#include "store/lease_connection.h"

namespace inferwire::store {

class StockLeases {
 public:
  // replica: the name of this one; of one process, and never used again.
  StockLeases(LeaseConnection& connection, std::string replica);

  Result<limits::StockAnswer> Ask(const std::vector<limits::StockAsk>& asks, int64_t not_after);
  Result<std::vector<limits::Doubt>> Doubts();
  Result<bool> Resolve(const std::string& meter, const std::string& replica, int64_t used);
  Result<void> Sweep();

 private:
  Result<limits::StockAnswer> AskOnce(const std::vector<limits::StockAsk>& asks, int64_t not_after);

  LeaseConnection& connection_;
  const std::string replica_;
};

}  // namespace inferwire::store
