#include "telemetry/call_line.h"

namespace inferwire::telemetry {
namespace {

std::string_view CodeName(Code code) {
  switch (code) {
    case Code::kOk:
      return "OK";
    case Code::kCancelled:
      return "CANCELLED";
    case Code::kUnknown:
      return "UNKNOWN";
    case Code::kInvalidArgument:
      return "INVALID_ARGUMENT";
    case Code::kDeadlineExceeded:
      return "DEADLINE_EXCEEDED";
    case Code::kNotFound:
      return "NOT_FOUND";
    case Code::kAlreadyExists:
      return "ALREADY_EXISTS";
    case Code::kPermissionDenied:
      return "PERMISSION_DENIED";
    case Code::kResourceExhausted:
      return "RESOURCE_EXHAUSTED";
    case Code::kFailedPrecondition:
      return "FAILED_PRECONDITION";
    case Code::kAborted:
      return "ABORTED";
    case Code::kOutOfRange:
      return "OUT_OF_RANGE";
    case Code::kUnimplemented:
      return "UNIMPLEMENTED";
    case Code::kInternal:
      return "INTERNAL";
    case Code::kUnavailable:
      return "UNAVAILABLE";
    case Code::kDataLoss:
      return "DATA_LOSS";
    case Code::kUnauthenticated:
      return "UNAUTHENTICATED";
  }
  return "UNKNOWN";
}

}  // namespace

void WriteCall(const CallRecord& record, LogLine& line) {
  line.TextIfAny("request_id", record.request_id);
  line.TextIfAny("client_request_id", record.client_request_id);
  line.TextIfAny("trace_id", record.trace_id);
  line.TextIfAny("method", record.method);
  line.TextIfAny("model", record.model);
  line.TextIfAny("upstream", record.upstream);
  line.TextIfAny("peer", record.peer);
  line.TextIfAny("caller", record.caller);
  line.Text("code", CodeName(record.code));
  if (record.reason != v1::ERROR_REASON_UNSPECIFIED) line.Text("reason", ReasonName(record.reason));
  if (record.origin) line.Text("origin", Name(*record.origin));
  line.Number("attempts", record.attempts);
  line.TextIfAny("hedge", record.hedge);
  line.Seconds("duration_s", record.duration);
  if (record.overhead) line.Seconds("overhead_s", *record.overhead);
  if (record.upstream_time) line.Seconds("upstream_s", *record.upstream_time);
  if (record.first_byte) line.Seconds("first_byte_s", *record.first_byte);
  if (record.input_tokens) line.Number("input_tokens", *record.input_tokens);
  if (record.output_tokens) line.Number("output_tokens", *record.output_tokens);
  if (record.cost_picousd) line.Number("cost_picousd", *record.cost_picousd);
  if (!record.maybe_billed.empty()) {
    line.Text("maybe_billed", record.maybe_billed);
    if (record.maybe_billed_picousd)
      line.Number("maybe_billed_picousd", *record.maybe_billed_picousd);
    line.Field({"maybe_billed_estimated", record.maybe_billed_estimated});
  }
  if (record.events) line.Number("events", *record.events);
  line.Number("bytes_received", record.bytes_received);
  line.Number("bytes_sent", record.bytes_sent);
}

}  // namespace inferwire::telemetry
