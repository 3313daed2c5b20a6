#include "telemetry/tracer.h"

namespace inferwire::telemetry {
namespace {

// The request id is 32 random digits, which is what a trace's id is.
TraceContext NewTrace(std::string_view request_id, Random& random) {
  std::string text("00-");
  text.append(request_id).append("-0000000000000001-00");
  TraceContext context = ParseTraceparent(text).value_or(TraceContext());
  if (context.span == 0) context.trace_high = random.Bits();  // a request id of another kind
  context.span = random.Bits() | 1;
  return context;
}

}  // namespace

CallTrace BeginTrace(std::string_view traceparent, std::string_view tracestate,
                     std::string_view request_id, const Tracer* tracer, Random& random) {
  CallTrace trace;
  std::optional<TraceContext> caller = ParseTraceparent(traceparent);
  if (caller) {
    if (IsTraceState(tracestate)) caller->state = tracestate;
    trace.parent = caller->span;
    trace.context = *caller;
  } else {
    trace.context = NewTrace(request_id, random);
  }
  if (!tracer || !tracer->Records(caller, trace.context.trace_low)) return trace;
  trace.context.recorded = true;
  trace.context.flags |= 1;
  if (caller) trace.context.span = random.Bits() | 1;
  return trace;
}

}  // namespace inferwire::telemetry
