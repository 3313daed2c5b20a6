// What replicas share of limits, in PostgreSQL, by one connection of its own: see
// limits/lease_store.h. Blocks; not thread-safe.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "limits/lease_store.h"
#include "store/flow_leases.h"
#include "store/lease_connection.h"
#include "store/replica_register.h"
#include "store/stock_leases.h"

namespace inferwire::store {

class PostgresLeases final : public limits::LeaseStore {
 public:
  // statement: how long one may take. replica: the name of this one; of one process, and never
  // used again.
  PostgresLeases(std::string url, std::chrono::milliseconds statement, const std::string& replica);

  Result<limits::ReplicaStanding> Beat() override { return register_.Beat(); }
  Result<std::vector<int64_t>> Numbers(const std::vector<std::string>& names) override;
  Result<limits::FlowAnswer> Ask(const std::vector<limits::FlowAsk>& asks, int slot,
                                 int64_t not_after) override {
    return flows_.Ask(asks, slot, not_after);
  }
  Result<limits::StockAnswer> AskStocks(const std::vector<limits::StockAsk>& asks,
                                        int64_t not_after) override {
    return stocks_.Ask(asks, not_after);
  }
  Result<std::vector<limits::Doubt>> Doubts() override { return stocks_.Doubts(); }
  Result<bool> Resolve(const std::string& meter, const std::string& replica,
                       int64_t used) override {
    return stocks_.Resolve(meter, replica, used);
  }
  Result<void> Sweep() override { return stocks_.Sweep(); }
  Result<void> Leave() override { return register_.Leave(); }

 private:
  Result<void> AddNumbers(const std::vector<std::string>& names, std::vector<int64_t>& numbers);

  LeaseConnection connection_;
  ReplicaRegister register_;
  FlowLeases flows_;
  StockLeases stocks_;
};

}  // namespace inferwire::store
