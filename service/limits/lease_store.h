// Where replicas get leases of a flow from: one virtual time per meter, of which each replica buys
// pieces, also of the near future. Statements may be lost, late or repeated; they are given many
// meters at once.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace inferwire::limits {

// What one replica asks of one meter. Times are at the limit's rate: one unit of it each `unit`.
struct FlowAsk {
  int64_t meter = 0;  // LeaseStore::Number
  int64_t want = 0;   // for the calls to come
  int64_t need = 0;   // of a call that was refused for want of a lease; 0: none
  Duration unit{1};
  Duration burst{};  // what the store holds of it
  int64_t most = 1;  // that may lie with one replica at once
  int64_t fair = 1;  // of one lease, all replicas together
  Duration back{};   // of an older lease, given back
  bool cut = false;  // this replica has gone on alone: what there was of the burst is gone
};

// The units become usable one by one from now + ahead on, which may be past. None: `ahead` is how
// long it takes until the need is there.
struct FlowGrant {
  int64_t meter = 0;
  int64_t amount = 0;
  Duration ahead{};
};

struct FlowAnswer {
  int64_t store_time = 0;         // ns since 1970, by the store's own clock
  std::vector<FlowGrant> grants;  // empty: it came too late, and did nothing
};

// Blocking, and for a bounded time; not thread-safe.
class LeaseStore {
 public:
  virtual ~LeaseStore() = default;
  // The number of the meter of that name, the same for all replicas.
  virtual Result<int64_t> Number(const std::string& name) = 0;
  // slot: of this replica, 0 to 62. not_after: the store's time after which it must do nothing:
  // whoever asked has gone on by then; 0: not known.
  virtual Result<FlowAnswer> Ask(const std::vector<FlowAsk>& asks, int slot, int64_t not_after) = 0;
};

}  // namespace inferwire::limits
