#include "limits/exchange.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

namespace inferwire::limits {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// How often demand is measured and what lies idle is looked for.
constexpr milliseconds kTurn{250};
constexpr seconds kBeat{1};     // a replica counts for five
constexpr seconds kSettled{3};  // from then on all that started together have been counted
constexpr seconds kLook{15};    // at what is in doubt
constexpr seconds kSweep{3600};
// Answers that take longer say too little about the store's clock.
constexpr Duration kFast = milliseconds(100);
// A wall clock that differs less is right.
constexpr Duration kSkew = seconds(2);
constexpr size_t kMostAtOnce = 500;  // meters in one statement

int64_t Nanoseconds(SteadyTime time) {
  return std::chrono::duration_cast<Duration>(time.time_since_epoch()).count();
}

int64_t Nanoseconds(WallTime time) {
  return std::chrono::duration_cast<Duration>(time.time_since_epoch()).count();
}

}  // namespace

template <class Statement>
auto Exchange::Measured(Kind kind, Statement statement) {
  using Outcome = ExchangeObserver::Outcome;
  const SteadyTime sent = clock_.Now();
  auto answer = statement();
  const Duration took = clock_.Now() - sent;
  ++statements_;
  Outcome outcome = Outcome::kOk;
  if (!answer) {
    outcome = took >= options_.timeout ? Outcome::kTimeout : Outcome::kError;
    fault_ = answer.error().message;
  }
  observer_.Exchanged(kind, outcome, took);
  return answer;
}

Exchange::Exchange(LeaseStore& store, const Clock& clock, Options options,
                   ExchangeObserver* observer)
    : store_(store),
      clock_(clock),
      options_(options),
      observer_(observer != nullptr ? *observer : nobody_) {
  terms_->live = options.replicas;
}

Exchange::~Exchange() {
  terms_->wakeup.Stop();
  if (thread_.joinable()) thread_.join();
}

void Exchange::Run() {
  thread_ = std::thread([this] {
    SteadyTime next = clock_.Now();
    for (;;) {
      const SteadyTime now = clock_.Now();
      if (now >= next) {
        Turn();
        next = now + kTurn;
      } else {
        TurnForWoken();
      }
      if (!terms_->wakeup.Wait(std::max<Duration>(next - clock_.Now(), Duration(1)))) return;
    }
  });
}

void Exchange::Leave() {
  terms_->wakeup.Stop();
  if (thread_.joinable()) thread_.join();
  if (!reached_) return;
  terms_->leaving = true;
  Turn();
  if (reached_) (void)Measured(Kind::kRegister, [this] { return store_.Leave(); });
}

std::shared_ptr<FlowCounter> Exchange::NewFlow(const std::string& name) { return Flow(name); }
std::shared_ptr<StockCounter> Exchange::NewStock(const std::string& name) { return Stock(name); }

std::shared_ptr<LeasedFlow> Exchange::Flow(const std::string& name) {
  const std::lock_guard lock(mutex_);
  uint64_t& id = ids_[name];
  if (id == 0) id = ++last_id_;
  auto& entry = entries_[id];
  if (!entry) entry = std::make_shared<Entry>();
  entry->name = name;
  auto flow = entry->flow.lock();
  if (flow) return flow;
  flow = std::make_shared<LeasedFlow>(terms_, id);
  if (!reached_) flow->GoAlone(clock_.Now());
  entry->flow = flow;
  return flow;
}

std::shared_ptr<LeasedStock> Exchange::Stock(const std::string& name) {
  const std::lock_guard lock(mutex_);
  uint64_t& id = ids_[name];
  if (id == 0) id = ++last_id_;
  auto& entry = entries_[id];
  if (!entry) entry = std::make_shared<Entry>();
  entry->name = name;
  auto stock = entry->stock.lock();
  if (stock) return stock;
  stock = std::make_shared<LeasedStock>(terms_, id);
  if (!reached_) stock->GoAlone();
  entry->stock = stock;
  return stock;
}

Exchange::Entries Exchange::All() {
  const std::lock_guard lock(mutex_);
  Entries entries;
  entries.reserve(entries_.size());
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    if (entry->second->gone()) {
      ids_.erase(entry->second->name);
      entry = entries_.erase(entry);
      continue;
    }
    entries.push_back(entry->second);
    ++entry;
  }
  return entries;
}

void Exchange::Turn() {
  terms_->wakeup.Take();  // they are among all
  Serve(All());
}

bool Exchange::TurnForWoken() {
  std::vector<uint64_t> woken = terms_->wakeup.Take();
  if (woken.empty()) return false;
  std::sort(woken.begin(), woken.end());
  woken.erase(std::unique(woken.begin(), woken.end()), woken.end());
  Entries entries;
  {
    const std::lock_guard lock(mutex_);
    for (const uint64_t id : woken) {
      if (const auto found = entries_.find(id); found != entries_.end()) {
        entries.push_back(found->second);
      }
    }
  }
  Serve(entries);
  return true;
}

void Exchange::Serve(const Entries& entries) {
  if (!reached_ && clock_.Now() < next_probe_) return;
  if (!Beat() || !GiveNumbers(entries)) return Lost(fault_);
  const Moment now = Moment::Of(clock_);
  Flows flows;
  Stocks stocks;
  const auto add = [](auto& round, auto ask, const auto& entry, const auto& meter) {
    ask.meter = entry->number;
    round.asks.push_back(std::move(ask));
    round.meters.push_back(meter);
    round.entries.push_back(entry);
  };
  std::vector<StockAsk> asks;
  for (size_t i = 0; i < entries.size(); ++i) {
    const auto& entry = entries[i];
    if (const auto flow = entry->flow.lock()) {
      if (auto ask = flow->Collect(now.steady)) add(flows, std::move(*ask), entry, flow);
    }
    if (const auto stock = entry->stock.lock()) {
      asks.clear();
      stock->Collect(now, asks);
      for (StockAsk& ask : asks) add(stocks, std::move(ask), entry, stock);
    }
    const bool last = i + 1 == entries.size();
    if (last || flows.asks.size() >= kMostAtOnce) {
      if (!Ask(flows)) return Lost(fault_);
      flows = {};
    }
    if (last || stocks.asks.size() >= kMostAtOnce) {
      if (!Ask(stocks)) return Lost(fault_);
      stocks = {};
    }
  }
  if (!LookAfterDoubts()) return Lost(fault_);
  if (!reached_.exchange(true)) observer_.Reached(true, "");
}

int64_t Exchange::NotAfter(SteadyTime sent) const {
  return knows_time_ ? store_offset_ + Nanoseconds(sent) + options_.timeout.count() * 4 / 5 : 0;
}

void Exchange::LearnTime(SteadyTime sent, SteadyTime came, WallTime wall, int64_t store_time) {
  if (came - sent >= kFast && knows_time_) return;
  store_offset_ = store_time - Nanoseconds(sent);
  knows_time_ = true;
  const int64_t behind = store_time - Nanoseconds(wall);
  terms_->behind = behind > kSkew.count() || behind < -kSkew.count() ? behind : 0;
}

bool Exchange::Beat() {
  const Moment sent = Moment::Of(clock_);
  if (reached_ && sent.steady < next_beat_) return true;
  const auto standing = Measured(Kind::kRegister, [this] { return store_.Beat(); });
  if (!standing) return false;
  next_beat_ = sent.steady + kBeat;
  slot_ = standing->slot;
  // Who starts beside others may see none of them yet.
  if (settled_at_ == SteadyTime()) settled_at_ = sent.steady + kSettled;
  const bool settled = sent.steady >= settled_at_;
  terms_->live = settled ? standing->live : std::max(standing->live, options_.replicas);
  LearnTime(sent.steady, clock_.Now(), sent.wall, standing->store_time);
  observer_.Live(standing->live);
  return true;
}

bool Exchange::GiveNumbers(const Entries& entries) {
  std::vector<std::shared_ptr<Entry>> nameless;
  std::vector<std::string> names;
  const auto ask = [&] {
    if (names.empty()) return true;
    const auto numbers = Measured(Kind::kRegister, [&] { return store_.Numbers(names); });
    if (!numbers) return false;
    for (size_t i = 0; i < names.size() && i < numbers->size(); ++i) {
      nameless[i]->number = (*numbers)[i];
    }
    nameless.clear();
    names.clear();
    return true;
  };
  for (const auto& entry : entries) {
    if (entry->number != 0) continue;
    nameless.push_back(entry);
    names.push_back(entry->name);
    if (names.size() >= kMostAtOnce && !ask()) return false;
  }
  return ask();
}

bool Exchange::Ask(const Flows& flows) {
  if (flows.asks.empty()) return true;
  const Moment sent = Moment::Of(clock_);
  const auto answer =
      Measured(Kind::kFlow, [&] { return store_.Ask(flows.asks, slot_, NotAfter(sent.steady)); });
  if (!answer) return false;
  const SteadyTime came = clock_.Now();
  LearnTime(sent.steady, came, sent.wall, answer->store_time);
  if (answer->grants.empty()) {
    fault_ = "the store was too late";
    observer_.Exchanged(Kind::kFlow, ExchangeObserver::Outcome::kLate, came - sent.steady);
    return false;
  }
  std::unordered_map<int64_t, size_t> places;
  for (size_t i = 0; i < flows.asks.size(); ++i) places[flows.asks[i].meter] = i;
  for (const FlowGrant& grant : answer->grants) {
    const auto place = places.find(grant.meter);
    if (place == places.end()) continue;
    const FlowAsk& ask = flows.asks[place->second];
    // What was given back is no question.
    if (ask.want + ask.need > 0) flows.meters[place->second]->Granted(grant, came);
  }
  observer_.Granted();
  return true;
}

bool Exchange::Ask(const Stocks& stocks) {
  if (stocks.asks.empty()) return true;
  const Moment sent = Moment::Of(clock_);
  const auto answer =
      Measured(Kind::kStock, [&] { return store_.AskStocks(stocks.asks, NotAfter(sent.steady)); });
  if (!answer) return false;
  const SteadyTime came = clock_.Now();
  LearnTime(sent.steady, came, sent.wall, answer->store_time);
  if (answer->grants.empty()) {
    fault_ = "the store was too late";
    observer_.Exchanged(Kind::kStock, ExchangeObserver::Outcome::kLate, came - sent.steady);
    return false;
  }
  std::map<std::pair<int64_t, int64_t>, size_t> places;
  for (size_t i = 0; i < stocks.asks.size(); ++i) {
    places[{stocks.asks[i].meter, stocks.asks[i].period}] = i;
  }
  for (const StockGrant& grant : answer->grants) {
    const auto place = places.find({grant.meter, grant.period});
    if (place == places.end()) continue;
    const std::string& name = stocks.entries[place->second]->name;
    const int64_t over = stocks.meters[place->second]->Granted(grant, sent.steady, came);
    if (over > 0) observer_.Overrun(name, over);
    if (grant.passed > 0) observer_.Passed(name, grant.passed);
  }
  observer_.Granted();
  return true;
}

void Exchange::TellDoubts(const std::vector<Doubt>& doubts) {
  std::map<std::string_view, int64_t> amounts;
  for (const Doubt& doubt : doubts) amounts[doubt.meter] += doubt.amount();
  for (const auto& entry : All()) {
    const auto stock = entry->stock.lock();
    if (!stock) continue;
    const auto found = amounts.find(entry->name);
    stock->InDoubt(found == amounts.end() ? 0 : found->second);
  }
}

bool Exchange::LookAfterDoubts() {
  const SteadyTime now = clock_.Now();
  if (now >= next_look_) {
    next_look_ = now + kLook;
    const auto doubts = Measured(Kind::kRegister, [this] { return store_.Doubts(); });
    if (!doubts) return false;
    observer_.InDoubt(*doubts);
    TellDoubts(*doubts);
  }
  if (now >= next_sweep_) {
    next_sweep_ = now + kSweep;
    if (!Measured(Kind::kRegister, [this] { return store_.Sweep(); })) return false;
  }
  return true;
}

void Exchange::Lost(const std::string& why) {
  const SteadyTime now = clock_.Now();
  next_probe_ = now + options_.probe;
  // Meters that are made from now on are alone from their beginning.
  const bool was = reached_.exchange(false);
  for (const auto& entry : All()) {
    if (const auto flow = entry->flow.lock()) flow->GoAlone(now);
    if (const auto stock = entry->stock.lock()) stock->GoAlone();
  }
  if (was) observer_.Reached(false, why);
}

}  // namespace inferwire::limits
