// inferwire chat, many, raw, health and version.
#include <csignal>

#include "client/cli_fixture.h"

namespace inferwire {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing_support::Command;

class CliChat : public testing_support::CliTest {};
class CliMany : public testing_support::CliTest {};
class CliRaw : public testing_support::CliTest {};
class CliHealth : public testing_support::CliTest {};

TEST_F(CliChat, KeepsTheConversation) {
  EchoStream();
  const auto done = Run({"chat", "--system", "s"}, "one\n\ntwo\n");
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_EQ(done.out, "echo one\necho two\n");
  ASSERT_EQ(seen_.messages_size(), 4);
  EXPECT_EQ(seen_.messages(0).role(), v1::ROLE_SYSTEM);
  EXPECT_EQ(seen_.messages(2).role(), v1::ROLE_ASSISTANT);
  EXPECT_EQ(seen_.messages(2).content(), "echo one");
  EXPECT_EQ(seen_.messages(3).content(), "two");
}

TEST_F(CliChat, ObeysItsCommands) {
  EchoStream();
  const auto done =
      Run({"chat"}, "one\n/reset\n/model other\n/system be kind\n/what\ntwo\n/exit\nthree\n");
  EXPECT_EQ(done.out, "echo one\necho two\n");
  EXPECT_THAT(done.err, HasSubstr("/reset forgets"));
  EXPECT_EQ(seen_.model(), "other");
  ASSERT_EQ(seen_.messages_size(), 2);
  EXPECT_EQ(seen_.messages(0).content(), "be kind");
  EXPECT_EQ(seen_.messages(1).content(), "two");
}

TEST_F(CliChat, AScriptStopsAtTheFirstError) {
  gateway_.on_stream = [](auto&, const auto&, auto&) {
    return grpc::Status(grpc::StatusCode::PERMISSION_DENIED, "no");
  };
  const auto done = Run({"chat"}, "one\ntwo\n");
  EXPECT_EQ(done.exit_code, 1);
  EXPECT_EQ(std::ranges::count(done.err, '\n'), 1);
}

constexpr char kItems[] =
    R"({"item_id":"a","prompt":"hi"})"
    "\n\n"
    R"({"model":"m","messages":[{"role":"user","content":"you"}],"top_k":7,"temperature":0.5})"
    "\n"
    R"({"custom_id":"c","method":"POST","url":"/v1/chat/completions",)"
    R"("body":{"model":"x","messages":[{"role":"user","content":"fail"}]}})"
    "\n";

TEST_F(CliMany, WritesOneResultPerLine) {
  gateway_.on_many = [](auto&, auto& stream) { return testing_support::AnswerAll(stream, 4); };
  const auto done = Run({"many", File("in.jsonl", kItems), "-o", Path("out.jsonl")});
  EXPECT_EQ(done.exit_code, 1);  // one of them failed
  EXPECT_THAT(done.err, HasSubstr("2 succeeded, 1 failed, 0 cancelled, 0 unfinished"));
  std::map<std::string, nlohmann::ordered_json> results;
  std::istringstream lines(Read("out.jsonl"));
  for (std::string line; std::getline(lines, line);) {
    auto json = Parse(line);
    results[json["custom_id"]] = json;
  }
  ASSERT_EQ(results.size(), 3u);
  EXPECT_EQ(results["a"]["response"]["body"]["choices"][0]["message"]["content"], "HI");
  EXPECT_EQ(results["line-3"]["response"]["status_code"], 200);
  EXPECT_TRUE(results["line-3"]["error"].is_null());
  EXPECT_TRUE(results["c"]["response"].is_null());
  EXPECT_EQ(results["c"]["error"]["code"], "RATE_LIMITED");
}

TEST_F(CliMany, LosesNothingOfAnItem) {
  std::map<std::string, v1::ChatCompletionParams> seen;
  gateway_.on_many = [&](auto&, auto& stream) {
    v1::CompleteManyRequest request;
    stream.Read(&request);
    EXPECT_EQ(request.config().max_in_flight(), 8);
    v1::CompleteManyResponse ready;
    ready.mutable_ready()->set_max_in_flight(8);
    stream.Write(ready);
    for (int i = 0; i < 3 && stream.Read(&request); ++i) {
      seen[request.item().item_id()] = request.item().params();
    }
    return grpc::Status(grpc::StatusCode::UNAVAILABLE, "enough seen");
  };
  const auto done = Run({"many", File("in.jsonl", kItems), "--max-in-flight", "8"});
  EXPECT_EQ(done.exit_code, 1);
  EXPECT_THAT(done.err, HasSubstr("3 unfinished"));
  EXPECT_THAT(done.err, HasSubstr("inferwire: unfinished: line-3\n"));
  EXPECT_EQ(seen["a"].model(), "gpt-4.1-mini");
  EXPECT_EQ(seen["a"].messages(0).content(), "hi");
  EXPECT_TRUE(seen["a"].extra().empty());
  EXPECT_EQ(seen["line-3"].model(), "m");
  EXPECT_EQ(seen["line-3"].temperature(), 0.5);
  EXPECT_EQ(seen["line-3"].extra().at("top_k"), "7");
  EXPECT_EQ(seen["c"].model(), "x");
  EXPECT_TRUE(seen["c"].extra().empty());
}

TEST_F(CliMany, ResumesWhereItWasCut) {
  gateway_.on_many = [](auto&, auto& stream) { return testing_support::AnswerAll(stream, 4); };
  File("out.jsonl", "{\"custom_id\":\"c\",\"response\":{}}\n{\"custom_id\":\"a\",\"respo");
  const auto in = File("in.jsonl", kItems);
  const auto done = Run({"many", in, "-o", Path("out.jsonl"), "--resume"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_THAT(done.err, HasSubstr("1 are in the output already"));
  EXPECT_THAT(done.err, HasSubstr("2 succeeded"));
  // All are there now: nothing is left to do, and the server is not asked.
  gateway_.on_many = nullptr;
  EXPECT_EQ(Run({"many", in, "-o", Path("out.jsonl"), "--resume"}).exit_code, 0);
}

TEST_F(CliMany, RefusesARepeatedIdWithItsLine) {
  const auto in = File(
      "in.jsonl", "{\"item_id\":\"a\",\"prompt\":\"x\"}\n{\"item_id\":\"a\",\"prompt\":\"y\"}");
  const auto done = Run({"many", in});
  EXPECT_EQ(done.exit_code, 2);
  EXPECT_THAT(done.err, HasSubstr("line 2: the id \"a\" was there before"));
}

TEST_F(CliMany, CtrlCCancelsAll) {
  testing_support::Signal cancelled;
  gateway_.on_many = [&](auto& context, auto& stream) {
    v1::CompleteManyRequest request;
    v1::CompleteManyResponse response;
    stream.Read(&request);
    response.mutable_ready()->set_max_in_flight(2);
    stream.Write(response);
    stream.Read(&request);
    response.mutable_result()->set_item_id("a");
    *response.mutable_result()->mutable_completion() = testing_support::Completion("x");
    stream.Write(response);
    testing_support::AwaitCancel(context);
    cancelled.Set();
    return grpc::Status::CANCELLED;
  };
  Command command(Args({"many", File("in.jsonl", kItems)}));
  ASSERT_TRUE(command.ReadUntil("\n"));
  command.Signal(SIGINT);
  const auto done = command.Wait();
  EXPECT_EQ(done.exit_code, 130);
  EXPECT_THAT(done.err, HasSubstr("inferwire: cancelled: 1 succeeded"));
  EXPECT_THAT(done.err, Not(HasSubstr("unfinished:")));
  EXPECT_TRUE(cancelled.Wait());
}

TEST_F(CliRaw, PrintsTheBody) {
  gateway_.on_invoke = [](const auto& request, auto& response) {
    const auto& call = request.call();
    response.set_http_status(200);
    response.set_content_type("application/json");
    response.set_body("{\"call\":\"" + call.method() + " " + call.path() + " " +
                      call.query(0).name() + "=" + call.query(0).value() +
                      "\",\"body\":" + call.body() + "}");
    return grpc::Status::OK;
  };
  const auto body = File("body.json", "[1]");
  const auto done = Run({"raw", "post", "/x", "--query", "a=b=c", "--data", "@" + body});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_EQ(done.out, "{\"call\":\"POST /x a=b=c\",\"body\":[1]}\n");
  const auto json = Parse(Run({"raw", "GET", "/x", "--query", "a=b", "-d", "2", "--json"}).out);
  EXPECT_EQ(json["http_status"], 200);
  EXPECT_EQ(json["body"]["body"], 2);
}

TEST_F(CliRaw, HttpErrorsAreExitCodeOneWithTheBody) {
  gateway_.on_invoke = [](const auto&, auto& response) {
    response.set_http_status(404);
    response.set_body("gone");
    return grpc::Status::OK;
  };
  const auto done = Run({"raw", "GET", "/x"});
  EXPECT_EQ(done.exit_code, 1);
  EXPECT_EQ(done.out, "gone");
  EXPECT_THAT(done.err, HasSubstr("HTTP 404"));
}

TEST_F(CliRaw, StreamsEvents) {
  gateway_.on_stream_invoke = [](const auto&, auto& writer) {
    v1::StreamInvokeResponse message;
    message.mutable_started()->set_http_status(200);
    writer.Write(message);
    for (const char* data : {"{\"a\":1}", "[DONE]"}) {
      message.mutable_event()->set_data(data);
      writer.Write(message);
    }
    message.mutable_completed();
    writer.Write(message);
    return grpc::Status::OK;
  };
  EXPECT_EQ(Run({"raw", "GET", "/x", "--stream"}).out, "{\"a\":1}\n[DONE]\n");
  const auto done = Run({"raw", "GET", "/x", "--stream", "--json"});
  EXPECT_EQ(Parse(done.out.substr(0, done.out.find('\n')))["data"]["a"], 1);
}

TEST_F(CliHealth, SaysWhetherTheServerServes) {
  EXPECT_EQ(Run({"health"}).out, "SERVING\n");
  EXPECT_EQ(Run({"health"}).exit_code, 0);
  const auto unknown = Run({"health", "--service", "nobody", "--json"});
  EXPECT_EQ(unknown.exit_code, 1);
  EXPECT_EQ(Parse(unknown.out)["status"], "SERVICE_UNKNOWN");
}

TEST_F(CliHealth, VersionNeedsNoServer) {
  const auto done = Command({"version", "--json"}).Wait();
  EXPECT_EQ(done.exit_code, 0);
  EXPECT_THAT(Parse(done.out)["grpc"].get<std::string>(), ::testing::StartsWith("1."));
}

}  // namespace
}  // namespace inferwire
