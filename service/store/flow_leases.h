// Leases of flows from PostgreSQL: see limits/lease_store.h. One virtual time per meter, in a table
// that is not logged: after a crash of the database every bucket is full again.
#pragma once

#include <vector>

#include "limits/lease_store.h"
#include "store/lease_connection.h"

namespace inferwire::store {

class FlowLeases {
 public:
  explicit FlowLeases(LeaseConnection& connection);

  Result<limits::FlowAnswer> Ask(const std::vector<limits::FlowAsk>& asks, int slot,
                                 int64_t not_after);

 private:
  Result<limits::FlowAnswer> AskOnce(const std::vector<limits::FlowAsk>& asks, int slot,
                                     int64_t not_after);

  LeaseConnection& connection_;
};

}  // namespace inferwire::store
