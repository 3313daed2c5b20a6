#include "rpc/call_recorder.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "openai/error.h"
#include "policy/deadlines/deadlines.h"
#include "policy/settlement.h"
#include "rpc/client_retries.h"
#include "rpc/endings.h"
#include "telemetry/caller_metrics.h"
#include "telemetry/load_metrics.h"
#include "telemetry/operation_metrics.h"
#include "telemetry/rpc_metrics.h"
#include "telemetry/shown_calls.h"

namespace inferwire::rpc {
namespace {

// Metadata in which callers show tokens and keys.
constexpr std::string_view kCredentials[] = {"authorization", "api-key", "x-api-key"};

telemetry::StreamEnd HowStreamEnded(const Error* error, bool paused) {
  if (!error) return telemetry::StreamEnd::kCompleted;
  switch (error->reason) {
    case v1::ERROR_REASON_CANCELLED:
      return telemetry::StreamEnd::kClientCancelled;
    case v1::ERROR_REASON_DEADLINE:
      return paused ? telemetry::StreamEnd::kSlowConsumer : telemetry::StreamEnd::kDeadline;
    case v1::ERROR_REASON_GATEWAY_DRAINING:
      return telemetry::StreamEnd::kDrained;
    case v1::ERROR_REASON_STREAM_TRUNCATED:
      return telemetry::StreamEnd::kUpstreamTruncated;
    default:
      return telemetry::StreamEnd::kUpstreamError;
  }
}

// What is no number says nothing.
int PreviousAttempts(const Wire& wire) {
  constexpr int kMost = 100;
  const std::string text = wire.Metadata("grpc-previous-rpc-attempts");
  int number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  return read.ec == std::errc() ? std::clamp(number, 0, kMost) : 0;
}

identity::Evidence EvidenceOf(const Wire& wire) {
  const auto metadata = [&](std::string_view name) -> std::optional<std::string> {
    if (!wire.HasMetadata(name)) return std::nullopt;
    return wire.Metadata(name);
  };
  return {metadata(identity::kAuthorization), wire.identity(),
          metadata(identity::kForwardedCertificate), wire.peer()};
}

Result<identity::Caller> WhoCalls(const CallServices& services, const Wire& wire) {
  if (!services.authenticator) return identity::Caller{};
  return services.authenticator->Identify(EvidenceOf(wire));
}

const tenancy::Principal* PrincipalOf(const Result<identity::Caller>& who) {
  return who ? who->principal : nullptr;
}

// A key says more than the certificate of the connection that it comes by.
std::string CallerOf(const tenancy::Principal* principal, const Wire& wire) {
  return principal ? principal->name() : wire.identity();
}

std::string OwnerOf(const tenancy::Principal* principal, const std::string& caller) {
  if (principal) return principal->owner();
  return tenancy::IsOwnerOfTenant(caller) ? std::string() : caller;
}

policy::Call CallOf(const std::string& caller, const tenancy::Principal* principal,
                    const CallServices& services, const Wire& wire) {
  policy::Call call;
  call.peer = wire.peer();
  call.caller = gateway::CallerKey::Of(caller, call.peer);
  call.principal = principal;
  call.models = &services.runtime.router;
  return call;
}

}  // namespace

CallRecorder::CallRecorder(const CallServices& services, const Endpoint& endpoint, const Wire& wire)
    : services_(services),
      endpoint_(endpoint),
      wire_(wire),
      started_(services.runtime.timers.Now()),
      request_id_(services.runtime.random.Id()),
      who_(WhoCalls(services, wire)),
      caller_(CallerOf(PrincipalOf(who_), wire)),
      owner_(OwnerOf(PrincipalOf(who_), caller_)),
      trace_(telemetry::BeginTrace(wire.Metadata("traceparent"), wire.Metadata("tracestate"),
                                   request_id_, services.runtime.tracer, services.runtime.random)),
      previous_attempts_(PreviousAttempts(wire)),
      call_(CallOf(caller_, PrincipalOf(who_), services, wire)),
      memory_(services.memory, call_.caller) {
  endpoint_.rpc_metrics().Started();
  endpoint_.operation_metrics().CallStarted();
  if (endpoint_.streams()) endpoint_.operation_metrics().StreamOpened();
  if (services_.client_retries) {
    services_.client_retries->Arrived(call_.caller, caller_, previous_attempts_ > 0, started_);
  }
  LookForCredentials();
}

// Nobody looks at them: whoever relies on that has to hear of it.
void CallRecorder::LookForCredentials() {
  for (const std::string_view name : kCredentials) {
    if (services_.authenticator && name == identity::kAuthorization) continue;
    if (!wire_.HasMetadata(name)) continue;
    if (services_.runtime.metrics.callers.CredentialIgnored(name)) {
      services_.log.Event(telemetry::LogLevel::kWarning, "credential_ignored",
                          {{"metadata", name}, {"peer", call_.peer}});
    }
  }
}

CallRecorder::~CallRecorder() {
  if (!ended_) {
    const Error gone = Gone();
    End(&gone, {});
  }
  admission_.Settle(settlement_);
  endpoint_.operation_metrics().CallEnded();
}

Result<void> CallRecorder::Identified() const {
  return who_ ? Result<void>() : Result<void>(who_.error());
}

Result<std::optional<policy::Parked>> CallRecorder::Admit(const Ask& ask) {
  if (ask.options) {
    auto checked = gateway::CheckTags(*ask.options, call_.principal);
    if (!checked) return std::move(checked.error());
    tags_ = *checked;
    call_.user = tags_.user;
    call_.include_limits = ask.options->include_limits();
  }
  if (wire_.HasMetadata(gateway::kPriorityMetadata)) {
    const auto priority = gateway::ParsePriority(wire_.Metadata(gateway::kPriorityMetadata));
    if (!priority) {
      return InvalidField("metadata.inferwire-priority", "may be interactive, batch or background");
    }
    call_.priority = *priority;
  }
  call_.operation = endpoint_.operation;
  call_.access = endpoint_.access.empty() ? endpoint_.operation : endpoint_.access;
  max_queue_wait_ = ask.max_queue_wait;
  call_.model = ask.model;
  call_.request_bytes = memory_.held();
  call_.output = ask.output;
  call_.streaming = endpoint_.streams();
  call_.session = endpoint_.session;
  call_.answered_here = endpoint_.answered_here || runs_elsewhere_;
  call_.unmetered = endpoint_.unmetered;
  call_.costs_nothing = endpoint_.costs_nothing;
  call_.for_viewers = endpoint_.for_viewers;
  if (const auto deadline = wire_.deadline()) {
    // Once, here: from now on a jump of the wall clock changes nothing.
    const Duration left = *deadline - services_.runtime.timers.clock().WallNow();
    call_.caller_deadline = started_ + left - policy::DeadlineMargin(left);
  }
  auto answer = services_.policies.Admit(call_, {services_.runtime.mailbox, ask.max_queue_wait});
  if (!answer) return TurnedAway(std::move(answer.error()));
  if (answer->parked.ticket) return std::optional(std::move(answer->parked));
  Admitted(std::move(answer->admission));
  return std::optional<policy::Parked>();
}

Error CallRecorder::TurnedAway(Error refusal) const {
  if (!services_.client_retries) return refusal;
  return services_.client_retries->Answer(std::move(refusal), call_.caller, previous_attempts_ > 0);
}

void CallRecorder::Admitted(policy::Admission admission) {
  admission_ = std::move(admission);
  callers_time_ += call_.queued_for;  // its limits', and no delay of ours
  if (services_.ledger && !call_.answered_here && endpoint_.booked) {
    booking_.Begin(services_, BookedCaller(call_.principal, caller_), tags_, call_.model,
                   endpoint_.operation, request_id_);
  }
}

bool CallRecorder::GivesUp(SteadyTime now) {
  if (!ended_ || gave_up_) return false;
  gave_up_ = now >= std::max(call_.deadline, ended_at_ + services_.limits.delivery);
  if (gave_up_) services_.runtime.metrics.load.Ended(telemetry::CallEnded::kUndelivered);
  return gave_up_;
}

void CallRecorder::Received() { endpoint_.rpc_metrics().Received(); }

void CallRecorder::Paused() {
  if (!paused_since_) paused_since_ = services_.runtime.timers.Now();
}

void CallRecorder::Resumed() {
  if (!paused_since_) return;
  endpoint_.operation_metrics().Backpressure(services_.runtime.timers.Now() - *paused_since_);
  paused_since_.reset();
}

void CallRecorder::WaitsForCaller(const gateway::CallStats& stats) {
  if (!waits_since_) waits_since_ = OwnTime(stats, elapsed());
}

void CallRecorder::CallerCame(const gateway::CallStats& stats) {
  if (!waits_since_) return;
  callers_time_ += std::max(OwnTime(stats, elapsed()) - *waits_since_, Duration::zero());
  waits_since_.reset();
}

Duration CallRecorder::OwnTime(const gateway::CallStats& stats, Duration took) const {
  const Duration upstream = stats.UpstreamTime(started_ + took);
  return std::max(took - upstream - callers_time_, Duration::zero());
}

Error CallRecorder::Gone() const {
  const bool late =
      call_.caller_deadline && services_.runtime.timers.Now() >= *call_.caller_deadline;
  return late ? openai::DeadlineExceeded("the caller's deadline passed", {})
              : openai::Cancelled({});
}

void CallRecorder::Sent(int64_t messages) { endpoint_.rpc_metrics().Sent(messages); }

void CallRecorder::End(const Error* error, const gateway::CallStats& stats) {
  if (std::exchange(ended_, true)) return;
  const bool paused = paused_since_.has_value();
  Resumed();
  CallerCame(stats);
  const Duration took = elapsed();
  std::optional<Duration> ours;
  if (!endpoint_.waits_for_news) ours = OwnTime(stats, took);

  booking_.End(error, stats);
  const Code code = error ? error->code : Code::kOk;
  ended_at_ = started_ + took;
  settlement_ = policy::SettlementOf(error, stats);
  endpoint_.rpc_metrics().Handled(code, took);
  if (ours) endpoint_.operation_metrics().Overhead(*ours);
  if (error) endpoint_.operation_metrics().Failed(*error);
  if (endpoint_.streams())
    endpoint_.operation_metrics().StreamClosed(HowStreamEnded(error, paused));
  if (!caller_.empty()) {
    services_.runtime.metrics.callers.Called(
        caller_, error == nullptr,
        {stats.input_tokens.value_or(0), stats.output_tokens.value_or(0),
         stats.cost_picousd.value_or(0)});
  }
  if (!error) TellOfEndings(services_, caller_, stats);
  if (trace_.context.recorded) GiveSpan(error, stats, took);
  if (services_.log.logs_calls() || services_.shown) WriteDown(error, stats, took, ours);
}

void CallRecorder::GiveSpan(const Error* error, const gateway::CallStats& stats,
                            Duration took) const {
  telemetry::Span span;
  span.context = trace_.context;
  span.parent = trace_.parent;
  span.duration = took;
  span.start = services_.runtime.timers.clock().WallNow() -
               std::chrono::duration_cast<WallTime::duration>(took);
  span.service = endpoint_.service;
  span.method = endpoint_.method;
  span.operation = endpoint_.operation;
  span.request_id = request_id_;
  span.upstream = stats.upstream;
  span.model = stats.model;
  span.upstream_request_id = stats.upstream_request_id;
  span.input_tokens = stats.input_tokens;
  span.output_tokens = stats.output_tokens;
  span.attempt = stats.attempts;
  span.http_status = stats.http_status;
  if (error) {
    span.code = error->code;
    span.error_type = ReasonName(error->reason);
  }
  services_.runtime.tracer->Take(std::move(span));
  const auto trace_id = telemetry::TraceIdText(trace_.context);
  endpoint_.rpc_metrics().Traced(took, {trace_id.data(), trace_id.size()},
                                 services_.runtime.timers.clock().WallNow());
}

void CallRecorder::WriteDown(const Error* error, const gateway::CallStats& stats, Duration took,
                             std::optional<Duration> ours) const {
  telemetry::CallRecord record;
  record.request_id = request_id_;
  record.client_request_id = stats.client_request_id;
  const auto trace_id = telemetry::TraceIdText(trace_.context);
  record.trace_id = {trace_id.data(), trace_id.size()};
  record.method = endpoint_.method;
  record.model = stats.model;
  record.upstream = stats.upstream;
  record.peer = call_.peer;
  record.caller = caller_;
  if (error) {
    record.code = error->code;
    record.reason = error->reason;
    record.origin = error->origin;
  }
  record.attempts = stats.attempts;
  record.hedge = stats.hedge;
  record.duration = took;
  record.overhead = ours;
  if (stats.attempts > 0) record.upstream_time = stats.UpstreamTime(started_ + took);
  record.first_byte = stats.first_byte;
  record.input_tokens = stats.input_tokens;
  record.output_tokens = stats.output_tokens;
  record.cost_picousd = stats.cost_picousd;
  record.maybe_billed = stats.maybe_billed.why;
  record.maybe_billed_picousd = stats.maybe_billed.picousd;
  record.maybe_billed_estimated = !stats.maybe_billed.estimate_of.empty();
  if (endpoint_.streams()) record.events = stats.events;
  record.bytes_received = stats.bytes_received;
  record.bytes_sent = stats.bytes_sent;
  services_.log.Call(record);
  if (!services_.shown) return;
  if (record.model.empty()) record.model = call_.model;  // nothing was sent: as the caller calls it
  services_.shown->Add(record, ended_at_);
}

}  // namespace inferwire::rpc
