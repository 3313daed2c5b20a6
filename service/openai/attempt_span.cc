#include "openai/attempt_span.h"

#include <utility>

namespace inferwire::openai {

void AttemptSpan::Begin(std::vector<std::string>& headers) {
  if (!call_) return;
  TraceContext context = *call_;
  if (context.recorded && runtime_.tracer) context.span = span_ = runtime_.random.Bits() | 1;
  std::string header = "traceparent: ";
  AppendTraceparent(context, header);
  headers.push_back(std::move(header));
  if (!context.state.empty()) headers.push_back("tracestate: " + context.state);
}

void AttemptSpan::End(std::string_view error_type, SteadyTime started, int http_status,
                      const Report& report) {
  if (!open()) return;
  ended_ = std::make_unique<Span>();
  Span& span = *ended_;
  span.kind = Span::Kind::kAttempt;
  span.context = *call_;
  span.parent = std::exchange(span.context.span, std::exchange(span_, 0));
  span.duration = runtime_.timers.Now() - started;
  span.start = runtime_.timers.clock().WallNow() -
               std::chrono::duration_cast<WallTime::duration>(span.duration);
  span.operation = report.operation;
  span.request_id = report.request_id;
  span.upstream = report.upstream;
  span.model = report.model;
  span.attempt = report.attempts;
  span.http_status = http_status;
  span.error_type = error_type;
}

void AttemptSpan::GiveAway(const Report& report) {
  if (!ended_) return;
  // The answer's proper end may come before that of the transfer.
  if (report.finished && ended_->error_type == kCancelledAttempt) ended_->error_type.clear();
  if (ended_->error_type.empty()) {
    ended_->input_tokens = report.input_tokens;
    ended_->output_tokens = report.output_tokens;
  }
  ended_->upstream_request_id = report.upstream_request_id;
  runtime_.tracer->Take(std::move(*ended_));
  ended_.reset();
}

}  // namespace inferwire::openai
