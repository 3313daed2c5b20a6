// What is told of each attempt: GatewayInfo.attempt_log, and the metadata of an error.
#include "upstream/upstream_call.h"

namespace inferwire::upstream {

void UpstreamCall::UpdateLog() { Log(*now_, v1::ERROR_REASON_UNSPECIFIED, false); }

// Calls that make one attempt, and go by no route and to the only endpoint, have nothing to tell
// that their statistics do not.
void UpstreamCall::Log(Attempt& attempt, v1::ErrorReason reason, bool may_be_billed) {
  if (stats_.attempts == 0) return;
  const bool tells =
      request_.targets || stats_.attempts > 1 || reason != 0 || !attempt.endpoint->address.empty();
  if (!tells) return;
  if (!attempt.record) {
    attempt.record = stats_.attempt_log.size();
    stats_.attempt_log.emplace_back();
  }
  gateway::AttemptRecord& record = stats_.attempt_log[*attempt.record];
  record.upstream = attempt.destination.upstream->name();
  record.model = attempt.destination.model;
  record.endpoint = attempt.endpoint->address;
  record.key = attempt.pool_key ? attempt.pool_key->name : std::string();
  record.upstream_request_id = attempt.exchange->upstream_request_id();
  record.started_after = attempt.begun - begun_;
  record.duration = runtime_.timers.Now() - attempt.begun;
  record.http_status = attempt.exchange->status();
  record.reason = reason;
  record.may_be_billed = may_be_billed;
  record.cause = attempt.cause;
  record.waited = attempt.waited;
}

}  // namespace inferwire::upstream
