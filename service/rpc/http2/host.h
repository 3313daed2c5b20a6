// The HTTP/2 connections of one loop: which of them have something, which calls begin, and when
// what was written goes out. All of it on the loop's thread.
#pragma once

#include <sys/epoll.h>

#include <algorithm>
#include <atomic>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "gateway/memory_budget.h"
#include "rpc/connection_closer.h"
#include "rpc/http2/admission.h"
#include "rpc/http2/begin_queue.h"
#include "rpc/http2/connection.h"
#include "rpc/http2/early_refusal.h"
#include "rpc/http2/expansion_queue.h"
#include "rpc/http2/limits.h"
#include "rpc/loop_guest.h"
#include "rpc/routes.h"
#include "rpc/tag.h"
#include "rpc/wire.h"
#include "telemetry/connection_metrics.h"
#include "telemetry/load_metrics.h"

namespace inferwire::rpc::http2 {

// What the hosts of a server share.
struct HostShared {
  // refusal: what a call hears that the gateway has no time or no memory for.
  HostShared(const Limits& limits, const Clock& clock, telemetry::Metrics& all_metrics,
             ConnectionCloser& closer, const gateway::MemoryBudget* memory,
             const grpc::Status& refusal, std::string_view retry_pushback);

  const Limits limits;
  const Clock& clock;
  telemetry::ConnectionMetrics& metrics;
  telemetry::LoadMetrics& load_metrics;
  ConnectionCloser& closer;
  const gateway::MemoryBudget* const memory;  // null: nobody counts
  const EarlyRefusal refusal;
  std::atomic<int64_t> unfinished{0};  // bytes that no call has yet
  std::atomic<size_t> connections{0};
};

class Host final : public LoopGuest {
 public:
  Host(std::shared_ptr<HostShared> shared, Routes routes, uint64_t seed);
  ~Host() override;

  // Takes ownership of the descriptor. ssl: null for plain text.
  void Adopt(int fd, Ssl ssl);
  // Asks every caller to leave.
  void LeaveAll();
  // Ends every connection now.
  void CloseAll();

  int epoll_fd() const override { return epoll_; }
  bool Turn(const LoopLoad& load) override;
  bool EndTurn() override;
  Duration BeforeSleep(bool has_calls) override;
  void Close() override {}  // the server closes the connections before
  bool closed() const override { return true; }

  // --- For connections and streams ---
  const Limits& limits() const { return shared_->limits; }
  SteadyTime Now() const { return now_; }
  SteadyTime ClockNow() const { return shared_->clock.Now(); }
  WallTime WallNow() const { return shared_->clock.WallNow(); }
  telemetry::ConnectionMetrics& metrics() { return shared_->metrics; }
  ConnectionCloser& closer() { return shared_->closer; }
  // Counts them.
  uint64_t turn() const { return turn_; }
  const Route* Find(const std::string& path) const;
  // Whether there is time and memory for one more call; else it is to be refused.
  bool Admits(Admission::Share& share, const BeginQueue::Line& line);
  // The same for one that was admitted, as soon as its priority is known.
  bool Admits(gateway::Priority priority);
  const EarlyRefusal& refusal() const { return shared_->refusal; }
  // Whose calls begin as there is time.
  BeginQueue& queue() { return queue_; }
  // Later in this turn, and not from within this function.
  void Complete(Tag& tag, bool ok) { completions_.push_back({&tag, ok}); }
  void HasOutput(Connection& connection) { with_output_.push_back(&connection); }
  ExpansionQueue& expansions() { return expansions_; }
  // For the time of a function.
  std::string& buffer() { return buffer_; }
  void HoldUnfinished(int64_t more) {
    if (more != 0) shared_->unfinished.fetch_add(more, std::memory_order_relaxed);
  }
  // of_connection: what one of them has of it. Who has little is not refused for what others have,
  // as long as that is possible.
  bool TooMuchUnfinished(int64_t of_connection) const {
    constexpr int64_t kShares = 64, kReserve = 4;
    const int64_t all = shared_->unfinished.load(std::memory_order_relaxed);
    const int64_t most = MostUnfinished();
    return all > most && (of_connection > most / kShares || all > most + most / kReserve);
  }

 private:
  // What has not begun is not among what calls hold: a quarter of that is its own.
  int64_t MostUnfinished() const {
    const auto most = static_cast<int64_t>(limits().unfinished);
    return shared_->memory ? std::min(most, shared_->memory->limit() / 4) : most;
  }
  struct Completion {
    Tag* tag;
    bool ok;
  };

  void ReadAll(std::span<epoll_event> events);
  bool BeginCalls(const LoopLoad& load);
  void RunCompletions();
  void TendConnections();
  void Close(Connection& connection);

  const std::shared_ptr<HostShared> shared_;
  const Routes routes_;
  const int epoll_;
  Random random_;
  std::string buffer_;
  std::unordered_map<Connection*, std::unique_ptr<Connection>> connections_;
  std::vector<Connection*> with_output_;
  std::deque<Completion> completions_;
  BeginQueue queue_;
  ExpansionQueue expansions_;
  SteadyTime now_, last_tending_;
  uint64_t turn_ = 0;
  Admission admission_;
};

}  // namespace inferwire::rpc::http2
