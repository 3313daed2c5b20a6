// One thread that owns a part of the callers' connections (its guest: a wire) and the upstream
// transfers of their calls. A call lives on one loop from its first byte to its last, so calls need
// no locks.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "base/clock.h"
#include "base/mailbox.h"
#include "base/random.h"
#include "base/timers.h"
#include "http/transfers.h"
#include "rpc/call_services.h"
#include "rpc/client_retries.h"
#include "rpc/loop_guest.h"
#include "rpc/readiness.h"
#include "upstream/hedging.h"

namespace inferwire::rpc {

// What the loops share; outlives them.
struct LoopShared {
  const Clock& clock;
  telemetry::Metrics& metrics;
  const http::TransferLimits& transfer_limits;
  telemetry::Log& log;
  telemetry::Tracer* tracer;                // null: nobody takes spans
  gateway::MemoryBudget* memory = nullptr;  // null: nobody counts
  gateway::Ownership* ownership = nullptr;  // null: nothing belongs to anybody
  identity::Refusals* refusals = nullptr;   // null only where no settings have rules of identity
  ledger::Book* ledger = nullptr;           // null: nothing is booked
  IdempotentCalls* idempotent = nullptr;    // null: keys mean nothing
  telemetry::ShownCalls* shown = nullptr;   // null: no page shows the calls
};

class Loop {
 public:
  Loop(const LoopShared& shared, std::shared_ptr<const Settings> settings, uint64_t seed);
  ~Loop();

  // Whose calls the loop serves. Once, before Start.
  void Host(std::unique_ptr<LoopGuest> guest);
  // Starts the thread.
  void Start();
  // Closes the guest and ends the thread.
  void Stop();
  // Is called each time the loop goes round. Before Start.
  void OnTurn(std::function<void()> hook) { on_turn_ = std::move(hook); }
  // Makes a sleeping loop go round; any thread.
  void Nudge() { readiness_.Wake(); }
  // What is posted here runs on the loop's thread.
  Mailbox& mailbox() { return mailbox_; }
  // Ends every call with this error; any thread.
  void CutCalls(const Error& error);
  // Those that came with this API key; any thread.
  void CutCallsOf(std::string key, Error error);
  // Tells the calls for which it is worth while when they will be cut; any thread. reason: a
  // literal.
  void AnnounceEnd(std::string_view reason, SteadyTime end);
  // Calls that begin from now on are held to these settings; any thread.
  void Use(std::shared_ptr<const Settings> settings);
  // The loop went round since then; any thread.
  SteadyTime last_tick() const;
  size_t live_calls() const { return live_count_.load(std::memory_order_relaxed); }

  // For a call that begins.
  const std::shared_ptr<const CallServices>& services() const { return services_; }

 private:
  void Run();
  void TakeOrders();
  void TakeSettings(std::shared_ptr<const Settings> settings);
  // Empty: all.
  void CutLiveCalls(const Error& error, std::string_view key = {});
  void EndWhatIsLeft();
  void TendCalls(SteadyTime now);
  void ShedLargest();
  void Sleep();
  // More than should be: what need not be done is not begun.
  bool has_too_much() const { return load_.busy(clock_.Now()) || load_.lags_since; }

  const LoopShared shared_;
  const Clock& clock_;
  http::Transfers transfers_;
  Timers timers_;
  Random random_;
  upstream::Hedging hedging_;
  ClientRetries client_retries_;
  v1::StreamCompleteResponse chunk_message_;
  LiveCall::List live_;
  Readiness readiness_;
  Mailbox mailbox_{[this] { readiness_.Wake(); }};
  std::shared_ptr<const CallServices> services_;
  std::unique_ptr<LoopGuest> guest_;
  LoopLoad load_{};

  std::thread thread_;
  std::atomic<bool> stopping_{false};
  SteadyTime last_tending_{};
  bool closing_ = false;
  std::atomic<int64_t> last_tick_{0};
  std::atomic<size_t> live_count_{0};

  // What other threads want done, looked at once a turn.
  std::mutex orders_mutex_;
  std::optional<Error> cut_;
  std::shared_ptr<const Settings> settings_;
  std::atomic<bool> ordered_{false};
  std::function<void()> on_turn_ = [] {};
};

}  // namespace inferwire::rpc
