// Where replicas get leases from. Of a flow it has one virtual time per meter, of which each
// replica buys pieces, also of the near future; of a stock it knows what each replica has spent and
// what it lends to whom. Statements may be lost, late or repeated; they are given many meters at
// once.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace inferwire::limits {

// What one replica asks of one meter. Times are at the limit's rate: one unit of it each `unit`.
struct FlowAsk {
  int64_t meter = 0;  // LeaseStore::Numbers
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

// What one replica reports of one meter in one period, and asks for. All of it is cumulative: to
// say it twice changes nothing, and what is said out of turn is not heard.
struct StockAsk {
  int64_t meter = 0;
  int64_t period = 0, ends = 0;     // seconds since 1970; 0: it has no periods
  int64_t limit = 0;                // of all replicas together
  int64_t spent = 0, reserved = 0;  // by this replica
  int64_t keep = 0;                 // of what it was lent and has not used
  int64_t want = 0;                 // for the calls of the next second
  int64_t need = 0, least = 0;      // of the calls that were refused for want of it, and of one
  int64_t unit = 0;                 // what one call usually takes
  bool held = false;                // it is not used up: a lease that ran out gives all of it back
  int64_t turn = 0;                 // counts this replica's questions about the meter
};

struct StockGrant {
  int64_t meter = 0, period = 0;
  int64_t granted = 0;  // to this replica: what it spent, has set aside and may still set aside
  int64_t left = 0;     // that nobody has
  int64_t spent = 0;    // by all replicas, as they have reported
  int live = 1;         // replicas that use it
  bool hungry = false;  // others wait for what this one holds beyond its part
  int passed = 0;       // the percentage of the limit that was passed with this report; 0: none
};

struct StockAnswer {
  int64_t store_time = 0;
  std::vector<StockGrant> grants;  // empty: it came too late, and did nothing
};

// This replica among those that live.
struct ReplicaStanding {
  int slot = 0;  // 0 to 62
  int live = 1;
  int64_t store_time = 0;
};

// What a replica that is gone was lent and may have used. It counts as used until somebody says
// what it was, or the period ends.
struct Doubt {
  std::string meter;  // its name
  std::string replica;
  // All that it was lent; what of it was reported as spent, and as set aside for calls that ran.
  int64_t granted = 0, spent = 0, reserved = 0;
  int64_t period = 0, ends = 0;  // seconds since 1970
  int64_t amount() const { return granted - spent; }
};

// Blocking, and for a bounded time; not thread-safe.
class LeaseStore {
 public:
  virtual ~LeaseStore() = default;
  // Says that this replica lives, for some seconds.
  virtual Result<ReplicaStanding> Beat() = 0;
  // The numbers of the meters of these names, the same for all replicas.
  virtual Result<std::vector<int64_t>> Numbers(const std::vector<std::string>& names) = 0;
  // slot: of this replica. not_after: the store's time after which it must do nothing: whoever
  // asked has gone on by then; 0: not known.
  virtual Result<FlowAnswer> Ask(const std::vector<FlowAsk>& asks, int slot, int64_t not_after) = 0;
  virtual Result<StockAnswer> AskStocks(const std::vector<StockAsk>& asks, int64_t not_after) = 0;
  // Of periods that are not over.
  virtual Result<std::vector<Doubt>> Doubts() = 0;
  // used: by that replica in the period that is now, all told. False: nothing of it is in doubt,
  // e.g. because it lives.
  virtual Result<bool> Resolve(const std::string& meter, const std::string& replica,
                               int64_t used) = 0;
  // Forgets periods that are long over.
  virtual Result<void> Sweep() = 0;
  // This replica is gone, and owes nobody anything.
  virtual Result<void> Leave() = 0;
};

}  // namespace inferwire::limits
