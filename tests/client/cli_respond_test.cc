// inferwire respond.
#include <csignal>

#include "client/cli_typed_fixture.h"
#include "client/fake_responses.h"

namespace inferwire {
namespace {

using ::testing::HasSubstr;
using testing_support::EventsOf;
using testing_support::ResponseScript;

class CliRespond : public testing_support::CliTypedTest {
 protected:
  void Stream(std::vector<std::string> pieces) {
    typed_.OnStream<v1::StreamResponseRequest>("ResponsesService/StreamResponse",
                                               [this, pieces](const auto& request) {
                                                 seen_ = request.params();
                                                 resumed_ = request.resume();
                                                 return ResponseScript{EventsOf(pieces)};
                                               });
  }
  void Answer(const v1::Response& answer) {
    typed_.On<v1::CreateResponseRequest, v1::CreateResponseResponse>(
        "ResponsesService/CreateResponse", [this, answer](const auto& request, auto& response) {
          seen_ = request.params();
          *response.mutable_response() = answer;
          response.mutable_gateway()->set_request_id("req-1");
          return grpc::Status::OK;
        });
  }
  void Keep(const v1::Response& kept) {
    typed_.On<v1::GetResponseRequest, v1::GetResponseResponse>(
        "ResponsesService/GetResponse", [kept](const auto& request, auto& response) {
          *response.mutable_response() = kept;
          response.mutable_response()->set_id(request.response_id());
          return grpc::Status::OK;
        });
  }

  v1::ResponseParams seen_;
  v1::ResponseResumption resumed_;
};

TEST_F(CliRespond, StreamsTheAnswerToStandardOutput) {
  Stream({"one", " two"});
  const auto done = Run({"respond", "Why?", "--model", "m"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_EQ(done.out, "one two\n");
  EXPECT_EQ(done.err, "[gpt-4.1-mini-2025-04-14, 12 in + 34 out = 46 tokens, resp_1]\n");
  EXPECT_EQ(seen_.model(), "m");
  EXPECT_EQ(seen_.input(), "Why?");
  EXPECT_FALSE(seen_.has_background());
}

TEST_F(CliRespond, PassesEveryOptionOn) {
  Stream({"x"});
  const auto tool = File("tool.json", R"({"name":"weather","parameters":{"z":1.0}})");
  const auto chat = File("chat.json", R"({"type":"function","function":{"name":"time"}})");
  const auto done = Run({"respond", "--instructions", "Be brief.", "--previous", "resp_0",
                         "--effort", "low", "--tool", "web_search", "--tool", tool, "--tool", chat,
                         "--max-tokens", "7", "--param", "store=false", "hi"},
                        "piped");
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_EQ(seen_.instructions(), "Be brief.");
  EXPECT_EQ(seen_.previous_response_id(), "resp_0");
  EXPECT_EQ(seen_.reasoning().effort(), "low");
  EXPECT_EQ(seen_.max_output_tokens(), 7);
  EXPECT_EQ(seen_.input(), "hi\n\npiped");
  EXPECT_EQ(seen_.extra().at("store"), "false");
  ASSERT_EQ(seen_.tools_size(), 3);
  EXPECT_EQ(seen_.tools(0).type(), "web_search");
  EXPECT_EQ(seen_.tools(1).type(), "function");
  EXPECT_EQ(seen_.tools(1).name(), "weather");
  EXPECT_EQ(seen_.tools(1).parameters_json(), R"({"z":1.0})");
  EXPECT_EQ(seen_.tools(2).name(), "time");
}

TEST_F(CliRespond, JsonIsTheUpstreamsOwnForm) {
  Answer(testing_support::ResponseOf("hello"));
  const auto done = Run({"respond", "--json", "hi"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  const auto json = Parse(done.out);
  EXPECT_EQ(json["object"], "response");
  EXPECT_EQ(json["output"][0]["content"][0]["text"], "hello");
  EXPECT_EQ(json["gateway"]["request_id"], "req-1");
}

TEST_F(CliRespond, StreamedJsonIsOneEventPerLine) {
  Stream({"one"});
  const auto done = Run({"respond", "--json", "--stream", "hi"});
  EXPECT_EQ(std::ranges::count(done.out, '\n'), 3);
  EXPECT_EQ(Parse(done.out.substr(0, done.out.find('\n')))["type"], "response.created");
}

TEST_F(CliRespond, PrintsToolCallsAndWhatCutTheAnswer) {
  auto answer = testing_support::ResponseOf("", v1::RESPONSE_STATUS_INCOMPLETE);
  answer.mutable_incomplete_details()->set_reason("max_output_tokens");
  auto& call = *answer.add_output();
  call.set_type("function_call");
  call.set_name("weather");
  call.set_arguments("{}");
  call.set_call_id("call_1");
  Answer(answer);
  const auto done = Run({"respond", "--no-stream", "hi"});
  EXPECT_EQ(done.out, "tool call weather({})  [call_1]\n");
  EXPECT_THAT(done.err, HasSubstr("resp_1, incomplete: max_output_tokens]"));
}

TEST_F(CliRespond, InTheBackgroundPrintsTheId) {
  Answer(testing_support::ResponseOf("", v1::RESPONSE_STATUS_QUEUED));
  const auto done = Run({"respond", "--background", "--conversation", "conv_1", "hi"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_EQ(done.out, "resp_1\n");
  EXPECT_TRUE(seen_.background());
  EXPECT_EQ(seen_.conversation(), "conv_1");
}

TEST_F(CliRespond, CtrlCSaysHowToGoOn) {
  typed_.OnStream<v1::StreamResponseRequest>("ResponsesService/StreamResponse", [](const auto&) {
    auto script = ResponseScript{EventsOf({"one"}, /*background=*/true)};
    script.messages.resize(3);
    script.hold = true;
    return script;
  });
  testing_support::Command command(
      {"--server", typed_.target(), "respond", "--background", "--stream", "hi"});
  ASSERT_TRUE(command.ReadUntil("one"));
  command.Signal(SIGINT);
  const auto done = command.Wait();
  EXPECT_EQ(done.exit_code, 130);
  EXPECT_THAT(done.err, HasSubstr("inferwire respond resume resp_1 --after 1\n"));
}

TEST_F(CliRespond, ResumesBehindAnEvent) {
  Stream({"one", " two"});
  const auto done = Run({"respond", "resume", "resp_1", "--after", "1", "--upstream", "azure"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_EQ(done.out, " two\n");
  EXPECT_EQ(resumed_.response_id(), "resp_1");
  EXPECT_EQ(resumed_.starting_after(), 1);
  EXPECT_EQ(resumed_.upstream(), "azure");
}

TEST_F(CliRespond, WatchesUntilItsEnd) {
  typed_.OnStream<v1::WatchResponseRequest>("ResponsesService/WatchResponse", [](const auto&) {
    testing_support::FakeTyped::Stream<v1::WatchResponseResponse> script;
    script.messages.emplace_back().mutable_heartbeat();
    *script.messages.emplace_back().mutable_response() =
        testing_support::ResponseOf("", v1::RESPONSE_STATUS_QUEUED);
    *script.messages.emplace_back().mutable_response() = testing_support::ResponseOf("hello");
    return script;
  });
  const auto done = Run({"respond", "watch", "resp_1"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_EQ(done.out, "hello\n");
  EXPECT_THAT(done.err, HasSubstr("inferwire: resp_1 queued\ninferwire: resp_1 completed\n"));
  const auto json = Run({"respond", "watch", "resp_1", "--json"});
  EXPECT_EQ(std::count(json.out.begin(), json.out.end(), '\n'), 2) << json.out;
}

TEST_F(CliRespond, GetShowsTextAndStatus) {
  Keep(testing_support::ResponseOf("hello"));
  const auto done = Run({"respond", "get", "resp_7"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_EQ(done.out, "hello\n");
  EXPECT_THAT(done.err, HasSubstr("resp_7]"));
  EXPECT_EQ(Parse(Run({"respond", "get", "resp_7", "--json"}).out)["id"], "resp_7");
  Keep(testing_support::ResponseOf("", v1::RESPONSE_STATUS_IN_PROGRESS));
  const auto waits = Run({"respond", "get", "resp_8"});
  EXPECT_EQ(waits.out, "");
  EXPECT_THAT(waits.err, HasSubstr("resp_8, in_progress]"));
}

TEST_F(CliRespond, GetOfAFailedOneIsExitCodeOne) {
  auto failed = testing_support::ResponseOf("", v1::RESPONSE_STATUS_FAILED);
  failed.mutable_error()->set_code("server_error");
  failed.mutable_error()->set_message("out of luck");
  Keep(failed);
  const auto done = Run({"respond", "get", "resp_7"});
  EXPECT_EQ(done.exit_code, 1);
  EXPECT_THAT(done.err, HasSubstr("resp_7 failed: server_error: out of luck"));
}

TEST_F(CliRespond, CancelsAndDeletes) {
  typed_.On<v1::CancelResponseRequest, v1::CancelResponseResponse>(
      "ResponsesService/CancelResponse", [](const auto&, auto& response) {
        *response.mutable_response() =
            testing_support::ResponseOf("", v1::RESPONSE_STATUS_CANCELLED);
        return grpc::Status::OK;
      });
  EXPECT_THAT(Run({"respond", "cancel", "resp_1"}).err, HasSubstr("resp_1, cancelled]"));
  typed_.On<v1::DeleteResponseRequest, v1::DeleteResponseResponse>(
      "ResponsesService/DeleteResponse", [](const auto& request, auto&) {
        return request.response_id() == "resp_2"
                   ? grpc::Status(grpc::StatusCode::NOT_FOUND, "no such response")
                   : grpc::Status::OK;
      });
  const auto deleted = Run({"respond", "delete", "resp_2", "resp_1"});
  EXPECT_EQ(deleted.exit_code, 1);
  EXPECT_EQ(deleted.out, "resp_1\n");
  EXPECT_THAT(deleted.err, HasSubstr("resp_2"));
}

TEST_F(CliRespond, RefusesWhatMakesNoSense) {
  EXPECT_EQ(Run({"respond", ""}).exit_code, 2);
  EXPECT_EQ(Run({"respond", "two", "words"}).exit_code, 2);
  EXPECT_EQ(Run({"respond", "get"}).exit_code, 2);
  EXPECT_EQ(Run({"respond", "--model", "m", "get", "resp_1"}).exit_code, 2);
  EXPECT_EQ(Run({"respond", "--previous", "a", "--conversation", "b", "hi"}).exit_code, 2);
  EXPECT_EQ(Run({"respond", "--tool", "none.json", "hi"}).exit_code, 2);
  EXPECT_EQ(Run({"respond", "--tool", File("t.json", "[]"), "hi"}).exit_code, 2);
}

}  // namespace
}  // namespace inferwire
