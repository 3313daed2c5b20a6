#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "simulator/schema.h"
#include "unit/simulator/responses_fixture.h"
#include "unit/simulator/stored_batch.h"

namespace inferwire::simulator::testing {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;

TEST_F(ResponsesTest, AnswersInTheRealShape) {
  const Json body = Create({{"metadata", {{"a", "b"}}}, {"instructions", "Be kind"}});
  EXPECT_EQ(body["object"], "response");
  EXPECT_EQ(body["status"], "completed");
  EXPECT_EQ(body["model"], "gpt-4.1-mini-2025-04-14");
  EXPECT_EQ(body["metadata"]["a"], "b");
  EXPECT_EQ(body["instructions"], "Be kind");
  EXPECT_EQ(body["text"]["format"]["type"], "text");
  const Json& item = body["output"][0];
  EXPECT_EQ(item["type"], "message");
  EXPECT_EQ(item["role"], "assistant");
  EXPECT_EQ(item["content"][0]["type"], "output_text");
  EXPECT_EQ(body["usage"]["total_tokens"].get<int>(),
            body["usage"]["input_tokens"].get<int>() + body["usage"]["output_tokens"].get<int>());
  EXPECT_EQ(Create({{"input", "Hi there"}})["output"][0]["content"],
            Create({{"input", "Hi there"}})["output"][0]["content"]);
  EXPECT_TRUE(Create({}, "usage=none")["usage"].is_null());
}

TEST_F(ResponsesTest, StreamsTheSameInTheRealOrder) {
  const Json unary = Create();
  const auto events = Stream();
  EXPECT_THAT(NamesOf(events),
              ElementsAre("response.created", "response.in_progress", "response.output_item.added",
                          "response.content_part.added", "response.output_text.delta",
                          "response.output_text.done", "response.content_part.done",
                          "response.output_item.done", "response.completed"));
  for (size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(events[i].data["sequence_number"], i);
    EXPECT_EQ(events[i].data["type"], events[i].name);
    EXPECT_EQ(events[i].data.contains("obfuscation"),
              events[i].name == "response.output_text.delta");
  }
  const std::string text = unary["output"][0]["content"][0]["text"];
  EXPECT_EQ(Joined(events, "response.output_text.delta"), text);
  EXPECT_EQ(Joined(events, "response.output_text.done", "text"), text);
  const Json& last = events.back().data["response"];
  EXPECT_EQ(last["output"][0]["content"], unary["output"][0]["content"]);
  EXPECT_EQ(last["usage"], unary["usage"]);
  for (const auto& event : Stream({{"stream_options", {{"include_obfuscation", false}}}})) {
    EXPECT_FALSE(event.data.contains("obfuscation"));
  }
}

TEST_F(ResponsesTest, CallsFunctionsByChatsRule) {
  const Json tool = Json::parse(R"({"type":"function","name":"get_weather","parameters":
      {"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}})");
  const Json tools = Json::array({tool, {{"type", "web_search"}}});
  EXPECT_EQ(Create({{"tools", tools}})["output"][0]["type"], "message");
  const Json call = Create({{"tools", tools}, {"input", "get_weather now"}});
  EXPECT_EQ(call["output"][0]["type"], "function_call");
  EXPECT_EQ(call["output"][0]["name"], "get_weather");
  const Json arguments = Json::parse(call["output"][0]["arguments"].get<std::string>());
  EXPECT_TRUE(Satisfies(arguments, tool["parameters"], tool["parameters"]));
  const auto events = Stream({{"tools", tools}, {"tool_choice", "required"}});
  EXPECT_THAT(
      NamesOf(events),
      ElementsAre("response.created", "response.in_progress", "response.output_item.added",
                  "response.function_call_arguments.delta", "response.function_call_arguments.done",
                  "response.output_item.done", "response.completed"));
  // Its output goes on with the previous response, and nothing else does.
  EXPECT_EQ(Try({{"previous_response_id", call["id"]}}).status, 400);
  const Json output = Json::array({{{"type", "function_call_output"},
                                    {"call_id", call["output"][0]["call_id"]},
                                    {"output", "sunny"}}});
  const Json after = Create({{"previous_response_id", call["id"]}, {"input", output}});
  EXPECT_EQ(after["output"][0]["type"], "message");
  const Response unknown = Try({{"input", output}});
  EXPECT_NE(unknown.body.find("No tool call found"), std::string::npos);
}

TEST_F(ResponsesTest, ObeysTheFormat) {
  const Json schema = Json::parse(R"({"type":"object","properties":{"n":{"type":"integer"}},
      "required":["n"],"additionalProperties":false})");
  const Json format = {
      {"type", "json_schema"}, {"name", "x"}, {"strict", true}, {"schema", schema}};
  const Json body = Create({{"text", {{"format", format}}}});
  const auto text = body["output"][0]["content"][0]["text"].get<std::string>();
  EXPECT_TRUE(Satisfies(Json::parse(text), schema, schema)) << text;
  EXPECT_EQ(body["text"]["format"]["name"], "x");
}

TEST_F(ResponsesTest, ReasonsWhenTold) {
  const Json patch = {{"reasoning", {{"summary", "auto"}}},
                      {"include", {"reasoning.encrypted_content"}}};
  const Json body = Create(patch, "reasoning=40");
  EXPECT_EQ(body["output"][0]["type"], "reasoning");
  EXPECT_EQ(body["output"][0]["summary"][0]["type"], "summary_text");
  EXPECT_TRUE(body["output"][0]["encrypted_content"].is_string());
  EXPECT_EQ(body["usage"]["output_tokens_details"]["reasoning_tokens"], 40);
  const auto events = Stream(patch, "reasoning=40");
  EXPECT_EQ(Joined(events, "response.reasoning_summary_text.delta"),
            body["output"][0]["summary"][0]["text"]);
  const Json plain = Create({{"model", "gpt-5"}});
  EXPECT_EQ(plain["output"][0]["summary"], Json::array());
  EXPECT_EQ(plain["output"][1]["type"], "message");
}

TEST_F(ResponsesTest, IsIncompleteAtItsLimit) {
  const Json body = Create({{"max_output_tokens", 16}}, "tokens=30");
  EXPECT_EQ(body["status"], "incomplete");
  EXPECT_EQ(body["incomplete_details"]["reason"], "max_output_tokens");
  EXPECT_EQ(body["usage"]["output_tokens"], 16);
  EXPECT_EQ(Stream({{"max_output_tokens", 16}}, "tokens=30").back().name, "response.incomplete");
  const Json thought = Create({{"model", "gpt-5"}, {"max_output_tokens", 20}});
  EXPECT_EQ(thought["output"].size(), 1u);
}

TEST_F(ResponsesTest, RemembersWhatWasSaid) {
  const Json first = Create();
  const Json second = Create({{"previous_response_id", first["id"]}});
  EXPECT_EQ(second["previous_response_id"], first["id"]);
  EXPECT_GE(second["usage"]["input_tokens"].get<int>(), first["usage"]["total_tokens"].get<int>());
  EXPECT_EQ(Read(first)["output"], first["output"]);
  EXPECT_EQ(Try({{"previous_response_id", "resp_none"}}).json()["error"]["code"],
            "previous_response_not_found");
  const Json forgotten = Create({{"store", false}});
  EXPECT_EQ(Get(*simulator, Path(forgotten)).status, 404);
  EXPECT_EQ(Send(*simulator, "DELETE", Path(first)).json()["object"], "response.deleted");
  EXPECT_EQ(Get(*simulator, Path(first)).status, 404);
}

TEST_F(ResponsesTest, RunsInTheBackgroundInVirtualTime) {
  const Json made = Create({{"background", true}}, "response_time=30s");
  EXPECT_EQ(made["status"], "queued");
  EXPECT_EQ(made["output"], Json::array());
  simulator->Advance(seconds(10));
  EXPECT_EQ(Read(made)["status"], "in_progress");
  simulator->Advance(seconds(20));
  const Json done = Read(made);
  EXPECT_EQ(done["status"], "completed");
  EXPECT_EQ(done["output"].size(), 1u);
  EXPECT_EQ(done["completed_at"].get<int64_t>(), done["created_at"].get<int64_t>() + 30);
}

TEST_F(ResponsesTest, GoesOnWithAStreamFromAnyEvent) {
  const auto whole = Stream({{"background", true}}, "response_time=0; tokens=5");
  EXPECT_EQ(whole[1].name, "response.queued");
  const Json& made = whole[0].data["response"];
  const auto rest = NamedEvents(Get(*simulator, Path(made, "?stream=true&starting_after=5")).body);
  ASSERT_EQ(rest.size(), whole.size() - 6);
  for (size_t i = 0; i < rest.size(); ++i) EXPECT_EQ(rest[i].data, whole[i + 6].data);
  const auto all = NamedEvents(Get(*simulator, Path(made, "?stream=true")).body);
  EXPECT_EQ(all.size(), whole.size());
  const auto cut = NamedEvents(
      Get(*simulator, Path(made, "?stream=true"), {{"x-simulator", "error_in_stream=2"}}).body);
  ASSERT_EQ(cut.size(), 3u);
  EXPECT_EQ(cut.back().name, "error");
}

TEST_F(ResponsesTest, WaitsForVirtualTimeInAStream) {
  Connection connection(simulator->port());
  Json body = Request({{"background", true}, {"stream", true}});
  connection.Send(PostText("/v1/responses", Dump(body), {{"x-simulator", "response_time=10h"}}));
  connection.ReadBytes(1000);
  simulator->Advance(std::chrono::hours(11));
  EXPECT_EQ(NamedEvents(connection.Read().body).back().name, "response.completed");
}

TEST_F(ResponsesTest, IsCancelledInTheBackgroundAlone) {
  const Json made = Create({{"background", true}}, "response_time=1h");
  const Json cancelled = Send(*simulator, "POST", Path(made, "/cancel")).json();
  EXPECT_EQ(cancelled["status"], "cancelled");
  EXPECT_EQ(Read(made)["status"], "cancelled");
  const auto events = NamedEvents(Get(*simulator, Path(made, "?stream=true")).body);
  EXPECT_EQ(events.back().name, "response.cancelled");
  EXPECT_EQ(Send(*simulator, "POST", Path(Create(), "/cancel")).status, 400);
}

TEST_F(ResponsesTest, ListsItsInput) {
  const Json input = Json::array({{{"role", "system"}, {"content", "Be short"}},
                                  {{"role", "user"}, {"content", "One"}},
                                  {{"role", "user"}, {"content", "Two"}}});
  const Json made = Create({{"input", input}});
  const Json page = Read(made, "/input_items?limit=2");
  EXPECT_EQ(page["object"], "list");
  EXPECT_EQ(page["data"].size(), 2u);
  EXPECT_EQ(page["has_more"], true);
  EXPECT_EQ(page["data"][0]["content"][0]["text"], "Two");
  const std::string after = page["last_id"];
  EXPECT_EQ(Read(made, "/input_items?after=" + after)["data"].size(), 1u);
  EXPECT_EQ(Read(made, "/input_items?order=asc")["data"][0]["role"], "system");
}

TEST_F(ResponsesTest, CountsAndCompacts) {
  const Json counted = Post(*simulator, "/v1/responses/input_tokens", Request()).json();
  EXPECT_EQ(counted["input_tokens"], Create()["usage"]["input_tokens"]);
  const Json compact = Post(*simulator, "/v1/responses/compact", Request()).json();
  EXPECT_EQ(compact["object"], "response.compaction");
  EXPECT_EQ(compact["output"].back()["type"], "compaction");
  EXPECT_EQ(Create({{"input", compact["output"]}})["status"], "completed");
}

TEST_F(ResponsesTest, FailsAsTold) {
  const Json failed = Create({}, "response_fail=server_error");
  EXPECT_EQ(failed["status"], "failed");
  EXPECT_EQ(failed["error"]["code"], "server_error");
  EXPECT_EQ(Stream({}, "response_fail=server_error").back().name, "response.failed");
  const auto events = Stream({}, "error_event=rate_limit_exceeded");
  EXPECT_THAT(NamesOf(events),
              ElementsAre("response.created", "response.in_progress", "error", "response.failed"));
  EXPECT_EQ(events[2].data["error"]["code"], "rate_limit_exceeded");
  EXPECT_EQ(events[2].data["sequence_number"], 2);
  EXPECT_EQ(events[3].data["response"]["error"]["code"], "rate_limit_exceeded");
  EXPECT_EQ(Try({}, "status=503").status, 503);
}

TEST_F(ResponsesTest, TakesChatsWords) {
  EXPECT_EQ(Create({}, "echo")["output"][0]["content"][0]["text"], "Hi there");
  EXPECT_EQ(Create({}, "refusal")["output"][0]["content"][0]["type"], "refusal");
  EXPECT_EQ(Stream({}, "refusal")[4].name, "response.refusal.delta");
  EXPECT_EQ(Stream({}, "truncate").back().name, "response.output_item.done");
  EXPECT_EQ(Create({}, "big=100000")["output"][0]["content"][0]["text"].get<std::string>().size(),
            100'000u);
  const auto alive = Stream({}, "keepalive; tokens=1");
  EXPECT_EQ(alive[2].name, "keepalive");
  EXPECT_EQ(alive[2].data["sequence_number"], 2);
  const Response reset = Try({{"stream", true}}, "reset_after=500");
  EXPECT_TRUE(reset.reset);
  EXPECT_NE(Try({}, "lone_surrogate").body.find("\\ud83d"), std::string::npos);
}

TEST_F(ResponsesTest, GivesLogprobs) {
  const Json body = Create({{"include", {"message.output_text.logprobs"}}}, "echo");
  EXPECT_EQ(body["output"][0]["content"][0]["logprobs"][0]["token"], "Hi");
  const auto events = Stream({{"top_logprobs", 2}});
  EXPECT_EQ(events[4].data["logprobs"][0]["top_logprobs"].size(), 2u);
}

struct Refusal {
  const char *name, *patch, *code, *param;
};

class ResponsesRefusalTest : public ResponsesTest, public ::testing::WithParamInterface<Refusal> {};

TEST_P(ResponsesRefusalTest, SaysWhatTheRealApiSays) {
  const Response response = Try(Json::parse(GetParam().patch));
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(ErrorCode(response), GetParam().code) << response.body;
  const Json param = response.json()["error"]["param"];
  EXPECT_EQ(param.is_null() ? "" : param.get<std::string>(), GetParam().param);
}

INSTANTIATE_TEST_SUITE_P(
    Requests, ResponsesRefusalTest,
    ::testing::Values(
        Refusal{"NoModel", R"({"model":null})", "missing_required_parameter", "model"},
        Refusal{"Model", R"({"model":"gpt-9"})", "model_not_found", "model"},
        Refusal{"Kind", R"({"model":"text-embedding-3-small"})", "model_not_found", "model"},
        Refusal{"NoInput", R"({"input":null})", "missing_required_parameter", "input"},
        Refusal{"Input", R"({"input":3})", "invalid_type", "input"},
        Refusal{"Role", R"({"input":[{"role":"tool","content":"x"}]})", "invalid_value",
                "input[0]"},
        Refusal{"Type", R"({"input":[{"type":"nothing"}]})", "invalid_value", "input[0]"},
        Refusal{"Part", R"({"input":[{"role":"user","content":[{"type":"image_url"}]}]})",
                "invalid_value", "input[0].content[0]"},
        Refusal{"Limit", R"({"max_output_tokens":10})", "integer_below_min_value",
                "max_output_tokens"},
        Refusal{"Temperature", R"({"temperature":-1})", "decimal_below_min_value", "temperature"},
        Refusal{"Effort", R"({"reasoning":{"effort":"low"}})", "unsupported_parameter",
                "reasoning.effort"},
        Refusal{"ToolName", R"({"tools":[{"type":"function","function":{"name":"x"}}]})",
                "missing_required_parameter", "tools[0].name"},
        Refusal{"Both", R"({"previous_response_id":"a","conversation":"b"})",
                "mutually_exclusive_parameters", "conversation"},
        Refusal{"StreamOptions", R"({"stream_options":{}})", "null", "stream_options"}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace inferwire::simulator::testing
