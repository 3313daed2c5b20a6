#include "upstream/attempt_span.h"

#include <utility>

namespace inferwire::upstream {

void AttemptSpan::Begin(std::vector<std::string>& headers) {
  if (!call_) return;
  telemetry::TraceContext context = *call_;
  if (context.recorded && runtime_.tracer) context.span = span_ = runtime_.random.Bits() | 1;
  std::string header = "traceparent: ";
  telemetry::AppendTraceparent(context, header);
  headers.push_back(std::move(header));
  if (!context.state.empty()) headers.push_back("tracestate: " + context.state);
}

void AttemptSpan::End(std::string_view error_type, const Of& of, int http_status,
                      const gateway::CallStats& call) {
  if (!open()) return;
  ended_ = std::make_unique<telemetry::Span>();
  telemetry::Span& span = *ended_;
  span.kind = telemetry::Span::Kind::kAttempt;
  span.context = *call_;
  span.parent = std::exchange(span.context.span, std::exchange(span_, 0));
  span.duration = runtime_.timers.Now() - of.started;
  span.start = runtime_.timers.clock().WallNow() -
               std::chrono::duration_cast<WallTime::duration>(span.duration);
  span.operation = call.operation;
  span.request_id = call.request_id;
  span.upstream = of.upstream;
  span.model = of.model;
  span.attempt = of.number;
  span.http_status = http_status;
  span.error_type = error_type;
}

void AttemptSpan::GiveAway(const gateway::CallStats& call, std::string_view upstream_request_id) {
  if (!ended_) return;
  // The answer's proper end may come before that of the transfer.
  if (call.finished && ended_->error_type == kCancelledAttempt) ended_->error_type.clear();
  if (ended_->error_type.empty()) {
    ended_->input_tokens = call.input_tokens;
    ended_->output_tokens = call.output_tokens;
  }
  ended_->upstream_request_id = upstream_request_id;
  runtime_.tracer->Take(std::move(*ended_));
  ended_.reset();
}

}  // namespace inferwire::upstream
