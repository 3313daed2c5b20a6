// A call's books, the same for every shape of call: admission, metrics and the one log line. The
// end is booked once.
#pragma once

#include <optional>
#include <string>

#include "base/error.h"
#include "base/metrics.h"
#include "base/result.h"
#include "base/tracer.h"
#include "openai/operation.h"
#include "policy/chain.h"
#include "rpc/call.h"
#include "rpc/endpoint.h"
#include "rpc/wire.h"

namespace llmgate::rpc {

class Account {
 public:
  Account(const CallServices& services, const Endpoint& endpoint, const Wire& wire);
  // Books a call that nobody ended as cancelled.
  ~Account();

  // Asks the policies. Afterwards deadline() is the one that counts.
  Result<void> Admit(std::string_view model);
  void Received();
  // The upstream is held back because the caller reads slowly, and no more.
  void Paused();
  void Resumed();
  // The error is null for OK. Only the first end counts.
  void End(const Error* error, const openai::Report& report, int64_t messages_sent);
  // The caller went away: why, as far as can be told.
  Error Gone() const;

  const std::string& request_id() const { return request_id_; }
  // For the call's operations; after Admit.
  openai::CallContext context() const {
    return {request_id_, call_.deadline, caller_, &trace_.context};
  }
  const TraceContext& trace() const { return trace_.context; }
  SteadyTime deadline() const { return call_.deadline; }
  Duration elapsed() const { return services_.runtime.timers.Now() - started_; }
  bool ended() const { return ended_; }

 private:
  void GiveSpan(const Error* error, const openai::Report& report, Duration took) const;
  void WriteLog(const Error* error, const openai::Report& report, Duration took,
                Duration ours) const;

  const CallServices& services_;
  const Endpoint& endpoint_;
  const Wire& wire_;
  const SteadyTime started_;
  const std::string request_id_;
  const std::string caller_;  // who the caller proved to be
  const CallTrace trace_;
  policy::Call call_;
  std::optional<SteadyTime> paused_since_;
  policy::Admission admission_;
  bool ended_ = false;
};

}  // namespace llmgate::rpc
