#include "telemetry/otlp/span_message.h"

#include <gtest/gtest.h>

#include "support/collector.h"

namespace inferwire::telemetry {
namespace {

using testing_support::Attribute;

Span AttemptSpan() {
  Span span;
  span.kind = Span::Kind::kAttempt;
  span.context = *ParseTraceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  span.context.state = "a=b";
  span.parent = 0x0102030405060708;
  span.start = WallTime(std::chrono::seconds(1000));
  span.duration = std::chrono::milliseconds(1500);
  span.operation = "chat";
  span.request_id = "request-1";
  span.upstream = "openai";
  span.model = "gpt-4.1-mini";
  span.upstream_request_id = "req_1";
  span.input_tokens = 12;
  span.output_tokens = 0;
  span.attempt = 2;
  span.http_status = 200;
  return span;
}

opentelemetry::proto::trace::v1::Span Message(const Span& span) {
  return ToRequest({span}, {}).resource_spans(0).scope_spans(0).spans(0);
}

TEST(SpanMessage, CarriesIdsAndTimesAsTheProtocolWantsThem) {
  const auto message = Message(AttemptSpan());
  EXPECT_EQ(message.trace_id(), std::string("\x0a\xf7\x65\x19\x16\xcd\x43\xdd"
                                            "\x84\x48\xeb\x21\x1c\x80\x31\x9c",
                                            16));
  EXPECT_EQ(message.span_id(), "\xb7\xad\x6b\x71\x69\x20\x33\x31");
  EXPECT_EQ(message.parent_span_id(), "\x01\x02\x03\x04\x05\x06\x07\x08");
  EXPECT_EQ(message.trace_state(), "a=b");
  EXPECT_EQ(message.flags(), 1u);
  EXPECT_EQ(message.start_time_unix_nano(), 1'000'000'000'000u);
  EXPECT_EQ(message.end_time_unix_nano(), 1'001'500'000'000u);
}

TEST(SpanMessage, AnAttemptIsAClientSpanOfTheGenAiConventions) {
  const auto message = Message(AttemptSpan());
  EXPECT_EQ(message.name(), "chat gpt-4.1-mini");
  EXPECT_EQ(message.kind(), opentelemetry::proto::trace::v1::Span::SPAN_KIND_CLIENT);
  EXPECT_EQ(Attribute(message, "gen_ai.operation.name"), "chat");
  EXPECT_EQ(Attribute(message, "gen_ai.provider.name"), "openai");
  EXPECT_EQ(Attribute(message, "gen_ai.request.model"), "gpt-4.1-mini");
  EXPECT_EQ(Attribute(message, "gen_ai.usage.input_tokens"), "12");
  EXPECT_EQ(Attribute(message, "gen_ai.usage.output_tokens"), "0");
  EXPECT_EQ(Attribute(message, "http.response.status_code"), "200");
  EXPECT_EQ(Attribute(message, "http.request.resend_count"), "1");
  EXPECT_EQ(Attribute(message, "inferwire.request_id"), "request-1");
  EXPECT_EQ(Attribute(message, "inferwire.upstream_request_id"), "req_1");
  EXPECT_EQ(Attribute(message, "error.type"), "");
  EXPECT_EQ(message.status().code(), opentelemetry::proto::trace::v1::Status::STATUS_CODE_UNSET);
}

TEST(SpanMessage, ACallIsAServerSpanOfTheRpcConventions) {
  Span span = AttemptSpan();
  span.kind = Span::Kind::kCall;
  span.parent = 0;
  span.service = "inferwire.v1.ChatService";
  span.method = "Complete";
  span.code = Code::kUnavailable;
  span.error_type = "UPSTREAM_UNREACHABLE";
  const auto message = Message(span);
  EXPECT_EQ(message.name(), "inferwire.v1.ChatService/Complete");
  EXPECT_EQ(message.kind(), opentelemetry::proto::trace::v1::Span::SPAN_KIND_SERVER);
  EXPECT_EQ(message.parent_span_id(), "");
  EXPECT_EQ(Attribute(message, "rpc.system"), "grpc");
  EXPECT_EQ(Attribute(message, "rpc.grpc.status_code"), "14");
  EXPECT_EQ(Attribute(message, "inferwire.attempts"), "2");
  EXPECT_EQ(Attribute(message, "gen_ai.usage.input_tokens"), "12");
  EXPECT_EQ(Attribute(message, "error.type"), "UPSTREAM_UNREACHABLE");
  EXPECT_EQ(message.status().code(), opentelemetry::proto::trace::v1::Status::STATUS_CODE_ERROR);
}

TEST(SpanMessage, NamesWhoSendsThem) {
  const auto request = ToRequest({AttemptSpan()}, {"inferwire", "1.2.3", "pod-7"});
  std::map<std::string, std::string> attributes;
  for (const auto& each : request.resource_spans(0).resource().attributes()) {
    attributes[each.key()] = each.value().string_value();
  }
  EXPECT_EQ(attributes["service.name"], "inferwire");
  EXPECT_EQ(attributes["service.version"], "1.2.3");
  EXPECT_EQ(attributes["service.instance.id"], "pod-7");
}

}  // namespace
}  // namespace inferwire::telemetry
