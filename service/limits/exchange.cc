#include "limits/exchange.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace inferwire::limits {
namespace {

// How often demand is measured and what lies idle is looked for.
constexpr std::chrono::milliseconds kTurn{250};
// Answers that take longer say too little about the store's clock.
constexpr Duration kFast = std::chrono::milliseconds(100);

int64_t Nanoseconds(SteadyTime time) {
  return std::chrono::duration_cast<Duration>(time.time_since_epoch()).count();
}

}  // namespace

Exchange::~Exchange() {
  wakeup_->Stop();
  if (thread_.joinable()) thread_.join();
}

void Exchange::Run() {
  thread_ = std::thread([this] {
    while (wakeup_->Wait(kTurn)) Turn();
  });
}

std::shared_ptr<LeasedFlow> Exchange::Flow(const std::string& name, const FlowLimit& limit) {
  const std::lock_guard lock(mutex_);
  Entry& entry = entries_[name];
  if (!entry.flow) {
    entry.name = name;
    entry.flow = std::make_shared<LeasedFlow>(limit, options_.replicas, wakeup_);
  }
  return entry.flow;
}

std::vector<Exchange::Entry> Exchange::Entries() {
  const std::lock_guard lock(mutex_);
  std::vector<Entry> entries;
  for (const auto& [_, entry] : entries_) entries.push_back(entry);
  return entries;
}

void Exchange::Turn() {
  if (!reached_ && clock_.Now() < next_probe_) return;
  if (!GiveNumbers()) return Lost();
  std::vector<FlowAsk> asks;
  std::vector<LeasedFlow*> flows;
  const std::vector<Entry> entries = Entries();  // keeps them while they are asked for
  for (const Entry& entry : entries) {
    auto ask = entry.flow->Collect(clock_.Now());
    if (!ask) continue;
    ask->meter = entry.number;
    asks.push_back(*ask);
    flows.push_back(entry.flow.get());
  }
  if (!asks.empty() && !Ask(asks, flows)) Lost();
}

bool Exchange::GiveNumbers() {
  for (const Entry& entry : Entries()) {
    if (entry.number != 0) continue;
    const auto number = store_.Number(entry.name);
    if (!number) return false;
    const std::lock_guard lock(mutex_);
    entries_[entry.name].number = *number;
  }
  return true;
}

bool Exchange::Ask(const std::vector<FlowAsk>& asks, const std::vector<LeasedFlow*>& flows) {
  const SteadyTime sent = clock_.Now();
  const int64_t patience = options_.timeout.count() * 4 / 5;
  const int64_t not_after = knows_time_ ? store_offset_ + Nanoseconds(sent) + patience : 0;
  const auto answer = store_.Ask(asks, options_.slot, not_after);
  ++statements_;
  if (!answer) return false;
  const SteadyTime came = clock_.Now();
  if (came - sent < kFast || !knows_time_) {
    store_offset_ = answer->store_time - Nanoseconds(sent);
    knows_time_ = true;
  }
  if (answer->grants.empty()) return false;
  reached_ = true;
  for (const FlowGrant& grant : answer->grants) {
    for (size_t i = 0; i < asks.size(); ++i) {
      // What was given back is no question.
      if (asks[i].meter == grant.meter && asks[i].want + asks[i].need > 0) {
        flows[i]->Granted(grant, came);
      }
    }
  }
  return true;
}

void Exchange::Lost() {
  reached_ = false;
  const SteadyTime now = clock_.Now();
  next_probe_ = now + options_.probe;
  for (const Entry& entry : Entries()) entry.flow->GoAlone(now);
}

}  // namespace inferwire::limits
