// One thread that owns a gRPC completion queue and the upstream transfers of the calls on it. A
// call lives on one loop from its first byte to its last, so calls need no locks.
#pragma once

#include <grpcpp/alarm.h>
#include <grpcpp/completion_queue.h>
#include <grpcpp/server_builder.h>

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <semaphore>
#include <thread>
#include <unordered_set>
#include <utility>

#include "base/clock.h"
#include "base/random.h"
#include "base/timers.h"
#include "http/transfers.h"
#include "rpc/call.h"
#include "rpc/send_batch.h"
#include "rpc/tag.h"

namespace llmgate::rpc {

// What the loops share; outlives them.
struct LoopShared {
  const Clock& clock;
  Metrics& metrics;
  const openai::Routes& routes;
  const openai::AnswerLimits& answer_limits;
  const http::TransferLimits& transfer_limits;
  const CallLimits& call_limits;
  policy::Chain& policies;
  Log& log;
};

class Loop {
 public:
  Loop(std::unique_ptr<grpc::ServerCompletionQueue> queue, const LoopShared& shared, uint64_t seed);
  ~Loop();

  // Starts the thread. The server has been started before, and its acceptors armed.
  void Start();
  // After Server::Shutdown: drains the queue and ends the thread.
  void Stop();
  // Is called each time the loop goes round. Before Start.
  void OnTurn(std::function<void()> hook) { on_turn_ = std::move(hook); }
  // Makes a sleeping loop go round; any thread.
  void Nudge();
  // Ends every call with this error; any thread.
  void CutCalls(const Error& error);
  // The loop went round since then; any thread.
  SteadyTime last_tick() const;
  size_t live_calls() const { return live_count_.load(std::memory_order_relaxed); }

  const CallServices& services() const { return services_; }
  grpc::ServerCompletionQueue& queue() { return *queue_; }

 private:
  void Run();
  bool TakeGrpcEvents();
  void TakeRequests();
  void Sleep();
  bool Dispatch(gpr_timespec deadline);
  void HelperRun();
  void Wake();
  void OnWake(bool);

  const std::unique_ptr<grpc::ServerCompletionQueue> queue_;
  const Clock& clock_;
  http::Transfers transfers_;
  Timers timers_;
  Random random_;
  SendBatch sends_;
  v1::StreamCompleteResponse chunk_message_;
  std::unordered_set<Call*> live_;
  CallServices services_;

  // Waking the sleeping loop: whoever turns sleeping_ off sets the alarm, once.
  MemberTag<Loop> wake_tag_{*this, &Loop::OnWake};
  grpc::Alarm alarm_;
  std::atomic<bool> sleeping_{false};
  bool alarm_outstanding_ = false;
  bool alarm_came_ = false;  // during the last sleep

  std::thread helper_;
  std::binary_semaphore helper_gate_{0};
  std::atomic<bool> helper_armed_{false};
  std::atomic<bool> helper_stop_{false};

  std::thread thread_;
  std::atomic<bool> stopping_{false};
  bool queue_closed_ = false;
  bool drained_ = false;
  std::atomic<int64_t> last_tick_{0};
  std::atomic<size_t> live_count_{0};

  std::mutex cut_mutex_;
  std::optional<Error> cut_;
  std::atomic<bool> cut_requested_{false};
  std::atomic<bool> nudged_{false};
  std::function<void()> on_turn_ = [] {};
};

}  // namespace llmgate::rpc
