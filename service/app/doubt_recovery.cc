#include "app/doubt_recovery.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

#include "app/meter_parts.h"
#include "ledger/spent.h"

namespace inferwire::app {
namespace {

// What died a moment ago is lent for five seconds more.
constexpr std::chrono::seconds kFirst{6}, kNext{5};
constexpr int kTries = 12;

// tenant/acme, team/acme/search, key/acme/abcdefgh, user/acme/search/0123456789abcdef
ledger::Names WhoseOf(std::string_view scope) {
  ledger::Names names;
  const size_t first = scope.find('/');
  if (first == std::string_view::npos) return names;
  const std::string_view kind = scope.substr(0, first), rest = scope.substr(first + 1);
  const size_t second = rest.find('/');
  names.tenant = rest.substr(0, second);
  if (second == std::string_view::npos) return names;
  const std::string_view last = rest.substr(second + 1);
  if (kind == "user") {
    const size_t third = last.find('/');
    names.team = last.substr(0, third);
    if (third != std::string_view::npos) names.user = last.substr(third + 1);
  } else {
    (kind == "key" ? names.key : names.team) = last;
  }
  return names;
}

}  // namespace

DoubtRecovery::DoubtRecovery(std::string folder, std::string replicas, bool users,
                             std::unique_ptr<limits::LeaseStore> store, telemetry::Log& log)
    : folder_(std::move(folder)),
      replicas_(std::move(replicas)),
      users_(users),
      store_(std::move(store)),
      log_(log),
      thread_([this] { Run(); }) {}

DoubtRecovery::~DoubtRecovery() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

bool DoubtRecovery::Wait(std::chrono::seconds time) {
  std::unique_lock lock(mutex_);
  return !changed_.wait_for(lock, time, [this] { return stopping_; });
}

void DoubtRecovery::Run() {
  for (int i = 0; i < kTries && Wait(i == 0 ? kFirst : kNext); ++i) {
    const auto settled = Settle();
    if (settled && *settled > 0) {
      log_.Event(telemetry::LogLevel::kInfo, "budget_doubts_settled",
                 {{"leases", int64_t{*settled}}});
      return;
    }
  }
}

Result<int> DoubtRecovery::Settle() {
  auto doubts = store_->Doubts();
  if (!doubts) return doubts.error();
  int settled = 0;
  for (const limits::Doubt& doubt : *doubts) {
    const auto done = Settle(doubt);
    if (!done) return done.error();
    settled += *done;
  }
  return settled;
}

Result<bool> DoubtRecovery::Settle(const limits::Doubt& doubt) {
  const std::string_view replica = doubt.replica;
  uint64_t writer = 0;
  if (!replica.starts_with(replicas_)) return false;
  const std::string_view number = replica.substr(replicas_.size());
  const auto read =
      std::from_chars(number.data(), number.data() + number.size(), writer, /*base=*/16);
  if (read.ec != std::errc() || read.ptr != number.data() + number.size()) return false;
  const MeterParts meter = PartsOf(doubt.meter);
  if (!meter.money() || (!users_ && meter.scope.starts_with("user/"))) return false;
  const ledger::Spent spent =
      ledger::SpentBy(folder_, writer, WhoseOf(meter.scope), doubt.period, doubt.ends);
  if (!spent.known) return false;
  // Of calls that died with it nothing is known but what was set aside for them.
  const int64_t used = spent.picousd + (spent.lost > 0 ? doubt.reserved : 0);
  return store_->Resolve(doubt.meter, doubt.replica, std::min(used, doubt.granted));
}

}  // namespace inferwire::app
