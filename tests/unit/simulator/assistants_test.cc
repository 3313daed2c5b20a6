#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/simulator/sse_events.h"
#include "unit/simulator/stored_batch.h"

namespace inferwire::simulator::testing {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;

class AssistantsTest : public ::testing::Test {
 protected:
  AssistantsTest() : simulator(std::move(*Simulator::Start())) {}

  Response Do(std::string_view method, const std::string& path, const Json& body = Json(),
              const std::string& words = "") {
    return Send(*simulator, method, path,
                {{"openai-beta", "assistants=v2"}, {"x-simulator", words}},
                body.is_null() ? "" : Dump(body));
  }
  Json Call(std::string_view method, const std::string& path, const Json& body = Json(),
            const std::string& words = "") {
    const Response response = Do(method, path, body, words);
    EXPECT_EQ(response.status, 200) << path << response.body;
    return response.json();
  }
  Json Assistant(const Json& patch = Json::object()) {
    Json body = {{"model", "gpt-4.1-mini"}, {"instructions", "Be kind"}};
    body.merge_patch(patch);
    return Call("POST", "/v1/assistants", body);
  }
  Json Weather() {
    return Assistant({{"tools", Json::parse(R"([{"type":"function","function":{"name":"get_weather",
        "parameters":{"type":"object","properties":{"city":{"type":"string"}},
        "required":["city"]}}}])")}});
  }
  // A thread with one message of the user.
  std::string Thread(const std::string& text = "Hello") {
    const Json messages = Json::array({{{"role", "user"}, {"content", text}}});
    const Json thread = Call("POST", "/v1/threads", {{"messages", messages}});
    return "/v1/threads/" + thread["id"].get<std::string>();
  }
  Json Run(const std::string& thread, const Json& assistant, const std::string& words = "") {
    return Call("POST", thread + "/runs", {{"assistant_id", assistant["id"]}}, words);
  }
  static std::string PathOf(const std::string& thread, const Json& run,
                            const std::string& more = "") {
    return thread + "/runs/" + run["id"].get<std::string>() + more;
  }
  std::unique_ptr<Simulator> simulator;
};

TEST_F(AssistantsTest, WantTheHeaderOfTheBeta) {
  EXPECT_EQ(ErrorCode(Get(*simulator, "/v1/assistants")), "invalid_beta");
  EXPECT_EQ(ErrorCode(Post(*simulator, "/v1/threads", Json::object())), "invalid_beta");
}

TEST_F(AssistantsTest, AreMadeListedChangedAndDeleted) {
  const Json made = Assistant({{"name", "Guide"}, {"metadata", {{"a", "b"}}}});
  EXPECT_EQ(made["object"], "assistant");
  EXPECT_EQ(made["response_format"], "auto");
  const std::string path = "/v1/assistants/" + made["id"].get<std::string>();
  EXPECT_EQ(Call("GET", path), made);
  EXPECT_EQ(Call("POST", path, {{"name", "Other"}})["name"], "Other");
  Assistant();
  EXPECT_EQ(Call("GET", "/v1/assistants?limit=1")["has_more"], true);
  EXPECT_EQ(Call("DELETE", path)["object"], "assistant.deleted");
  EXPECT_EQ(Do("GET", path).status, 404);
  EXPECT_EQ(ErrorCode(Do("POST", "/v1/assistants", Json::object())), "missing_required_parameter");
  EXPECT_EQ(ErrorCode(Do("POST", "/v1/assistants", {{"model", "gpt-9"}})), "model_not_found");
}

TEST_F(AssistantsTest, ThreadsKeepMessages) {
  const std::string thread = Thread("One");
  EXPECT_EQ(Call("POST", thread, {{"metadata", {{"k", "v"}}}})["metadata"]["k"], "v");
  const Json second = Call("POST", thread + "/messages", {{"role", "user"}, {"content", "Two"}});
  EXPECT_EQ(second["object"], "thread.message");
  EXPECT_EQ(second["content"][0]["text"]["value"], "Two");
  const Json list = Call("GET", thread + "/messages");
  ASSERT_EQ(list["data"].size(), 2u);
  EXPECT_EQ(list["data"][0], second) << "newest first";
  const std::string path = thread + "/messages/" + second["id"].get<std::string>();
  EXPECT_EQ(Call("POST", path, {{"metadata", {{"x", "y"}}}})["metadata"]["x"], "y");
  EXPECT_EQ(Call("DELETE", path)["object"], "thread.message.deleted");
  EXPECT_EQ(Do("GET", path).status, 404);
  EXPECT_EQ(ErrorCode(Do("POST", thread + "/messages", {{"role", "king"}, {"content", "x"}})),
            "invalid_value");
  EXPECT_EQ(Call("DELETE", thread)["object"], "thread.deleted");
  EXPECT_EQ(Do("GET", thread).status, 404);
}

TEST_F(AssistantsTest, RunsAnswerInVirtualTime) {
  const std::string thread = Thread();
  const Json assistant = Assistant();
  const Json run = Run(thread, assistant, "response_time=60s");
  EXPECT_EQ(run["object"], "thread.run");
  EXPECT_EQ(run["status"], "queued");
  EXPECT_EQ(run["instructions"], "Be kind");
  EXPECT_EQ(Do("POST", thread + "/runs", {{"assistant_id", assistant["id"]}}).status, 400)
      << "one at a time";
  EXPECT_EQ(Do("POST", thread + "/messages", {{"role", "user"}, {"content", "x"}}).status, 400);
  simulator->Advance(seconds(30));
  EXPECT_EQ(Call("GET", PathOf(thread, run))["status"], "in_progress");
  simulator->Advance(seconds(30));
  const Json done = Call("GET", PathOf(thread, run));
  EXPECT_EQ(done["status"], "completed");
  EXPECT_GT(done["usage"]["completion_tokens"].get<int>(), 0);
  const Json messages = Call("GET", thread + "/messages?run_id=" + run["id"].get<std::string>());
  ASSERT_EQ(messages["data"].size(), 1u);
  EXPECT_EQ(messages["data"][0]["assistant_id"], assistant["id"]);
  const Json steps = Call("GET", PathOf(thread, run, "/steps"));
  EXPECT_EQ(steps["data"][0]["step_details"]["message_creation"]["message_id"],
            messages["data"][0]["id"]);
  const std::string step = steps["data"][0]["id"];
  EXPECT_EQ(Call("GET", PathOf(thread, run, "/steps/" + step)), steps["data"][0]);
  EXPECT_EQ(Call("GET", thread + "/runs")["data"][0], done);
}

TEST_F(AssistantsTest, RunsWaitForFunctions) {
  const std::string thread = Thread("get_weather please");
  const Json run = Run(thread, Weather(), "response_time=0");
  const Json waiting = Call("GET", PathOf(thread, run));
  EXPECT_EQ(waiting["status"], "requires_action");
  const Json& calls = waiting["required_action"]["submit_tool_outputs"]["tool_calls"];
  EXPECT_EQ(calls[0]["function"]["name"], "get_weather");
  EXPECT_EQ(
      Do("POST", PathOf(thread, run, "/submit_tool_outputs"), {{"tool_outputs", Json::array()}})
          .status,
      400);
  const Json outputs = Json::array({{{"tool_call_id", calls[0]["id"]}, {"output", "sunny"}}});
  Call("POST", PathOf(thread, run, "/submit_tool_outputs"), {{"tool_outputs", outputs}});
  EXPECT_EQ(Call("GET", PathOf(thread, run))["status"], "completed");
  const Json steps = Call("GET", PathOf(thread, run, "/steps?order=asc"));
  ASSERT_EQ(steps["data"].size(), 2u);
  EXPECT_EQ(steps["data"][0]["step_details"]["tool_calls"][0]["function"]["output"], "sunny");
  EXPECT_EQ(
      Do("POST", PathOf(thread, run, "/submit_tool_outputs"), {{"tool_outputs", outputs}}).status,
      400);
}

TEST_F(AssistantsTest, RunsAreCancelledFailAndExpire) {
  const Json assistant = Weather();
  const std::string thread = Thread("get_weather");
  Json run = Run(thread, assistant, "response_time=1h");
  EXPECT_EQ(Call("POST", PathOf(thread, run, "/cancel"))["status"], "cancelling");
  EXPECT_EQ(Call("GET", PathOf(thread, run))["status"], "cancelled");
  EXPECT_EQ(Do("POST", PathOf(thread, run, "/cancel")).status, 400);
  run = Run(thread, assistant, "response_time=0; response_fail=rate_limit_exceeded");
  const Json failed = Call("GET", PathOf(thread, run));
  EXPECT_EQ(failed["status"], "failed");
  EXPECT_EQ(failed["last_error"]["code"], "rate_limit_exceeded");
  run = Run(thread, assistant, "response_time=0");
  simulator->Advance(minutes(11));
  EXPECT_EQ(Call("GET", PathOf(thread, run))["status"], "expired");
}

TEST_F(AssistantsTest, RunsAreStreamed) {
  const Json assistant = Assistant();
  const Json messages = Json::array({{{"role", "user"}, {"content", "Hello"}}});
  const Json body = {
      {"assistant_id", assistant["id"]}, {"thread", {{"messages", messages}}}, {"stream", true}};
  const auto events = NamedEvents(Do("POST", "/v1/threads/runs", body).body);
  EXPECT_THAT(
      NamesOf(events),
      ElementsAre("thread.created", "thread.run.created", "thread.run.queued",
                  "thread.run.in_progress", "thread.run.step.created",
                  "thread.run.step.in_progress", "thread.message.created",
                  "thread.message.in_progress", "thread.message.delta", "thread.message.completed",
                  "thread.run.step.completed", "thread.run.completed", "done"));
  std::string text;
  for (const auto& event : events) {
    if (event.name != "thread.message.delta") continue;
    text += event.data["delta"]["content"][0]["text"]["value"].get<std::string>();
  }
  const std::string thread = "/v1/threads/" + events[0].data["id"].get<std::string>();
  EXPECT_EQ(Call("GET", thread + "/messages")["data"][0]["content"][0]["text"]["value"], text);
  const auto cut = NamedEvents(Do("POST", "/v1/threads/runs", body, "truncate").body);
  EXPECT_EQ(cut.back().name, "thread.run.step.completed");
  const auto broken = NamedEvents(Do("POST", "/v1/threads/runs", body, "error_in_stream=3").body);
  EXPECT_EQ(broken.back().name, "error");
}

TEST_F(AssistantsTest, StreamedRunsGoOnWithOutputs) {
  const std::string thread = Thread("get_weather");
  const auto events = NamedEvents(
      Do("POST", thread + "/runs", {{"assistant_id", Weather()["id"]}, {"stream", true}}).body);
  ASSERT_GT(events.size(), 3u);
  const Json& run = events[events.size() - 2].data;
  EXPECT_EQ(run["status"], "requires_action");
  std::string arguments;
  for (const auto& event : events) {
    if (event.name != "thread.run.step.delta") continue;
    arguments += event.data["delta"]["step_details"]["tool_calls"][0]["function"]["arguments"]
                     .get<std::string>();
  }
  const Json& call = run["required_action"]["submit_tool_outputs"]["tool_calls"][0];
  EXPECT_EQ(arguments, call["function"]["arguments"]);
  const Json outputs = Json::array({{{"tool_call_id", call["id"]}, {"output", "sunny"}}});
  const auto rest = NamedEvents(Do("POST", PathOf(thread, run, "/submit_tool_outputs"),
                                   {{"tool_outputs", outputs}, {"stream", true}})
                                    .body);
  EXPECT_EQ(rest.front().name, "thread.run.step.completed");
  EXPECT_EQ(rest[rest.size() - 2].name, "thread.run.completed");
}

}  // namespace
}  // namespace inferwire::simulator::testing
