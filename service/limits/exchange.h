// Asks the store for the leases of all shared meters of this process, many in one statement, on a
// thread of its own: loops never see the store. It also says that this replica lives, and hears how
// many do.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "limits/exchange_observer.h"
#include "limits/lease_store.h"
#include "limits/lease_terms.h"
#include "limits/leased_flow.h"
#include "limits/leased_stock.h"
#include "limits/meter_table.h"

namespace inferwire::limits {

// NewFlow, NewStock and the getters: any thread. Meters may outlive it, and then ask nobody.
class Exchange final : public MeterSource {
 public:
  struct Options {
    int replicas = 1;  // that share the limits, until the store says how many there are
    // What takes longer counts as not answered; the store itself gives up a little earlier.
    Duration timeout = std::chrono::milliseconds(200);
    Duration probe = std::chrono::milliseconds(500);  // while the store is not reached
  };

  // store and observer outlive it. Null: nobody is told.
  Exchange(LeaseStore& store, const Clock& clock, Options options,
           ExchangeObserver* observer = nullptr);
  ~Exchange() override;
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  // Once: turns, on a thread of its own, when a meter wakes it and four times a second.
  void Run();
  // Ends the thread. Then gives back what is lent, says what was used, and takes leave of the
  // store, if that is reached. Once no call asks any more.
  void Leave();

  // A meter that nobody holds any more is forgotten.
  std::shared_ptr<FlowCounter> NewFlow(const std::string& name) override;
  std::shared_ptr<StockCounter> NewStock(const std::string& name) override;
  std::shared_ptr<LeasedFlow> Flow(const std::string& name);
  std::shared_ptr<LeasedStock> Stock(const std::string& name);

  // What limits are while the store is not reached, from now on.
  void Use(StoreDown store_down) { terms_->store_down = store_down; }

  // Asks for what is missing, of all meters. Blocks as long as the store does. For whoever does
  // not Run it.
  void Turn();
  // The same for those that have woken it. False: none has.
  bool TurnForWoken();

  // Whether the store has answered the last question.
  bool reached() const { return reached_; }
  int64_t statements() const { return statements_; }
  LeaseTerms& terms() { return *terms_; }

 private:
  struct Entry {
    std::string name;
    std::atomic<int64_t> number{0};  // the store's; 0: not asked for yet
    std::weak_ptr<LeasedFlow> flow;
    std::weak_ptr<LeasedStock> stock;
    bool gone() const { return flow.expired() && stock.expired(); }
  };
  using Entries = std::vector<std::shared_ptr<Entry>>;
  using Kind = ExchangeObserver::Kind;

  // What was asked, in the order of the questions.
  template <class Ask, class Meter>
  struct Round {
    std::vector<Ask> asks;
    std::vector<std::shared_ptr<Meter>> meters;
    std::vector<std::shared_ptr<Entry>> entries;
  };
  using Flows = Round<FlowAsk, LeasedFlow>;
  using Stocks = Round<StockAsk, LeasedStock>;

  Entries All();
  void Serve(const Entries& entries);
  // False: the store did not answer.
  bool Beat();
  bool GiveNumbers(const Entries& entries);
  bool Ask(const Flows& flows);
  bool Ask(const Stocks& stocks);
  bool LookAfterDoubts();
  void TellDoubts(const std::vector<Doubt>& doubts);
  void Lost(const std::string& why);
  // Runs a statement: measures and counts it.
  template <class Statement>
  auto Measured(Kind kind, Statement statement);
  int64_t NotAfter(SteadyTime sent) const;
  void LearnTime(SteadyTime sent, SteadyTime came, WallTime wall, int64_t store_time);

  LeaseStore& store_;
  const Clock& clock_;
  const Options options_;
  ExchangeObserver nobody_;
  ExchangeObserver& observer_;
  const std::shared_ptr<LeaseTerms> terms_ = std::make_shared<LeaseTerms>();
  std::mutex mutex_;
  std::unordered_map<uint64_t, std::shared_ptr<Entry>> entries_;
  std::map<std::string, uint64_t> ids_;
  uint64_t last_id_ = 0;
  std::atomic<bool> reached_{true};
  std::atomic<int64_t> statements_{0};

  // The exchange's own.
  int slot_ = 0;
  std::string fault_;
  SteadyTime next_probe_{}, next_beat_{}, settled_at_{}, next_look_{}, next_sweep_{};
  // The store's time at steady time zero, by answers that came fast: by when they were sent. By
  // when they came, one late answer would make us believe for ever that we are too late.
  int64_t store_offset_ = 0;
  bool knows_time_ = false;
  std::thread thread_;
};

}  // namespace inferwire::limits
