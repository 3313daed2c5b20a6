// inferwire complete, and what all verbs share: usage, errors, exit codes, Ctrl-C.
#include <csignal>

#include "client/cli_fixture.h"

namespace inferwire {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
using testing_support::Command;

class CliComplete : public testing_support::CliTest {};

TEST_F(CliComplete, StreamsTheAnswerToStandardOutput) {
  EchoStream();
  const auto done = Run({"complete", "one", "two", "--model", "m"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_EQ(done.out, "echo one two\n");
  EXPECT_EQ(done.err, "[gpt-4.1-mini-2025-04-14, 12 in + 34 out = 46 tokens]\n");
  EXPECT_EQ(seen_.model(), "m");
}

TEST_F(CliComplete, ReadsThePromptFromStandardInput) {
  EchoStream();
  EXPECT_EQ(Run({"complete", "--system", "be brief"}, "from stdin").out, "echo from stdin\n");
  ASSERT_EQ(seen_.messages_size(), 2);
  EXPECT_EQ(seen_.messages(0).role(), v1::ROLE_SYSTEM);
  EXPECT_EQ(seen_.messages(0).content(), "be brief");
}

TEST_F(CliComplete, JsonIsTheUpstreamsOwnForm) {
  EchoUnary();
  const auto done = Run({"complete", "hi", "--json"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  const auto json = Parse(done.out);
  EXPECT_EQ(json["object"], "chat.completion");
  EXPECT_EQ(json["choices"][0]["message"]["content"], "echo hi");
  EXPECT_EQ(json["choices"][0]["finish_reason"], "stop");
  EXPECT_EQ(json["usage"]["prompt_tokens"], 12);
  EXPECT_EQ(json["gateway"]["request_id"], "req-1");
}

TEST_F(CliComplete, NoStreamPrintsTheText) {
  EchoUnary();
  EXPECT_EQ(Run({"complete", "--no-stream", "hi"}).out, "echo hi\n");
}

TEST_F(CliComplete, TellsWhatTheAnswerWarnsOf) {
  gateway_.on_complete = [](auto&, const auto&, auto& response) {
    *response.mutable_completion() = testing_support::Completion("hi");
    response.mutable_gateway()->add_warnings()->set_message("old ends on 2027-01-14");
    return grpc::Status::OK;
  };
  const auto done = Run({"complete", "--no-stream", "hi"});
  EXPECT_EQ(done.out, "hi\n");
  EXPECT_THAT(done.err, HasSubstr("]\nwarning: old ends on 2027-01-14\n"));
}

TEST_F(CliComplete, StreamedJsonIsOneChunkPerLine) {
  EchoStream();
  const auto done = Run({"complete", "--json", "--stream", "hi"});
  const auto first = Parse(done.out.substr(0, done.out.find('\n')));
  EXPECT_EQ(first["choices"][0]["delta"]["content"], "echo");
}

TEST_F(CliComplete, PassesEveryOptionOn) {
  EchoUnary();
  const auto schema = File("schema.json", R"({"type":"object", "properties":{"b":{},"a":{}}})");
  const auto tool = File("tool.json", R"({"name":"weather","parameters":{"z":1.0}})");
  const auto image = File("image.png", "\x89PNG-not-really");
  const auto done = Run({"complete",
                         "--no-stream",
                         "look",
                         "--schema",
                         schema,
                         "--tool",
                         tool,
                         "--image",
                         image,
                         "--image",
                         "https://e.example/x.jpg",
                         "--max-tokens",
                         "50",
                         "--temperature",
                         "0.7",
                         "--seed",
                         "9",
                         "--stop",
                         "END",
                         "--stop",
                         "FIN",
                         "--param",
                         "reasoning_effort=low",
                         "--param",
                         "top_k=[1.0]"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_EQ(seen_.response_format().json_schema().schema_json(),
            R"({"type":"object", "properties":{"b":{},"a":{}}})");
  ASSERT_EQ(seen_.tools_size(), 1);
  EXPECT_EQ(seen_.tools(0).function().name(), "weather");
  EXPECT_EQ(seen_.tools(0).function().parameters_json(), R"({"z":1.0})");
  ASSERT_EQ(seen_.messages(0).content_parts_size(), 3);
  EXPECT_EQ(seen_.messages(0).content_parts(0).image_url().mime_type(), "image/png");
  EXPECT_EQ(seen_.messages(0).content_parts(1).image_url().url(), "https://e.example/x.jpg");
  EXPECT_EQ(seen_.messages(0).content_parts(2).text(), "look");
  EXPECT_EQ(seen_.max_completion_tokens(), 50);
  EXPECT_EQ(seen_.temperature(), 0.7);
  EXPECT_EQ(seen_.seed(), 9);
  EXPECT_THAT(seen_.stop(), ::testing::ElementsAre("END", "FIN"));
  EXPECT_EQ(seen_.extra().at("reasoning_effort"), "\"low\"");
  EXPECT_EQ(seen_.extra().at("top_k"), "[1.0]");
}

TEST_F(CliComplete, ShowsToolCalls) {
  gateway_.on_stream = [](auto&, const auto&, auto& writer) {
    auto end = testing_support::Completed("");
    auto& message =
        *end.mutable_completed()->mutable_completion()->mutable_choices(0)->mutable_message();
    auto& call = *message.add_tool_calls();
    call.set_id("call_1");
    call.mutable_function()->set_name("weather");
    call.mutable_function()->set_arguments(R"({"city":"Paris"})");
    writer.Write(end);
    return grpc::Status::OK;
  };
  EXPECT_EQ(Run({"complete", "rain?"}).out, "tool call weather({\"city\":\"Paris\"})  [call_1]\n");
}

TEST_F(CliComplete, SeveralAnswersAreToldApart) {
  gateway_.on_complete = [](auto&, const auto& request, auto& response) {
    EXPECT_EQ(request.params().n(), 2);
    auto& completion = *response.mutable_completion();
    completion = testing_support::Completion("first");
    *completion.add_choices() = testing_support::Completion("second").choices(0);
    completion.mutable_choices(1)->set_index(1);
    return grpc::Status::OK;
  };
  EXPECT_EQ(Run({"complete", "-n", "2", "hi"}).out, "--- answer 1\nfirst\n--- answer 2\nsecond\n");
}

TEST_F(CliComplete, ErrorsAreOneReadableLine) {
  gateway_.on_stream = [](auto&, const auto&, auto&) {
    return testing_support::ToStatus(
        testing_support::RpcStatus({.code = grpc::StatusCode::RESOURCE_EXHAUSTED,
                                    .reason = "RATE_LIMITED",
                                    .message = "too fast",
                                    .metadata = {{"origin", "upstream"}},
                                    .retry_after_ms = 2000}));
  };
  const auto done = Run({"complete", "hi"});
  EXPECT_EQ(done.exit_code, 1);
  EXPECT_EQ(done.out, "");
  EXPECT_THAT(done.err, StartsWith("inferwire: RESOURCE_EXHAUSTED RATE_LIMITED: too fast (origin: "
                                   "upstream; safe to retry after 2 s"));
  EXPECT_EQ(std::ranges::count(done.err, '\n'), 1);
}

TEST_F(CliComplete, ErrorsAreJsonToo) {
  gateway_.on_complete = [](auto&, const auto&, auto&) {
    return testing_support::ToStatus(testing_support::RpcStatus(
        {.code = grpc::StatusCode::NOT_FOUND, .reason = "MODEL_NOT_FOUND", .message = "none"}));
  };
  const auto done = Run({"complete", "hi", "--json"});
  EXPECT_EQ(done.exit_code, 1);
  const auto json = Parse(done.out);
  EXPECT_EQ(json["error"]["code"], "MODEL_NOT_FOUND");
  EXPECT_EQ(json["error"]["safe_to_retry"], false);
}

TEST_F(CliComplete, UnreachableServerIsExitCodeThree) {
  const auto target = testing_support::FakeGateway().target();
  const auto done = Command({"--server", target, "complete", "hi"}).Wait();
  EXPECT_EQ(done.exit_code, 3);
  EXPECT_THAT(done.err, HasSubstr(target));
}

TEST_F(CliComplete, TimeoutEndsTheCall) {
  gateway_.on_stream = [](auto& context, const auto&, auto&) {
    testing_support::AwaitCancel(context);
    return grpc::Status::CANCELLED;
  };
  const auto done = Run({"complete", "hi", "--timeout", "0.1"});
  EXPECT_EQ(done.exit_code, 1);
  EXPECT_THAT(done.err, HasSubstr("DEADLINE_EXCEEDED"));
}

TEST_F(CliComplete, CtrlCCancelsUpstream) {
  testing_support::Signal cancelled;
  gateway_.on_stream = [&](auto& context, const auto&, auto& writer) {
    writer.Write(testing_support::Started());
    writer.Write(testing_support::Chunk("begun"));
    testing_support::AwaitCancel(context);
    cancelled.Set();
    return grpc::Status::CANCELLED;
  };
  Command command(Args({"complete", "hi"}));
  ASSERT_TRUE(command.ReadUntil("begun"));
  command.Signal(SIGINT);
  const auto done = command.Wait();
  EXPECT_EQ(done.exit_code, 130);
  EXPECT_EQ(done.out, "begun\n");
  EXPECT_EQ(done.err, "inferwire: cancelled\n");
  EXPECT_TRUE(cancelled.Wait());
}

TEST_F(CliComplete, AReaderThatLeavesCancelsUpstream) {
  testing_support::Signal cancelled;
  testing_support::Signal reader_left;
  gateway_.on_stream = [&](auto& context, const auto&, auto& writer) {
    writer.Write(testing_support::Chunk("begun"));
    EXPECT_TRUE(reader_left.Wait());
    writer.Write(testing_support::Chunk("more"));
    testing_support::AwaitCancel(context);
    cancelled.Set();
    return grpc::Status::CANCELLED;
  };
  Command command(Args({"complete", "hi"}));
  ASSERT_TRUE(command.ReadUntil("begun"));
  command.CloseOutput();
  reader_left.Set();
  const auto done = command.Wait();
  EXPECT_EQ(done.exit_code, 1);
  EXPECT_EQ(done.err, "");
  EXPECT_TRUE(cancelled.Wait());
}

TEST_F(CliComplete, TheTokenComesFromAFileAndStaysSecret) {
  std::string seen;
  gateway_.on_complete = [&](auto& context, const auto&, auto&) {
    const auto it = context.client_metadata().find("authorization");
    if (it != context.client_metadata().end()) seen.assign(it->second.data(), it->second.size());
    return grpc::Status(grpc::StatusCode::UNAUTHENTICATED, "no");
  };
  const auto token = File("token", "sesame\n");
  const auto done = Run({"complete", "--no-stream", "--verbose", "hi", "--token-file", token});
  EXPECT_EQ(seen, "Bearer sesame");
  EXPECT_EQ((done.out + done.err).find("sesame"), std::string::npos);
}

TEST_F(CliComplete, WrongUsageIsExitCodeTwo) {
  const auto text = File("text.json", "no json");
  const std::vector<std::vector<std::string>> wrong = {
      {},
      {"dance"},
      {"complete", "hi", "--temperature", "warm"},
      {"complete", "hi", "--schema", "/does/not/exist"},
      {"complete", "hi", "--schema", text},
      {"complete", "hi", "--tool", text},
      {"complete", "hi", "--image", text},
      {"complete", "hi", "--param", "nothing"},
      {"complete", "hi", "--cert", text},
      {"raw", "GET"},
      {"raw", "GET", "/x", "--query", "novalue"},
      {"many", "/does/not/exist"},
      {"many", text},
      {"many", text, "--resume"},
  };
  for (const auto& args : wrong) {
    const auto done = Run(args);
    EXPECT_EQ(done.exit_code, 2) << ::testing::PrintToString(args) << done.err;
    EXPECT_NE(done.err, "");
  }
}

TEST_F(CliComplete, HelpTeaches) {
  EXPECT_THAT(Run({"--help"}).out, HasSubstr("Exit codes: 0 ok"));
  for (const std::string verb : {"complete", "chat", "many", "raw", "health"}) {
    const auto done = Run({verb, "--help"});
    EXPECT_EQ(done.exit_code, 0);
    EXPECT_THAT(done.out, HasSubstr("  inferwire " + verb)) << verb;
  }
}

}  // namespace
}  // namespace inferwire
