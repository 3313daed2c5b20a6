// Leases of flows from PostgreSQL: see limits/lease_store.h. One virtual time per meter, in a table
// that is not logged: after a crash of the database every bucket is full again. Blocks, for
// `statement` at most; not thread-safe, and with a connection of its own.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "limits/lease_store.h"
#include "store/postgres_connection.h"

namespace inferwire::store {

class FlowLeases final : public limits::LeaseStore {
 public:
  // url: as libpq takes it. It connects when it is first asked, and again after a failure.
  FlowLeases(std::string url, std::chrono::milliseconds statement)
      : connection_(std::move(url), statement) {}

  Result<int64_t> Number(const std::string& name) override;
  Result<limits::FlowAnswer> Ask(const std::vector<limits::FlowAsk>& asks, int slot,
                                 int64_t not_after) override;

 private:
  Result<void> Open();
  Result<limits::FlowAnswer> AskOnce(const std::vector<limits::FlowAsk>& asks, int slot,
                                     int64_t not_after);
  Result<Answer> Run(const char* statement, const std::vector<std::string>& values);

  PostgresConnection connection_;
};

}  // namespace inferwire::store
