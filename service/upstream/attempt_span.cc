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

void AttemptSpan::End(std::string_view error_type, SteadyTime started, int http_status,
                      const gateway::CallStats& stats) {
  if (!open()) return;
  ended_ = std::make_unique<telemetry::Span>();
  telemetry::Span& span = *ended_;
  span.kind = telemetry::Span::Kind::kAttempt;
  span.context = *call_;
  span.parent = std::exchange(span.context.span, std::exchange(span_, 0));
  span.duration = runtime_.timers.Now() - started;
  span.start = runtime_.timers.clock().WallNow() -
               std::chrono::duration_cast<WallTime::duration>(span.duration);
  span.operation = stats.operation;
  span.request_id = stats.request_id;
  span.upstream = stats.upstream;
  span.model = stats.model;
  span.attempt = stats.attempts;
  span.http_status = http_status;
  span.error_type = error_type;
}

void AttemptSpan::GiveAway(const gateway::CallStats& stats) {
  if (!ended_) return;
  // The answer's proper end may come before that of the transfer.
  if (stats.finished && ended_->error_type == kCancelledAttempt) ended_->error_type.clear();
  if (ended_->error_type.empty()) {
    ended_->input_tokens = stats.input_tokens;
    ended_->output_tokens = stats.output_tokens;
  }
  ended_->upstream_request_id = stats.upstream_request_id;
  runtime_.tracer->Take(std::move(*ended_));
  ended_.reset();
}

}  // namespace inferwire::upstream
