#include <gtest/gtest.h>

#include "simulator/schema.h"
#include "simulator/text.h"
#include "unit/simulator/http_client.h"

namespace inferwire::simulator::testing {
namespace {

class ChatTest : public ::testing::Test {
 protected:
  ChatTest() {
    Options options;
    options.fixed_created = 1'750'000'000;
    simulator = std::move(*Simulator::Start(options));
  }
  Json Answer(const Json& body, const HeaderList& headers = {}) {
    const Response response = Chat(*simulator, body, headers);
    EXPECT_EQ(response.status, 200) << response.body;
    return response.json();
  }
  std::unique_ptr<Simulator> simulator;
};

Json With(Json body, const char* member, Json value) {
  body[member] = std::move(value);
  return body;
}

Json Tool(const char* name, Json parameters) {
  return {{"type", "function"},
          {"function", {{"name", name}, {"parameters", std::move(parameters)}}}};
}

Json Weather() {
  return Tool("get_weather", Json::parse(R"({"type":"object","properties":{"city":{"type":"string",
      "minLength":2},"days":{"type":"integer","minimum":1,"maximum":7}},"required":["city","days"]})"));
}

TEST_F(ChatTest, AnswersInTheRealShape) {
  const Response response = Chat(*simulator, Ask());
  ASSERT_EQ(response.status, 200);
  EXPECT_EQ(response.Header("content-type"), "application/json");
  EXPECT_TRUE(response.Header("x-request-id").starts_with("req_"));
  EXPECT_EQ(response.Header("openai-version"), "2020-10-01");
  EXPECT_FALSE(response.Header("openai-processing-ms").empty());
  EXPECT_FALSE(response.Header("openai-organization").empty());
  const Json body = response.json();
  EXPECT_EQ(body["object"], "chat.completion");
  EXPECT_EQ(body["model"], "gpt-4.1-mini-2025-04-14");
  EXPECT_EQ(body["created"], 1'750'000'000);
  const Json& choice = body["choices"][0];
  EXPECT_EQ(choice["finish_reason"], "stop");
  EXPECT_TRUE(choice["logprobs"].is_null());
  EXPECT_EQ(choice["message"]["role"], "assistant");
  EXPECT_TRUE(choice["message"]["refusal"].is_null());
  EXPECT_EQ(body["usage"]["completion_tokens"],
            CountTokens(choice["message"]["content"].get<std::string>()));
  EXPECT_EQ(
      body["usage"]["total_tokens"].get<int>(),
      body["usage"]["prompt_tokens"].get<int>() + body["usage"]["completion_tokens"].get<int>());
  EXPECT_EQ(body["usage"]["prompt_tokens_details"]["cached_tokens"], 0);
}

TEST_F(ChatTest, SameRequestSameBytesOtherRequestOtherText) {
  const std::string first = Chat(*simulator, Ask("one")).body;
  EXPECT_EQ(first, Chat(*simulator, Ask("one")).body);
  const Json other = Answer(Ask("two"));
  EXPECT_NE(other["choices"], Json::parse(first)["choices"]);
}

TEST_F(ChatTest, AnotherSeedGivesAnotherAnswer) {
  Options options;
  options.seed = 2;
  auto second = std::move(*Simulator::Start(options));
  EXPECT_NE(Answer(Ask())["choices"], Chat(*second, Ask()).json()["choices"]);
}

TEST_F(ChatTest, EchoesAndSizesTheAnswer) {
  const auto content = [&](const char* words) {
    return Answer(Ask("Say \"ü\"\n"), {{"x-simulator", words}})["choices"][0]["message"]["content"]
        .get<std::string>();
  };
  EXPECT_EQ(content("echo"), "Say \"ü\"\n");
  EXPECT_EQ(CountTokens(content("tokens=33")), 33);
  EXPECT_EQ(content("tokens=0"), "");
  EXPECT_EQ(content("big=100000").size(), 100'000u);
}

TEST_F(ChatTest, TakesWordsFromTheModelAndHidesThem) {
  const Json body = Answer(Ask("Hi", "gpt-4.1+tokens=5+ttft=1ms"));
  EXPECT_EQ(body["usage"]["completion_tokens"], 5);
  EXPECT_EQ(body["model"], "gpt-4.1-2025-04-14");
}

TEST_F(ChatTest, KeepsTokenLimits) {
  for (const char* member : {"max_tokens", "max_completion_tokens"}) {
    const Json body = Answer(With(Ask(), member, 3));
    EXPECT_EQ(body["usage"]["completion_tokens"], 3);
    EXPECT_EQ(body["choices"][0]["finish_reason"], "length");
  }
}

TEST_F(ChatTest, StopsAtStopSequences) {
  const auto content = [&](Json stop) {
    return Answer(With(Ask("alpha beta gamma"), "stop", std::move(stop)),
                  {{"x-simulator", "echo"}})["choices"][0]["message"]["content"];
  };
  EXPECT_EQ(content("gamma"), "alpha beta ");
  EXPECT_EQ(content({"zeta", "beta"}), "alpha ");
}

TEST_F(ChatTest, GivesNDifferentChoices) {
  const Json body = Answer(With(Ask(), "n", 3));
  ASSERT_EQ(body["choices"].size(), 3u);
  EXPECT_NE(body["choices"][0]["message"], body["choices"][1]["message"]);
  EXPECT_EQ(body["choices"][2]["index"], 2);
  int64_t tokens = 0;
  for (const Json& choice : body["choices"]) {
    tokens += CountTokens(choice["message"]["content"].get<std::string>());
  }
  EXPECT_EQ(body["usage"]["completion_tokens"], tokens);
}

TEST_F(ChatTest, GivesLogprobsThatSpellTheText) {
  const Json body = Answer(With(With(Ask(), "logprobs", true), "top_logprobs", 2));
  std::string spelled;
  for (const Json& token : body["choices"][0]["logprobs"]["content"]) {
    for (const Json& byte : token["bytes"]) spelled += static_cast<char>(byte.get<int>());
    EXPECT_LE(token["logprob"].get<double>(), 0);
    ASSERT_EQ(token["top_logprobs"].size(), 2u);
    EXPECT_EQ(token["top_logprobs"][0]["token"], token["token"]);
    EXPECT_LT(token["top_logprobs"][1]["logprob"].get<double>(), token["logprob"].get<double>());
  }
  EXPECT_EQ(spelled, body["choices"][0]["message"]["content"]);
}

TEST_F(ChatTest, RefusesOnDemand) {
  const Json message = Answer(Ask(), {{"x-simulator", "refusal"}})["choices"][0]["message"];
  EXPECT_TRUE(message["content"].is_null());
  EXPECT_TRUE(message["refusal"].is_string());
}

TEST_F(ChatTest, ReasoningModelsCountTheirReasoning) {
  const Json body = Answer(Ask("Hi", "gpt-5"));
  const int reasoning = body["usage"]["completion_tokens_details"]["reasoning_tokens"];
  EXPECT_GT(reasoning, 0);
  EXPECT_GT(body["usage"]["completion_tokens"], reasoning);
  const Json cut = Answer(With(Ask("Hi", "gpt-5"), "max_completion_tokens", 20));
  EXPECT_EQ(cut["choices"][0]["finish_reason"], "length");
  EXPECT_EQ(cut["choices"][0]["message"]["content"], "");
  EXPECT_EQ(cut["usage"]["completion_tokens"], 20);
  const Json quick = Answer(With(Ask("Hi", "gpt-5"), "reasoning_effort", "minimal"));
  EXPECT_EQ(quick["usage"]["completion_tokens_details"]["reasoning_tokens"], 0);
}

TEST_F(ChatTest, CallsToolsWithValidArguments) {
  for (const Json& choice : {Json("required"), Json::parse(R"({"type":"function",
                                              "function":{"name":"get_weather"}})")}) {
    Json body = With(With(Ask(), "tools", Json::array({Weather()})), "tool_choice", choice);
    const Json answer = Answer(body)["choices"][0];
    EXPECT_EQ(answer["finish_reason"], choice.is_string() ? "tool_calls" : "stop");
    ASSERT_EQ(answer["message"]["tool_calls"].size(), 1u);
    const Json& call = answer["message"]["tool_calls"][0];
    EXPECT_TRUE(call["id"].get<std::string>().starts_with("call_"));
    EXPECT_EQ(call["function"]["name"], "get_weather");
    const Json arguments = Json::parse(call["function"]["arguments"].get<std::string>());
    const Json schema = Weather()["function"]["parameters"];
    EXPECT_TRUE(Satisfies(arguments, schema, schema)) << arguments;
    EXPECT_TRUE(answer["message"]["content"].is_null());
  }
}

TEST_F(ChatTest, ChoosesToolsByTheirMention) {
  const Json tools = Json::array({Weather(), Tool("get_time", Json::object())});
  const auto calls = [&](Json body) {
    return Answer(With(std::move(body), "tools", tools))["choices"][0]["message"].value(
        "tool_calls", Json::array());
  };
  EXPECT_EQ(calls(Ask("Hi")).size(), 0u);
  const Json one = calls(Ask("use get_time please"));
  ASSERT_EQ(one.size(), 1u);
  EXPECT_EQ(one[0]["function"]["name"], "get_time");
  EXPECT_EQ(calls(Ask("get_weather and get_time")).size(), 2u);
  EXPECT_EQ(calls(With(Ask("get_weather and get_time"), "parallel_tool_calls", false)).size(), 1u);
  EXPECT_EQ(calls(With(Ask("get_time"), "parallel_tool_calls", true)).size(), 2u);
  EXPECT_EQ(calls(With(Ask("get_time"), "tool_choice", "none")).size(), 0u);
}

TEST_F(ChatTest, AnswersInTextAfterTheToolsResult) {
  Json body = With(Ask("get_weather"), "tools", Json::array({Weather()}));
  Json message = Answer(body)["choices"][0]["message"];
  const std::string id = message["tool_calls"][0]["id"];
  body["messages"].push_back(message);
  EXPECT_EQ(Chat(*simulator, body).status, 400) << "a call without its result";
  body["messages"].push_back({{"role", "tool"}, {"tool_call_id", id}, {"content", "sunny"}});
  EXPECT_TRUE(Answer(body)["choices"][0]["message"]["content"].is_string());
}

TEST_F(ChatTest, CallsCustomToolsWithText) {
  const Json tool = {{"type", "custom"}, {"custom", {{"name", "run"}}}};
  const Json call = Answer(
      With(Ask("run it"), "tools", Json::array({tool})))["choices"][0]["message"]["tool_calls"][0];
  EXPECT_EQ(call["type"], "custom");
  EXPECT_FALSE(call["custom"]["input"].get<std::string>().empty());
}

TEST_F(ChatTest, KeepsToAllowedTools) {
  Json body =
      With(Ask("get_weather"), "tools", Json::array({Weather(), Tool("get_time", Json::object())}));
  body["tool_choice"] = Json::parse(R"({"type":"allowed_tools","allowed_tools":{"mode":"required",
      "tools":[{"type":"function","function":{"name":"get_time"}}]}})");
  EXPECT_EQ(Answer(body)["choices"][0]["message"]["tool_calls"][0]["function"]["name"], "get_time");
}

TEST_F(ChatTest, ObeysTheResponseFormat) {
  const Json schema = Json::parse(R"({"type":"object","properties":{"name":{"type":"string"},
      "parent":{"anyOf":[{"$ref":"#"},{"type":"null"}]}},"required":["name","parent"],
      "additionalProperties":false})");
  Json format = {{"type", "json_schema"},
                 {"json_schema", {{"name", "person"}, {"strict", true}, {"schema", schema}}}};
  const Json answer = Answer(With(Ask(), "response_format", format));
  const auto text = answer["choices"][0]["message"]["content"].get<std::string>();
  EXPECT_TRUE(Satisfies(Json::parse(text), schema, schema)) << text;
  const Json object = Answer(With(Ask("as JSON"), "response_format", {{"type", "json_object"}}));
  EXPECT_TRUE(
      Json::parse(object["choices"][0]["message"]["content"].get<std::string>()).is_object());
}

TEST_F(ChatTest, CountsImages) {
  const auto prompt = [&](Json part) {
    Json body = Ask();
    body["messages"][0]["content"] = Json::array({{{"type", "text"}, {"text", "what"}}, part});
    return Answer(body)["usage"]["prompt_tokens"].get<int>();
  };
  const auto image = [](const char* url, const char* detail) {
    return Json{{"type", "image_url"}, {"image_url", {{"url", url}, {"detail", detail}}}};
  };
  const int text = prompt({{"type", "text"}, {"text", ""}});
  EXPECT_EQ(prompt(image("data:image/png;base64,AAAA", "low")), text + 85);
  EXPECT_EQ(prompt(image("https://example.com/a.png", "auto")), text + 765);
}

struct Refusal {
  const char* name;
  const char* patch;  // merged into a good request
  const char* code;
  const char* param;  // empty: null
  int status = 400;
};

class ValidationTest : public ChatTest, public ::testing::WithParamInterface<Refusal> {};

TEST_P(ValidationTest, RefusesAsTheRealApiDoes) {
  Json body = Ask();
  body.merge_patch(Json::parse(GetParam().patch));
  const Response response = Chat(*simulator, body);
  EXPECT_EQ(response.status, GetParam().status);
  const Json error = response.json()["error"];
  EXPECT_EQ(ErrorCode(response), GetParam().code) << error;
  EXPECT_EQ(error["param"].is_null() ? "" : error["param"].get<std::string>(), GetParam().param);
  EXPECT_EQ(error["type"], "invalid_request_error");
  EXPECT_FALSE(error["message"].get<std::string>().empty());
}

INSTANTIATE_TEST_SUITE_P(
    Requests, ValidationTest,
    ::testing::Values(
        Refusal{"NoModel", R"({"model":null})", "null", ""},
        Refusal{"UnknownModel", R"({"model":"gpt-9"})", "model_not_found", "", 404},
        Refusal{"NotAChatModel", R"({"model":"text-embedding-3-small"})", "null", "model", 404},
        Refusal{"ModelType", R"({"model":4})", "invalid_type", "model"},
        Refusal{"NoMessages", R"({"messages":null})", "missing_required_parameter", "messages"},
        Refusal{"EmptyMessages", R"({"messages":[]})", "empty_array", "messages"},
        Refusal{"MessageType", R"({"messages":["hi"]})", "invalid_type", "messages[0]"},
        Refusal{"NoRole", R"({"messages":[{"content":"x"}]})", "missing_required_parameter",
                "messages[0].role"},
        Refusal{"Role", R"({"messages":[{"role":"king","content":"x"}]})", "invalid_value",
                "messages[0].role"},
        Refusal{"ContentType", R"({"messages":[{"role":"user","content":3}]})", "invalid_type",
                "messages[0].content"},
        Refusal{"Audio", R"({"messages":[{"role":"user","content":[{"type":"input_audio"}]}]})",
                "null", "messages[0].content[0].type"},
        Refusal{
            "ImageUrl",
            R"({"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"x"}}]}]})",
            "invalid_value", "messages[0].content[0].image_url.url"},
        Refusal{"ImageFormat", R"({"messages":[{"role":"user","content":[{"type":"image_url",
                "image_url":{"url":"data:image/tiff;base64,AA"}}]}]})",
                "invalid_image_format", ""},
        Refusal{"LonelyToolResult",
                R"({"messages":[{"role":"tool","tool_call_id":"c","content":"x"}]})", "null",
                "messages[0].role"},
        Refusal{"TemperatureType", R"({"temperature":"hot"})", "invalid_type", "temperature"},
        Refusal{"TemperatureHigh", R"({"temperature":3})", "decimal_above_max_value",
                "temperature"},
        Refusal{"TokensLow", R"({"max_tokens":0})", "integer_below_min_value", "max_tokens"},
        Refusal{"TokensHigh", R"({"max_tokens":40000})", "invalid_value", "max_tokens"},
        Refusal{"BothLimits", R"({"max_tokens":4,"max_completion_tokens":4})",
                "invalid_parameter_combination", "max_tokens"},
        Refusal{"ReasoningMaxTokens", R"({"model":"gpt-5","max_tokens":4})",
                "unsupported_parameter", "max_tokens"},
        Refusal{"ReasoningTemperature", R"({"model":"gpt-5","temperature":0.5})",
                "unsupported_value", "temperature"},
        Refusal{"TopLogprobsAlone", R"({"top_logprobs":2})", "invalid_value", "top_logprobs"},
        Refusal{"N", R"({"n":129})", "integer_above_max_value", "n"},
        Refusal{"Stop", R"({"stop":["a","b","c","d","e"]})", "array_above_max_length", "stop"},
        Refusal{"StopType", R"({"stop":[1]})", "invalid_type", "stop[0]"},
        Refusal{"StreamOptions", R"({"stream_options":{}})", "null", "stream_options"},
        Refusal{"Modalities", R"({"modalities":["audio"]})", "invalid_value", "modalities"},
        Refusal{"ToolChoice", R"({"tool_choice":"required"})", "null", "tool_choice"},
        Refusal{"ToolName", R"({"tools":[{"type":"function","function":{"name":"a b"}}]})",
                "invalid_value", "tools[0].function.name"},
        Refusal{"ToolSchema", R"({"tools":[{"type":"function","function":{"name":"f","strict":true,
                "parameters":{"type":"object","properties":{"a":{}}}}}]})",
                "invalid_function_parameters", "tools[0].function.parameters"},
        Refusal{"FormatSchema",
                R"({"response_format":{"type":"json_schema","json_schema":{"name":"n",
                "schema":{"not":{}}}}})",
                "null", "response_format"},
        Refusal{"Unsatisfiable",
                R"({"response_format":{"type":"json_schema","json_schema":{"name":"n",
                "schema":{"$ref":"#"}}}})",
                "null", "response_format"},
        Refusal{"JsonUnmentioned", R"({"response_format":{"type":"json_object"}})", "null",
                "messages"},
        Refusal{"FormatType", R"({"response_format":{"type":"xml"}})", "invalid_value",
                "response_format.type"}),
    [](const auto& info) { return info.param.name; });

TEST_F(ChatTest, RefusesTooManyTools) {
  Json tools = Json::array();
  for (int i = 0; i < 129; ++i) tools.push_back(Tool("f", Json::object()));
  EXPECT_EQ(ErrorCode(Chat(*simulator, With(Ask(), "tools", tools))), "array_above_max_length");
}

TEST_F(ChatTest, RefusesMoreThanTheContextWindow) {
  const Response response = Chat(*simulator, Ask(std::string(600'000, '.'), "gpt-4o-mini"));
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(ErrorCode(response), "context_length_exceeded");
}

TEST(ChatOptions, DecideOnUnknownNames) {
  Options options;
  options.any_model = true;
  options.refuse_unknown_arguments = true;
  auto simulator = std::move(*Simulator::Start(options));
  EXPECT_EQ(Chat(*simulator, Ask("Hi", "my-model")).json()["model"], "my-model");
  EXPECT_EQ(Chat(*simulator, With(Ask(), "colour", 1)).status, 400);
}

}  // namespace
}  // namespace inferwire::simulator::testing
