// What a dialect changes in a call from end to end, and what is understood whatever the dialect.
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "support/hollow_answers.h"
#include "unit/rpc/call_fixture.h"

namespace inferwire::rpc {
namespace {

using http::FakeTransport;
using testing::HasSubstr;
using testing::Not;

std::string ReasonOf(const grpc::Status& status) {
  google::rpc::Status details;
  details.ParseFromString(status.error_details());
  google::rpc::ErrorInfo info;
  for (const auto& any : details.details()) {
    if (any.UnpackTo(&info)) return info.reason();
  }
  return "";
}

upstream::UpstreamOptions Speaking(std::string_view dialect, std::string base_url = "") {
  upstream::UpstreamOptions options;
  options.dialect = openai::FindDialect(dialect);
  options.base_url = std::move(base_url);
  return options;
}

// One call to an upstream of that dialect.
// What fails is to be seen at once.
upstream::UpstreamOptions Once(upstream::UpstreamOptions options) {
  options.max_retries = 0;
  return options;
}

struct OneCall {
  explicit OneCall(upstream::UpstreamOptions upstream) : world(1, Once(std::move(upstream))) {}
  explicit OneCall(std::string_view dialect) : OneCall(Speaking(dialect)) {}
  ~OneCall() {
    if (rpc.wire_alive) rpc.Done(true);
    EXPECT_THAT(rpc.violations, testing::IsEmpty());
  }

  void Stream(const v1::ChatCompletionParams& params = Hello()) {
    v1::StreamCompleteRequest request;
    *request.mutable_params() = params;
    request.mutable_stream()->set_accumulate(true);
    world.Stream(rpc, request);
  }
  void Unary(const v1::ChatCompletionParams& params = Hello()) {
    v1::CompleteRequest request;
    *request.mutable_params() = params;
    world.Complete(rpc, request);
  }
  http::PlayedTransfer& transfer() { return *world.transport.transfers.back(); }
  const std::string& body() { return *transfer().request.body; }
  void RunToEnd() {
    while (rpc.writing) rpc.CompleteWrite(true);
    if (rpc.finishing) rpc.CompleteFinish(true);
    if (rpc.wire_alive) rpc.Done(false);
  }
  // The whole answer to a stream, in pieces of so many bytes.
  void Answered(std::string_view content_type, std::string_view bytes, size_t piece = 1 << 20) {
    FakeTransport::Head(transfer(), 200, content_type);
    for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size()))) {
      if (transfer().over) break;
      FakeTransport::Body(transfer(), bytes.substr(0, piece));
    }
    if (!transfer().over) FakeTransport::End(transfer());
    RunToEnd();
  }
  v1::StreamCompleteResponse Event(size_t index) {
    return rpc.Written<v1::StreamCompleteResponse>(index);
  }

  World world;
  FakeRpc rpc;
};

v1::ChatCompletionParams AtMost(int tokens) {
  v1::ChatCompletionParams params = Hello();
  params.set_max_completion_tokens(tokens);
  return params;
}

TEST(DialectCall, SendsTheStreamMembersOfTheRow) {
  for (const openai::Dialect& dialect : openai::Dialects()) {
    OneCall call(dialect.name);
    call.Stream();
    EXPECT_THAT(call.body(), HasSubstr(std::string(dialect.stream_members) + "}"));
  }
  OneCall mistral("mistral");
  mistral.Stream();
  EXPECT_THAT(mistral.body(), Not(HasSubstr("stream_options"))) << "it refuses what it knows not";
  OneCall unary("openai");
  unary.Unary();
  EXPECT_THAT(unary.body(), Not(HasSubstr("stream")));
}

TEST(DialectCall, SaysMaxTokensWhereNothingElseIsKnown) {
  for (const openai::Dialect& dialect : openai::Dialects()) {
    OneCall call(dialect.name);
    call.Unary(AtMost(7));
    const bool renamed = call.body().find(R"("max_tokens":7)") != std::string::npos;
    const bool as_given = call.body().find(R"("max_completion_tokens":7)") != std::string::npos;
    EXPECT_EQ(renamed, dialect.only_max_tokens) << dialect.name;
    EXPECT_NE(renamed, as_given) << dialect.name;
  }
}

TEST(DialectCall, LeavesACallerAloneWhoSaysMaxTokensToo) {
  v1::ChatCompletionParams params = AtMost(7);
  params.set_max_tokens(9);
  OneCall typed("mistral");
  typed.Unary(params);
  EXPECT_THAT(typed.body(), HasSubstr(R"("max_completion_tokens":7)"));
  EXPECT_THAT(typed.body(), HasSubstr(R"("max_tokens":9)"));

  params.clear_max_tokens();
  (*params.mutable_extra())["max_tokens"] = "9";
  OneCall extra("mistral");
  extra.Unary(params);
  EXPECT_THAT(extra.body(), HasSubstr(R"("max_completion_tokens":7)"));
  EXPECT_THAT(extra.body(), HasSubstr(R"("max_tokens":9)"));
}

TEST(DialectCall, PutsTheDeploymentOfAzureIntoThePath) {
  auto options = Speaking("azure", "https://host/openai");
  options.api_version = "2024-10-21";
  OneCall call(options);
  call.Unary();
  EXPECT_EQ(call.transfer().request.url,
            "https://host/openai/deployments/gpt-4.1-mini/chat/completions?api-version=2024-10-21");

  v1::ChatCompletionParams params = Hello();
  params.set_model("..");
  OneCall astray(options);
  astray.Unary(params);
  astray.RunToEnd();
  EXPECT_TRUE(astray.world.transport.transfers.empty());
  EXPECT_EQ(astray.rpc.status->error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

TEST(DialectCall, BelievesDoneWithoutAFinishReasonOnlyWhereReasonsAreNotTheRule) {
  for (const openai::Dialect& dialect : openai::Dialects()) {
    OneCall call(dialect.name);
    call.Stream();
    call.Answered("text/event-stream", Chunk("Hi") + "data: [DONE]\n\n");
    EXPECT_EQ(call.rpc.status->ok(), !dialect.needs_finish_reason) << dialect.name;
    if (!dialect.needs_finish_reason) continue;
    EXPECT_EQ(ReasonOf(*call.rpc.status), "STREAM_TRUNCATED");
  }
}

TEST(DialectCall, NeedsNoDoneAfterAFinishReason) {
  std::string stream = Chunk("Hi") + LastChunk();
  stream.resize(stream.find("data: [DONE]"));
  for (const openai::Dialect& dialect : openai::Dialects()) {
    OneCall call(dialect.name);
    call.Stream();
    call.Answered("text/event-stream", stream);
    EXPECT_TRUE(call.rpc.status->ok()) << dialect.name;
  }
}

TEST(DialectCall, ReadsTheRequestIdFromTheDialectsHeader) {
  OneCall call("deepseek");
  call.Unary();
  http::Headers headers;
  headers.Add("content-type", "application/octet-stream");
  headers.Add("x-request-id", "other");
  headers.Add("x-ds-trace-id", "trace");
  call.transfer().observer->OnHeaders(200, headers);
  FakeTransport::Body(call.transfer(), Answer("Hi"));
  FakeTransport::End(call.transfer());
  call.RunToEnd();
  const auto response = call.rpc.Written<v1::CompleteResponse>(0);
  EXPECT_EQ(response.gateway().upstream_request_id(), "trace");
  EXPECT_EQ(response.completion().choices(0).message().content(), "Hi");
}

constexpr const char* kContentTypes[] = {"application/json",  "application/json; charset=utf-8",
                                         "text/plain",        "application/octet-stream",
                                         "text/event-stream", ""};

TEST(AnswerInOnePiece, BecomesAStreamWhateverItsContentType) {
  for (const char* type : kContentTypes) {
    for (const size_t piece : {size_t{1}, size_t{1000}}) {
      OneCall call("openai");
      call.Stream();
      call.Answered(type, "\n  \r\n" + Answer("Hello"), piece);
      ASSERT_TRUE(call.rpc.status->ok()) << type << ": " << call.rpc.status->error_message();
      ASSERT_EQ(call.rpc.written.size(), 3u);
      EXPECT_TRUE(call.Event(0).has_started());
      EXPECT_EQ(call.Event(1).chunk().choices(0).delta().content(), "Hello");
      EXPECT_EQ(call.Event(1).chunk().choices(0).finish_reason(), v1::FINISH_REASON_STOP);
      const auto completed = call.Event(2).completed();
      EXPECT_EQ(completed.usage().output_tokens(), 2);
      EXPECT_EQ(completed.completion().choices(0).message().content(), "Hello");
    }
  }
}

TEST(AnswerInOnePiece, AccumulatesToWhatAUnaryCallGets) {
  OneCall unary("openai");
  unary.Unary();
  unary.Answered("application/json", Answer("Hello"));
  OneCall stream("openai");
  stream.Stream();
  stream.Answered("application/json", Answer("Hello"));
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(
      unary.rpc.Written<v1::CompleteResponse>(0).completion(),
      stream.Event(2).completed().completion()));
}

TEST(AnswerInOnePiece, IsTheErrorThatItSays) {
  for (const char* type : kContentTypes) {
    OneCall call("deepseek");
    call.Stream();
    call.Answered(type, R"( {"error":{"message":"busy","code":"rate_limit_exceeded"}})");
    EXPECT_EQ(ReasonOf(*call.rpc.status), "RATE_LIMITED") << type;
    EXPECT_TRUE(call.rpc.written.empty());
  }
}

TEST(AnswerInOnePiece, IsAnErrorIfItIsNeitherCompletionNorStream) {
  for (const char* body : {"", " \n", "{", "{}", "<html></html>", "[]", R"({"choices":[]})"}) {
    OneCall call("auto");
    call.Stream();
    call.Answered("application/json", body);
    EXPECT_EQ(ReasonOf(*call.rpc.status), "UPSTREAM_PROTOCOL") << body;
    EXPECT_TRUE(call.rpc.written.empty());
  }
}

TEST(WholeAnswer, ThatAnswersNothingIsAnErrorInTheProvidersWords) {
  for (const auto& hollow : testing_support::kHollowAnswers) {
    for (const bool stream : {false, true}) {
      SCOPED_TRACE(std::string(hollow.json) + (stream ? " to a stream" : ""));
      OneCall call("auto");
      stream ? call.Stream() : call.Unary();
      call.Answered("application/json", hollow.json);
      EXPECT_EQ(ReasonOf(*call.rpc.status), hollow.reason);
      EXPECT_THAT(call.rpc.status->error_message(), HasSubstr(std::string(hollow.words)));
      EXPECT_TRUE(call.rpc.written.empty());
    }
  }
}

TEST(WholeAnswer, ThatSaysLittleIsOne) {
  for (const std::string_view json : testing_support::kShortAnswers) {
    for (const bool stream : {false, true}) {
      OneCall call("auto");
      stream ? call.Stream() : call.Unary();
      call.Answered("application/json", json);
      EXPECT_TRUE(call.rpc.status->ok())
          << json << (stream ? " to a stream: " : ": ") << call.rpc.status->error_message();
    }
  }
}

TEST(AnswerInOnePiece, ThatIsCutIsNoAnswer) {
  OneCall call("auto");
  call.Stream();
  FakeTransport::Head(call.transfer(), 200, "application/json");
  FakeTransport::Body(call.transfer(), Answer("Hello"));
  http::Outcome reset;
  reset.failure = http::Failure::kReset;
  reset.bytes_received = 100;
  FakeTransport::End(call.transfer(), reset);
  call.RunToEnd();
  EXPECT_FALSE(call.rpc.status->ok());
  EXPECT_TRUE(call.rpc.written.empty());
}

TEST(Stream, IsReadUnderAnyContentType) {
  for (const char* type : kContentTypes) {
    for (const size_t piece : {size_t{1}, size_t{1000}}) {
      OneCall call("auto");
      call.Stream();
      call.Answered(type, ": keep-alive\n\n\n" + Chunk("Hi") + LastChunk(), piece);
      EXPECT_TRUE(call.rpc.status->ok()) << type;
      EXPECT_EQ(call.Event(1).chunk().choices(0).delta().content(), "Hi");
    }
  }
}

TEST(Stream, EndsWithTheErrorOfAnErrorEventInEveryForm) {
  for (const char* event :
       {"error: {\"code\":400,\"message\":\"no\",\"type\":\"invalid_request_error\"}\n\n",
        "event: error\ndata: {\"code\":400,\"message\":\"no\"}\n\n",
        "event: error\ndata: "
        "{\"error\":{\"message\":\"no\",\"type\":\"invalid_request_error\"}}\n\n",
        "data: {\"error\":{\"message\":\"no\",\"type\":\"invalid_request_error\"}}\n\n"}) {
    OneCall call("llama.cpp");
    call.Stream();
    call.Answered("text/event-stream", event);
    EXPECT_EQ(ReasonOf(*call.rpc.status), "INVALID_PARAMETER") << event;
  }
}

}  // namespace
}  // namespace inferwire::rpc
