#include "telemetry/otlp/span_message.h"

#include <chrono>
#include <string_view>

namespace inferwire::telemetry {
namespace {

namespace trace = opentelemetry::proto::trace::v1;
using Attributes = google::protobuf::RepeatedPtrField<opentelemetry::proto::common::v1::KeyValue>;

void Add(std::string_view key, std::string_view value, Attributes& to) {
  if (value.empty()) return;
  auto& attribute = *to.Add();
  attribute.set_key(key.data(), key.size());
  attribute.mutable_value()->set_string_value(value.data(), value.size());
}

void Add(std::string_view key, int64_t value, Attributes& to) {
  auto& attribute = *to.Add();
  attribute.set_key(key.data(), key.size());
  attribute.mutable_value()->set_int_value(value);
}

// Most significant byte first.
void AppendBytes(uint64_t value, std::string& to) {
  for (int shift = 56; shift >= 0; shift -= 8) to += static_cast<char>(value >> shift & 0xff);
}

uint64_t UnixNanos(WallTime time) {
  return static_cast<uint64_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count());
}

std::string Join(std::string_view a, char between, std::string_view b) {
  std::string text(a);
  if (!b.empty()) text.append(1, between).append(b);
  return text;
}

void AddGenAi(const Span& span, Attributes& to) {
  // The conventions know no other of ours.
  if (span.operation == "chat") Add("gen_ai.operation.name", span.operation, to);
  Add("gen_ai.provider.name", span.upstream, to);
  Add("gen_ai.request.model", span.model, to);
  if (span.input_tokens) Add("gen_ai.usage.input_tokens", *span.input_tokens, to);
  if (span.output_tokens) Add("gen_ai.usage.output_tokens", *span.output_tokens, to);
}

void FillCall(const Span& span, trace::Span& to) {
  to.set_name(Join(span.service, '/', span.method));
  to.set_kind(trace::Span::SPAN_KIND_SERVER);
  Attributes& attributes = *to.mutable_attributes();
  Add("rpc.system", "grpc", attributes);
  Add("rpc.service", span.service, attributes);
  Add("rpc.method", span.method, attributes);
  Add("rpc.grpc.status_code", static_cast<int64_t>(span.code), attributes);
  Add("inferwire.attempts", span.attempt, attributes);
}

void FillAttempt(const Span& span, trace::Span& to) {
  to.set_name(Join(span.operation, ' ', span.model));
  to.set_kind(trace::Span::SPAN_KIND_CLIENT);
  Attributes& attributes = *to.mutable_attributes();
  if (span.http_status > 0) Add("http.response.status_code", span.http_status, attributes);
  if (span.attempt > 1) Add("http.request.resend_count", span.attempt - 1, attributes);
}

void Fill(const Span& span, trace::Span& to) {
  AppendBytes(span.context.trace_high, *to.mutable_trace_id());
  AppendBytes(span.context.trace_low, *to.mutable_trace_id());
  AppendBytes(span.context.span, *to.mutable_span_id());
  if (span.parent != 0) AppendBytes(span.parent, *to.mutable_parent_span_id());
  to.set_trace_state(span.context.state);
  to.set_flags(span.context.flags);
  to.set_start_time_unix_nano(UnixNanos(span.start));
  to.set_end_time_unix_nano(UnixNanos(span.start) +
                            static_cast<uint64_t>(std::max<int64_t>(span.duration.count(), 0)));
  span.kind == Span::Kind::kCall ? FillCall(span, to) : FillAttempt(span, to);
  Attributes& attributes = *to.mutable_attributes();
  AddGenAi(span, attributes);
  Add("inferwire.request_id", span.request_id, attributes);
  Add("inferwire.upstream_request_id", span.upstream_request_id, attributes);
  if (span.error_type.empty()) return;
  Add("error.type", span.error_type, attributes);
  to.mutable_status()->set_code(trace::Status::STATUS_CODE_ERROR);
}

}  // namespace

opentelemetry::proto::collector::trace::v1::ExportTraceServiceRequest ToRequest(
    const std::vector<Span>& spans, const Resource& resource) {
  opentelemetry::proto::collector::trace::v1::ExportTraceServiceRequest request;
  trace::ResourceSpans& all = *request.add_resource_spans();
  Attributes& attributes = *all.mutable_resource()->mutable_attributes();
  Add("service.name", resource.service, attributes);
  Add("service.version", resource.version, attributes);
  Add("service.instance.id", resource.instance, attributes);
  trace::ScopeSpans& scope = *all.add_scope_spans();
  scope.mutable_scope()->set_name("inferwire");
  scope.mutable_scope()->set_version(resource.version);
  for (const Span& span : spans) Fill(span, *scope.add_spans());
  return request;
}

}  // namespace inferwire::telemetry
