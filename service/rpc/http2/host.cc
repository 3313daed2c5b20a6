#include "rpc/http2/host.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "telemetry/metrics.h"

namespace inferwire::rpc::http2 {
namespace {

constexpr size_t kBuffer = 128u << 10;
// In one turn of the loop; the others have the next.
constexpr size_t kConnectionsAtOnce = 256;
constexpr std::chrono::microseconds kReadingAtOnce{250}, kBeginningAtOnce{150},
    kBeginningAtLeast{50};
constexpr std::chrono::milliseconds kTendEvery{100};
// What goes out may end calls, which lets others write: so often in one turn.
constexpr int kRounds = 4;

}  // namespace

HostShared::HostShared(const Limits& limits, const Clock& clock, telemetry::Metrics& all_metrics,
                       ConnectionCloser& closer, const gateway::MemoryBudget* memory,
                       const grpc::Status& refusal, std::string_view retry_pushback)
    : limits(limits),
      clock(clock),
      metrics(all_metrics.Of<telemetry::ConnectionMetrics>()),
      load_metrics(all_metrics.Of<telemetry::LoadMetrics>()),
      closer(closer),
      memory(memory),
      refusal(refusal, retry_pushback) {}

Host::Host(std::shared_ptr<HostShared> shared, Routes routes, uint64_t seed)
    : shared_(std::move(shared)),
      routes_(std::move(routes)),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      random_(seed),
      buffer_(kBuffer, '\0'),
      now_(shared_->clock.Now()),
      admission_(limits().overload_wait, now_) {}

Host::~Host() {
  CloseAll();
  RunCompletions();
  if (epoll_ >= 0) close(epoll_);
}

void Host::Adopt(int fd, Ssl ssl) {
  now_ = shared_->clock.Now();
  // Spread by 10 %, so that callers who came together do not leave together.
  const double part = 0.9 + 0.2 * random_.Uniform();
  const auto age = std::chrono::duration_cast<Duration>(limits().age * part);
  auto connection = std::make_unique<Connection>(fd, std::move(ssl), age, *this);
  Connection* const key = connection.get();
  connections_.emplace(key, std::move(connection));
  shared_->connections.fetch_add(1, std::memory_order_relaxed);
}

void Host::LeaveAll() {
  now_ = shared_->clock.Now();
  for (const auto& [key, connection] : connections_) connection->Leave(now_);
}

void Host::CloseAll() {
  RunCompletions();
  for (const auto& [key, connection] : connections_) connection->Flush();  // what was said last
  while (!connections_.empty()) Close(*connections_.begin()->first);
}

const Route* Host::Find(const std::string& path) const {
  const auto found = routes_.find(path);
  return found == routes_.end() ? nullptr : &found->second;
}

bool Host::Admits(Admission::Share& share, const BeginQueue::Line& line) {
  using Level = gateway::MemoryBudget::Level;
  Admission::State state;
  state.memory_is_full = shared_->memory && shared_->memory->level() == Level::kCritical;
  state.waiting = queue_.size();
  // What it is cannot be known yet: for the lower ones the next question is another.
  state.ahead = queue_.Ahead(gateway::Priority::kInteractive);
  state.oldest_waits = line.Waits(now_);
  state.has_few = line.size() == 0 || line.size() < queue_.FairShare() / 2;
  if (admission_.Admits(share, state)) return true;
  shared_->load_metrics.Refused(state.memory_is_full ? telemetry::Shed::kMemory
                                                     : telemetry::Shed::kBusy);
  return false;
}

bool Host::Admits(gateway::Priority priority) {
  if (admission_.Admits(priority, queue_.Ahead(priority))) return true;
  shared_->load_metrics.Refused(telemetry::Shed::kLowPriority);
  return false;
}

bool Host::BeginCalls(const LoopLoad& load) {
  if (queue_.size() == 0) return false;
  // What has begun comes first: every call in flight makes the others dearer. A few begin all the
  // same, or else a loop whose upstreams always have something would begin none.
  const SteadyTime until =
      shared_->clock.Now() + (load.upstream_waits ? kBeginningAtLeast : kBeginningAtOnce);
  do {
    if (Stream* const stream = queue_.TakeNext()) stream->Begin();
  } while (queue_.size() > 0 && shared_->clock.Now() < until);
  return true;
}

// Who was read longest ago comes first: epoll has always the same order, and the first of it may
// take all of the time. Who takes long for what it brings stands back, but one of those has its
// turn. As long as there is time, those who have more are read again.
void Host::ReadAll(std::span<epoll_event> events) {
  const auto of = [](const epoll_event& event) -> Connection& {
    return *static_cast<Connection*>(event.data.ptr);
  };
  std::sort(events.begin(), events.end(), [&](const epoll_event& one, const epoll_event& other) {
    return of(one).due() < of(other).due();
  });
  while (!events.empty()) {
    const auto costly = static_cast<size_t>(
        std::find_if(events.begin(), events.end(), [&](auto& each) { return of(each).costly(); }) -
        events.begin());
    size_t with_more = 0;
    bool over = false;
    for (size_t i = 0; i < events.size(); ++i) {
      Connection& connection = of(events[i]);
      if (!connection.OnReady(events[i].events)) {
        Close(connection);
      } else if (connection.has_more()) {
        events[with_more++] = events[i];
      }
      if (shared_->clock.Now() - now_ < kReadingAtOnce) continue;
      over = true;
      if (i >= costly) return;
      i = costly - 1;
    }
    if (over) return;
    events = events.first(with_more);
  }
}

bool Host::Turn(const LoopLoad& load) {
  ++turn_;
  now_ = shared_->clock.Now();
  admission_.Turn(now_, load);
  std::array<epoll_event, kConnectionsAtOnce> events;
  const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 0);
  ReadAll(std::span(events).first(static_cast<size_t>(std::max(0, count))));
  const bool expands = !expansions_.empty();
  expansions_.Run(shared_->clock);
  const bool busy = BeginCalls(load) || count > 0 || expands || !completions_.empty();
  RunCompletions();
  if (now_ - last_tending_ >= kTendEvery) TendConnections();
  return busy;
}

bool Host::EndTurn() {
  bool busy = !completions_.empty();
  RunCompletions();
  for (int round = 0; round < kRounds && !with_output_.empty(); ++round) {
    busy = true;
    for (Connection* const connection : std::exchange(with_output_, {})) {
      if (!connection->Flush()) Close(*connection);
    }
    RunCompletions();
  }
  return busy;
}

// What has come wakes the loop, and what time brings can wait for that long.
Duration Host::BeforeSleep(bool) { return kTendEvery; }

void Host::RunCompletions() {
  while (!completions_.empty()) {
    const Completion completion = completions_.front();
    completions_.pop_front();
    completion.tag->Complete(completion.ok);
  }
}

void Host::TendConnections() {
  last_tending_ = now_;
  std::vector<Connection*> over;
  for (const auto& [key, connection] : connections_) {
    if (!connection->Tend(now_)) over.push_back(key);
  }
  for (Connection* const connection : over) Close(*connection);
}

void Host::Close(Connection& connection) {
  const auto found = connections_.find(&connection);
  if (found == connections_.end()) return;
  // Not in the map while its calls hear of it: one of them may end others.
  const std::unique_ptr<Connection> closed = std::move(found->second);
  connections_.erase(found);
  std::erase(with_output_, closed.get());
  shared_->connections.fetch_sub(1, std::memory_order_relaxed);
}

}  // namespace inferwire::rpc::http2
