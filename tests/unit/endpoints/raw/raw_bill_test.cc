// Raw calls of known endpoints leave model, tokens and cost like any other call.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "unit/rpc/operation_call_fixture.h"

namespace inferwire::rpc {
namespace {

using http::FakeTransport;
using http::PlayedTransfer;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kBody =
    R"({"model":"gpt-4.1-mini","messages":[{"role":"user","content":"Hello"}]})";
constexpr const char* kUsage =
    R"("usage":{"prompt_tokens":30,"completion_tokens":20,"total_tokens":50})";
constexpr int64_t kCost = 30 * 2'000'000 + 20 * 8'000'000;

class RawBill : public OperationCallTest {
 protected:
  RawBill() { world.log.Configure({telemetry::LogLevel::kInfo, true}); }

  void Invoke(std::string_view path, std::string_view body = kBody) {
    v1::InvokeRequest request;
    Fill(path, body, *request.mutable_call());
    world.Invoke(rpc, request);
  }
  void StreamInvoke(std::string_view path, std::string_view body = kBody) {
    v1::StreamInvokeRequest request;
    Fill(path, body, *request.mutable_call());
    world.StreamInvoke(rpc, request);
  }
  static void Fill(std::string_view path, std::string_view body, v1::HttpCall& call) {
    call.set_method("POST");
    call.set_path(std::string(path));
    call.set_body(std::string(body));
  }
  void AnswerWith(std::string_view body, int status = 200) {
    FakeTransport::Head(transfer(), status, "application/json");
    FakeTransport::Body(transfer(), body);
    FakeTransport::End(transfer());
    RunToEnd();
  }
  v1::InvokeResponse Invoked() { return rpc.Written<v1::InvokeResponse>(0); }
  v1::GatewayInfo Completed() {
    return rpc.Written<v1::StreamInvokeResponse>(rpc.written.size() - 1).completed().gateway();
  }
  // The samples of a family that are not zero, without its name.
  std::string Samples(const std::string& family) {
    std::istringstream text(world.metrics.Expose());
    std::string found;
    for (std::string line; std::getline(text, line);) {
      if (line.starts_with(family + "{") && !line.ends_with(" 0")) {
        found += line.substr(family.size()) + "\n";
      }
    }
    return found;
  }
};

TEST_F(RawBill, OfAnAnswerIsInTheAnswerTheMetricsAndTheLog) {
  Invoke("/chat/completions");
  EXPECT_EQ(*transfer().request.body, kBody);
  AnswerWith(std::string(R"({"id":"c1","model":"gpt-4.1-mini","choices":[],)") + kUsage + "}");
  EXPECT_EQ(Invoked().gateway().model(), "gpt-4.1-mini");
  EXPECT_EQ(Invoked().gateway().cost().total_picousd(), kCost);
  EXPECT_THAT(Samples("inferwire_cost_usd_total"), HasSubstr(R"(gen_ai_operation_name="raw")"));
  EXPECT_THAT(Samples("gen_ai_client_token_usage_sum"), HasSubstr(" 30\n"));
  EXPECT_THAT(Samples("gen_ai_client_operation_duration_seconds_count"), HasSubstr(R"(="raw")"));
  ASSERT_EQ(world.log_lines.size(), 1u);
  EXPECT_THAT(world.log_lines[0], HasSubstr(R"("model":"gpt-4.1-mini")"));
  EXPECT_THAT(world.log_lines[0], HasSubstr(R"("input_tokens":30,"output_tokens":20)"));
  EXPECT_THAT(world.log_lines[0], HasSubstr(R"("cost_picousd":)" + std::to_string(kCost)));
}

TEST_F(RawBill, OfEmbeddingsIsTheirInput) {
  Invoke("/embeddings", R"({"model":"gpt-4.1-mini","input":"x"})");
  AnswerWith(R"({"object":"list","data":[{"embedding":[0.1]}],"model":"gpt-4.1-mini",)"
             R"("usage":{"prompt_tokens":5,"total_tokens":5}})");
  EXPECT_EQ(Invoked().gateway().cost().total_picousd(), 5 * 2'000'000);
}

TEST_F(RawBill, OfALongAnswerToo) {
  Invoke("/embeddings", R"({"model":"gpt-4.1-mini","input":"x"})");
  const std::string body =
      R"({"object":"list","data":[")" + std::string(1 << 20, 'x') +
      R"("],"model":"gpt-4.1-mini","usage":{"prompt_tokens":5,"total_tokens":5}})";
  AnswerWith(body);
  EXPECT_EQ(Invoked().body(), body);
  EXPECT_EQ(Invoked().gateway().cost().total_picousd(), 5 * 2'000'000);
}

TEST_F(RawBill, OfAStreamIsInItsLastMessage) {
  StreamInvoke("/chat/completions");
  FakeTransport::Head(transfer(), 200, "text/event-stream");
  FakeTransport::Body(transfer(), Chunk("Hi") + LastChunk());
  FakeTransport::End(transfer());
  while (rpc.writing) rpc.CompleteWrite(true);
  EXPECT_EQ(Completed().cost().total_picousd(), 3 * 2'000'000 + 2 * 8'000'000);
  EXPECT_EQ(Completed().model(), "gpt-4.1-mini");
  RunToEnd();
}

TEST_F(RawBill, OfAResponseIsWithinItsLastEvent) {
  StreamInvoke("/responses", R"({"model":"gpt-4.1-mini","input":"x","stream":true})");
  FakeTransport::Head(transfer(), 200, "text/event-stream");
  FakeTransport::Body(
      transfer(),
      "event: response.created\ndata: {\"type\":\"response.created\",\"response\":"
      "{\"model\":\"gpt-4.1-mini\",\"usage\":null,\"error\":null}}\n\n"
      "event: response.completed\ndata: {\"type\":\"response.completed\",\"response\":"
      "{\"model\":\"gpt-4.1-mini\",\"error\":null,\"usage\":{\"input_tokens\":30,"
      "\"output_tokens\":20,\"total_tokens\":50}}}\n\n");
  FakeTransport::End(transfer());
  while (rpc.writing) rpc.CompleteWrite(true);
  EXPECT_EQ(Completed().cost().total_picousd(), kCost);
  RunToEnd();
}

TEST_F(RawBill, OfJsonThatStreamsInPartsIsReadFromItsEnds) {
  StreamInvoke("/chat/completions");
  FakeTransport::Head(transfer(), 200, "application/json; charset=utf-8");
  FakeTransport::Body(transfer(), R"({"model":"gpt-4.1-mini","choices":[")");
  for (int i = 0; i < 300; ++i) {
    while (rpc.writing) rpc.CompleteWrite(true);
    FakeTransport::Body(transfer(), std::string(1000, 'x'));
  }
  FakeTransport::Body(transfer(), std::string("\"],") + kUsage + "}");
  FakeTransport::End(transfer());
  while (rpc.writing) rpc.CompleteWrite(true);
  EXPECT_EQ(Completed().cost().total_picousd(), kCost);
  RunToEnd();
}

TEST_F(RawBill, OfAnAnswerWithoutUsageIsMissing) {
  Invoke("/chat/completions");
  AnswerWith(R"({"choices":[]})");
  EXPECT_EQ(Invoked().gateway().cost().unpriced_reason(), "USAGE_NOT_REPORTED");
  EXPECT_THAT(Samples("inferwire_unpriced_requests_total"), HasSubstr(" 1\n"));
  EXPECT_THAT(Samples("inferwire_usage_missing_total"), HasSubstr(R"(operation="raw")"));
}

TEST_F(RawBill, IsNoneWhereNothingIsReported) {
  Invoke("/audio/speech", R"({"model":"gpt-4.1-mini","input":"x"})");
  AnswerWith("RIFF");
  EXPECT_FALSE(Invoked().gateway().has_cost());
  EXPECT_EQ(Samples("inferwire_unpriced_requests_total"), "");
}

TEST_F(RawBill, IsNoneOfARefusal) {
  Invoke("/chat/completions");
  AnswerWith(R"({"error":{"message":"no"}})", 400);
  EXPECT_EQ(Invoked().http_status(), 400);
  EXPECT_FALSE(Invoked().gateway().has_cost());
  EXPECT_EQ(Samples("inferwire_maybe_billed_requests_total"), "");
  EXPECT_THAT(Samples("gen_ai_client_operation_duration_seconds_count"),
              HasSubstr(R"(error_type="400")"));
}

TEST_F(RawBill, OfAnErrorInA200IsApart) {
  Invoke("/chat/completions");
  const std::string body =
      R"({"error":{"message":"no","type":"server_error"},)" + std::string(kUsage) + "}";
  AnswerWith(body);
  EXPECT_EQ(Invoked().body(), body);
  EXPECT_EQ(Samples("inferwire_cost_usd_total"), "");
  EXPECT_THAT(Samples("inferwire_maybe_billed_cost_usd_total"), HasSubstr(R"(estimated="false")"));
  EXPECT_THAT(world.log_lines.at(0),
              HasSubstr(R"("maybe_billed_picousd":)" + std::to_string(kCost)));
}

TEST_F(RawBill, OfACancelledStreamIsAnEstimate) {
  StreamInvoke("/chat/completions");
  FakeTransport::Head(transfer(), 200, "text/event-stream");
  FakeTransport::Body(transfer(), Chunk("Hi") + Chunk("ho"));
  while (rpc.writing) rpc.CompleteWrite(true);
  rpc.Done(true);
  EXPECT_THAT(Samples("inferwire_maybe_billed_cost_usd_total"), HasSubstr(R"(estimated="true")"));
  EXPECT_THAT(world.log_lines.at(0), HasSubstr(R"("maybe_billed_picousd":32000000)"));
}

TEST_F(RawBill, IsNoneWhereTheEndpointIsNotKnown) {
  Invoke("/fine_tuning/jobs");
  AnswerWith(std::string("{") + kUsage + "}");
  EXPECT_FALSE(Invoked().gateway().has_cost());
  EXPECT_THAT(world.log_lines.at(0), Not(HasSubstr("cost_picousd")));
}

}  // namespace
}  // namespace inferwire::rpc
