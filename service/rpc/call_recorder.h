// A call's books, the same for every shape of call: admission, metrics and the one log line. The
// end is booked once. The call is in flight, and holds its place and its memory, until this is
// destroyed: until its answer was delivered, or its caller is gone.
#pragma once

#include <optional>
#include <string>

#include "base/error.h"
#include "base/result.h"
#include "gateway/operation.h"
#include "policy/chain.h"
#include "rpc/booking.h"
#include "rpc/call_services.h"
#include "rpc/endpoint.h"
#include "rpc/wire.h"
#include "telemetry/tracer.h"

namespace inferwire::rpc {

class CallRecorder {
 public:
  CallRecorder(const CallServices& services, const Endpoint& endpoint, const Wire& wire);
  // Books a call that nobody ended as cancelled.
  ~CallRecorder();

  // Why the call is not served at all: it does not say who calls, or nothing good. To be asked
  // before anything of the request is looked at.
  Result<void> Identified() const;
  // What is known of the call before it is admitted. output: what the request says of it.
  struct Ask {
    std::string_view model{};
    limits::OutputBound output{};
    const v1::CallOptions* options = nullptr;  // until it begins; null: the request has none
    std::optional<Duration> max_queue_wait{};  // unset: as the server says
  };
  // Asks the policies. Afterwards deadline() is the one that counts. Parked, if the call has to
  // wait for room: then Admitted follows, or its end.
  Result<std::optional<policy::Parked>> Admit(const Ask& ask);
  void Admitted(policy::Admission admission);
  // What a caller is told who is refused: not to repeat it, if it repeats too much.
  Error TurnedAway(Error refusal) const;
  void Received();
  // The upstream is held back because the caller reads slowly, and no more.
  void Paused();
  void Resumed();
  // The caller has the turn: it has to send, or to read. What passes until CallerCame while the
  // upstream is not at work either is nobody's delay of ours.
  void WaitsForCaller(const gateway::CallStats& stats);
  void CallerCame(const gateway::CallStats& stats);
  // The error is null for OK. Only the first end counts.
  void End(const Error* error, const gateway::CallStats& stats);
  // Once, at the very end: how many messages the caller was given.
  void Sent(int64_t messages);
  // The caller went away: why, as far as can be told.
  Error Gone() const;

  // Before Admit: another call is behind it, with a place, a booking and limits of its own.
  void RunsElsewhere() { runs_elsewhere_ = true; }

  const gateway::CallTags& tags() const { return tags_; }
  std::optional<Duration> max_queue_wait() const { return max_queue_wait_; }
  const std::string& request_id() const { return request_id_; }
  const std::string& caller() const { return caller_; }
  const std::string& owner() const { return owner_; }
  // For the call's operations; after Admit.
  gateway::CallContext context() {
    return {.request_id = request_id_,
            .deadline = call_.deadline,
            .owner = owner_,
            .trace = &trace_.context,
            .memory = &memory_,
            .previous_attempts = previous_attempts_,
            .principal = call_.principal,
            .queued_for = call_.queued_for,
            .peer = call_.peer,
            .method = who_ ? identity::Name(who_->proof) : std::string_view(),
            .subject = who_ ? std::string_view(who_->subject) : std::string_view(),
            .booked = booking_.names(),
            .admitted = &call_.admitted};
  }
  SteadyTime deadline() const { return call_.deadline; }
  Duration elapsed() const { return services_.runtime.timers.Now() - started_; }
  bool ended() const { return ended_; }
  gateway::CallMemory& memory() { return memory_; }
  // As the policies see it: for what is admitted by itself within this call.
  const policy::Call& call() const { return call_; }
  policy::Call& call() { return call_; }
  CallSize size() const { return {memory_.held(), memory_.Weight()}; }
  // The caller has had its time to read what is left. True once.
  bool GivesUp(SteadyTime now);

 private:
  void GiveSpan(const Error* error, const gateway::CallStats& stats, Duration took) const;
  // In the log and for the admin page, as far as they want it.
  void WriteDown(const Error* error, const gateway::CallStats& stats, Duration took,
                 std::optional<Duration> ours) const;
  // Our own part of what the call took so far.
  Duration OwnTime(const gateway::CallStats& stats, Duration took) const;
  void LookForCredentials();

  const CallServices& services_;
  const Endpoint& endpoint_;
  const Wire& wire_;
  const SteadyTime started_;
  const std::string request_id_;
  const Result<identity::Caller> who_;
  const std::string caller_;  // who the caller proved to be
  const std::string owner_;   // as whom it has things
  const telemetry::CallTrace trace_;
  const int previous_attempts_;
  policy::Call call_;
  gateway::CallMemory memory_;
  std::optional<SteadyTime> paused_since_;
  std::optional<Duration> waits_since_;  // for the caller: neither our time nor the upstream's
  Duration callers_time_{};
  policy::Admission admission_;
  Booking booking_;
  policy::Settlement settlement_;  // settled when the answer was delivered
  SteadyTime ended_at_{};
  gateway::CallTags tags_;                  // of the options
  std::optional<Duration> max_queue_wait_;  // as the caller wants it; after Admit
  bool runs_elsewhere_ = false;
  bool ended_ = false;
  bool gave_up_ = false;
};

}  // namespace inferwire::rpc
