// Asks the store for the leases of all flows of this process, many in one statement, on a thread of
// its own: loops never see the store.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "limits/lease_store.h"
#include "limits/leased_flow.h"
#include "limits/wakeup.h"

namespace inferwire::limits {

// Flow and the getters: any thread. Flows may outlive it, and then ask nobody.
class Exchange {
 public:
  struct Options {
    int slot = 0;      // of this replica, 0 to 62
    int replicas = 1;  // that share the limits
    // What takes longer counts as not answered; the store itself gives up a little earlier.
    Duration timeout = std::chrono::milliseconds(100);
    Duration probe = std::chrono::milliseconds(500);  // while the store is not reached
  };

  Exchange(LeaseStore& store, const Clock& clock, Options options)
      : store_(store), clock_(clock), options_(options) {}
  ~Exchange();
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  // Once: turns, on a thread of its own, when a flow wakes it and four times a second.
  void Run();
  Wakeup& wakeup() { return *wakeup_; }

  // The flow of this name and limit, made if there is none. Its first lease comes with the next
  // turn.
  std::shared_ptr<LeasedFlow> Flow(const std::string& name, const FlowLimit& limit);
  // Asks for what is missing. Blocks as long as the store does. For whoever does not Run it.
  void Turn();
  // Whether the store has answered the last question.
  bool reached() const { return reached_; }
  int64_t statements() const { return statements_; }

 private:
  struct Entry {
    std::string name;
    int64_t number = 0;  // the store's; 0: not asked for yet
    std::shared_ptr<LeasedFlow> flow;
  };

  std::vector<Entry> Entries();
  // False: the store did not answer.
  bool GiveNumbers();
  bool Ask(const std::vector<FlowAsk>& asks, const std::vector<LeasedFlow*>& flows);
  void Lost();

  LeaseStore& store_;
  const Clock& clock_;
  const Options options_;
  const std::shared_ptr<Wakeup> wakeup_ = std::make_shared<Wakeup>();
  std::mutex mutex_;
  std::map<std::string, Entry> entries_;
  std::atomic<bool> reached_{true};
  std::atomic<int64_t> statements_{0};
  SteadyTime next_probe_{};
  // The store's time at steady time zero, by answers that came fast: by when they were sent. By
  // when they came, one late answer would make us believe for ever that we are too late.
  int64_t store_offset_ = 0;
  bool knows_time_ = false;
  std::thread thread_;
};

}  // namespace inferwire::limits
