// Traces from the caller through the gateway to the upstream, and spans in a real collector.
#include <gtest/gtest.h>

#include <map>

#include "gateway.h"
#include "support/collector.h"

namespace inferwire::e2e {
namespace {

using testing_support::Attribute;
using testing_support::Collector;
using SpanKind = opentelemetry::proto::trace::v1::Span;

constexpr char kTrace[] = "0af7651916cd43dd8448eb211c80319c";
const std::string kParent = std::string("00-") + kTrace + "-b7ad6b7169203331-01";

grpc::Status Complete(Gateway& gateway, const std::string& traceparent,
                      const std::string& model = "gpt-4.1-mini") {
  const auto context = NewContext();
  if (!traceparent.empty()) context->AddMetadata("traceparent", traceparent);
  context->AddMetadata("tracestate", "vendor=value");
  v1::CompleteRequest request;
  *request.mutable_params() = Prompt("canary-prompt-48", model);
  v1::CompleteResponse response;
  return gateway.chat().Complete(context.get(), request, &response);
}

// The headers of the upstream's last request.
std::map<std::string, std::string> UpstreamHeaders(Gateway& gateway) {
  const auto requests = gateway.upstream().TakeRequests();
  if (requests.empty()) return {};
  return {requests.back().headers.begin(), requests.back().headers.end()};
}

std::function<void(config::Config&)> Traced(const Collector& collector, double ratio) {
  return [&collector, ratio](config::Config& config) {
    config.tracing.endpoint = "http://" + collector.target();
    config.tracing.sample_ratio = ratio;
    config.tracing.batch_delay = 1ms;
  };
}

std::string Hex(const std::string& bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    text += kDigits[static_cast<unsigned char>(c) >> 4];
    text += kDigits[c & 15];
  }
  return text;
}

TEST(Tracing, WithoutCollectorTheTraceGoesOnToTheUpstreamAndIntoTheLog) {
  Gateway gateway;
  ASSERT_TRUE(Complete(gateway, kParent).ok());
  auto headers = UpstreamHeaders(gateway);
  EXPECT_EQ(headers["traceparent"], kParent);
  EXPECT_EQ(headers["tracestate"], "vendor=value");
  EXPECT_TRUE(Gateway::Eventually([&] {
    return gateway.log().find(std::string(R"("trace_id":")") + kTrace) != std::string::npos;
  })) << gateway.log();
}

TEST(Tracing, ACallWithoutTraceBeginsOne) {
  Gateway gateway;
  for (const char* nothing : {"", "00-nonsense"}) {
    ASSERT_TRUE(Complete(gateway, nothing).ok());
    auto headers = UpstreamHeaders(gateway);
    EXPECT_EQ(headers["traceparent"].substr(0, 36), "00-" + headers["x-client-request-id"] + "-");
    EXPECT_TRUE(headers["traceparent"].ends_with("-00")) << headers["traceparent"];
    EXPECT_FALSE(headers.contains("tracestate"));
  }
}

TEST(Tracing, ACallAndItsAttemptAreSpansOfTheCallersTrace) {
  Collector collector;
  Gateway gateway(Traced(collector, 0));  // the caller decides
  ASSERT_TRUE(Complete(gateway, kParent).ok());
  ASSERT_TRUE(collector.WaitForSpans(2));
  auto headers = UpstreamHeaders(gateway);
  std::map<int, Collector::Span> by_kind;
  for (const auto& span : collector.spans()) {
    EXPECT_EQ(Hex(span.trace_id()), kTrace);
    by_kind[span.kind()] = span;
    EXPECT_EQ(span.DebugString().find("canary-prompt"), std::string::npos);
  }
  const auto& call = by_kind[SpanKind::SPAN_KIND_SERVER];
  const auto& attempt = by_kind[SpanKind::SPAN_KIND_CLIENT];
  EXPECT_EQ(Hex(call.parent_span_id()), "b7ad6b7169203331");
  EXPECT_EQ(attempt.parent_span_id(), call.span_id());
  EXPECT_EQ(headers["traceparent"],
            std::string("00-") + kTrace + "-" + Hex(attempt.span_id()) + "-01");
  EXPECT_EQ(call.name(), "inferwire.v1.ChatService/Complete");
  EXPECT_EQ(attempt.name(), "chat gpt-4.1-mini");
  EXPECT_EQ(Attribute(attempt, "gen_ai.usage.input_tokens"),
            Attribute(call, "gen_ai.usage.input_tokens"));
  EXPECT_NE(Attribute(attempt, "gen_ai.usage.output_tokens"), "");
  EXPECT_LE(call.start_time_unix_nano(), attempt.start_time_unix_nano());
  EXPECT_GE(call.end_time_unix_nano(), attempt.end_time_unix_nano());
}

TEST(Tracing, AStreamsSpanSaysHowItEnded) {
  Collector collector;
  Gateway gateway(Traced(collector, 1));
  v1::StreamCompleteRequest request;
  *request.mutable_params() = Prompt("hi", "gpt-4.1-mini");
  {
    const auto context = NewContext();
    const auto reader = gateway.chat().StreamComplete(context.get(), request);
    EXPECT_TRUE(ReadAll(*reader).status.ok());
  }
  ASSERT_TRUE(collector.WaitForSpans(2));
  for (const auto& span : collector.spans()) {
    EXPECT_EQ(Attribute(span, "error.type"), "") << span.DebugString();
    EXPECT_NE(Attribute(span, "gen_ai.usage.output_tokens"), "") << span.DebugString();
  }
  *request.mutable_params() = Prompt("hi", "gpt-4.1-mini+stall=2");
  const auto context = NewContext();
  const auto reader = gateway.chat().StreamComplete(context.get(), request);
  v1::StreamCompleteResponse event;
  ASSERT_TRUE(reader->Read(&event));
  context->TryCancel();
  ReadAll(*reader);
  ASSERT_TRUE(collector.WaitForSpans(4));
  for (size_t i = 2; i < 4; ++i) {
    EXPECT_EQ(Attribute(collector.spans()[i], "error.type"), "CANCELLED");
  }
}

TEST(Tracing, AnErrorOfTheUpstreamIsInBothSpans) {
  Collector collector;
  Gateway gateway(Traced(collector, 1));
  EXPECT_FALSE(Complete(gateway, "", "gpt-4.1-mini+status=429").ok());
  ASSERT_TRUE(collector.WaitForSpans(2));
  for (const auto& span : collector.spans()) {
    const bool call = span.kind() == SpanKind::SPAN_KIND_SERVER;
    EXPECT_EQ(Attribute(span, "error.type"), call ? "RATE_LIMITED" : "429");
    EXPECT_EQ(span.parent_span_id().empty(), call);
  }
}

TEST(Tracing, ACallThatTheRatioLeavesOutIsNotRecorded) {
  Collector collector;
  Gateway gateway(Traced(collector, 0));
  ASSERT_TRUE(Complete(gateway, "").ok());
  EXPECT_TRUE(UpstreamHeaders(gateway)["traceparent"].ends_with("-00"));
  ASSERT_TRUE(Complete(gateway, kParent).ok());
  ASSERT_TRUE(collector.WaitForSpans(2));
  for (const auto& span : collector.spans()) EXPECT_EQ(Hex(span.trace_id()), kTrace);
}

TEST(Tracing, ACollectorThatIsStuckFailsNoCall) {
  Collector collector;
  collector.Stick(true);
  Gateway gateway([&](config::Config& config) {
    Traced(collector, 1)(config);
    config.tracing.queue_spans = config.tracing.batch_spans = 4;
    config.tracing.timeout = 100ms;
  });
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(Complete(gateway, "").ok());
  EXPECT_GT(gateway.Metric(R"(inferwire_trace_spans_dropped_total{reason="queue_full"})"), 0);
  gateway.Stop();
}

}  // namespace
}  // namespace inferwire::e2e
