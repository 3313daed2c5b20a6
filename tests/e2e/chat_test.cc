// The main job: completions, streams, fan-outs, tools, structured output and raw calls.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "gateway.h"

namespace inferwire::e2e {
namespace {

TEST(Chat, CompletesAPrompt) {
  Gateway gateway;
  v1::CompleteRequest request;
  *request.mutable_params() = Prompt("Say hello");
  request.mutable_options()->set_client_request_id("my-id");
  v1::CompleteResponse response;
  auto context = NewContext();
  const auto status = gateway.chat().Complete(context.get(), request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  ASSERT_EQ(response.completion().choices_size(), 1);
  EXPECT_FALSE(response.completion().choices(0).message().content().empty());
  EXPECT_EQ(response.completion().choices(0).finish_reason(), v1::FINISH_REASON_STOP);
  EXPECT_GT(response.completion().usage().output_tokens(), 0);
  EXPECT_EQ(response.gateway().client_request_id(), "my-id");
  EXPECT_EQ(response.gateway().upstream(), "test");
  EXPECT_EQ(response.gateway().attempts(), 1);
  EXPECT_FALSE(response.gateway().upstream_request_id().empty());
  EXPECT_GE(response.gateway().rate_limits_size(), 2);
}

TEST(Chat, StreamsTheSameTextThatItCompletes) {
  Gateway gateway;
  v1::CompleteRequest whole;
  *whole.mutable_params() = Prompt("Tell me a story");
  v1::CompleteResponse response;
  ASSERT_TRUE(gateway.chat().Complete(NewContext().get(), whole, &response).ok());

  v1::StreamCompleteRequest request;
  *request.mutable_params() = Prompt("Tell me a story");
  request.mutable_stream()->set_accumulate(true);
  auto context = NewContext();
  auto reader = gateway.chat().StreamComplete(context.get(), request);
  const StreamResult result = ReadAll(*reader);
  ASSERT_TRUE(result.status.ok()) << result.status.error_message();
  ASSERT_GE(result.events.size(), 3u);
  EXPECT_TRUE(result.events.front().has_started());
  ASSERT_TRUE(result.events.back().has_completed());
  const auto& completed = result.events.back().completed();
  EXPECT_EQ(result.text, response.completion().choices(0).message().content());
  EXPECT_EQ(completed.completion().choices(0).message().content(), result.text);
  EXPECT_EQ(completed.usage().output_tokens(), response.completion().usage().output_tokens());
}

v1::ChatCompletionParams WithTool(const std::string& prompt) {
  v1::ChatCompletionParams params = Prompt(prompt);
  auto* tool = params.add_tools()->mutable_function();
  tool->set_name("get_weather");
  tool->set_parameters_json(
      R"({"type":"object","properties":{"city":{"type":"string"},"days":{"type":"integer",)"
      R"("minimum":1,"maximum":5}},"required":["city","days"],"additionalProperties":false})");
  params.mutable_tool_choice()->set_mode(v1::TOOL_CHOICE_MODE_REQUIRED);
  return params;
}

TEST(Chat, CallsAToolAndTakesItsResult) {
  Gateway gateway;
  v1::CompleteRequest request;
  *request.mutable_params() = WithTool("What is the weather in Paris?");
  v1::CompleteResponse response;
  ASSERT_TRUE(gateway.chat().Complete(NewContext().get(), request, &response).ok());
  const auto& message = response.completion().choices(0).message();
  ASSERT_EQ(message.tool_calls_size(), 1);
  EXPECT_EQ(message.tool_calls(0).function().name(), "get_weather");
  const auto arguments =
      nlohmann::ordered_json::parse(message.tool_calls(0).function().arguments());
  EXPECT_TRUE(arguments.at("city").is_string());
  EXPECT_GE(arguments.at("days").get<int>(), 1);

  // The received message goes back as it is.
  *request.mutable_params()->add_messages() = message;
  auto* result = request.mutable_params()->add_messages();
  result->set_role(v1::ROLE_TOOL);
  result->set_tool_call_id(message.tool_calls(0).id());
  result->set_content("sunny");
  request.mutable_params()->mutable_tool_choice()->set_mode(v1::TOOL_CHOICE_MODE_AUTO);
  const auto status = gateway.chat().Complete(NewContext().get(), request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.completion().choices(0).finish_reason(), v1::FINISH_REASON_STOP);
}

TEST(Chat, MergesStreamedToolCalls) {
  Gateway gateway;
  v1::StreamCompleteRequest request;
  *request.mutable_params() = WithTool("Weather in Rome?");
  request.mutable_stream()->set_accumulate(true);
  auto context = NewContext();
  auto reader = gateway.chat().StreamComplete(context.get(), request);
  const StreamResult result = ReadAll(*reader);
  ASSERT_TRUE(result.status.ok()) << result.status.error_message();
  const auto& choice = result.events.back().completed().completion().choices(0);
  ASSERT_EQ(choice.message().tool_calls_size(), 1);
  EXPECT_TRUE(
      nlohmann::ordered_json::accept(choice.message().tool_calls(0).function().arguments()));
  EXPECT_EQ(choice.finish_reason(), v1::FINISH_REASON_TOOL_CALLS);
}

TEST(Chat, AnswersInTheGivenSchema) {
  Gateway gateway;
  v1::CompleteRequest request;
  *request.mutable_params() = Prompt("A person");
  auto* schema = request.mutable_params()->mutable_response_format()->mutable_json_schema();
  schema->set_name("person");
  schema->set_strict(true);
  schema->set_schema_json(
      R"({"type":"object","properties":{"name":{"type":"string"},"age":{"type":"integer"}},)"
      R"("required":["name","age"],"additionalProperties":false})");
  v1::CompleteResponse response;
  const auto status = gateway.chat().Complete(NewContext().get(), request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  const auto answer =
      nlohmann::ordered_json::parse(response.completion().choices(0).message().content());
  EXPECT_TRUE(answer.at("name").is_string());
  EXPECT_TRUE(answer.at("age").is_number_integer());
}

TEST(Chat, FansOutManyItemsOnOneStream) {
  constexpr int kItems = 300;
  Gateway gateway;
  auto context = NewContext();
  auto stream = gateway.chat().CompleteMany(context.get());
  std::thread writer([&] {
    v1::CompleteManyRequest message;
    message.mutable_config()->set_max_in_flight(32);
    stream->Write(message);
    for (int i = 0; i < kItems; ++i) {
      v1::CompleteManyRequest item;
      item.mutable_item()->set_item_id(std::to_string(i));
      *item.mutable_item()->mutable_params() =
          Prompt("item " + std::to_string(i),
                 i % 10 == 7 ? "gpt-4.1-mini+status=500" : "gpt-4.1-mini+echo");
      stream->Write(item);
    }
    stream->WritesDone();
  });
  std::set<std::string> seen;
  v1::CompleteManySummary summary;
  v1::CompleteManyResponse event;
  while (stream->Read(&event)) {
    if (event.has_result()) {
      const auto& result = event.result();
      EXPECT_TRUE(seen.insert(result.item_id()).second) << "two results for one item";
      if (result.has_completion()) {
        EXPECT_EQ(result.completion().choices(0).message().content(), "item " + result.item_id())
            << "somebody else's answer";
      } else {
        EXPECT_EQ(std::stoi(result.item_id()) % 10, 7) << result.error().message();
      }
    }
    if (event.has_summary()) summary = event.summary();
  }
  writer.join();
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_EQ(seen.size(), static_cast<size_t>(kItems));
  EXPECT_EQ(summary.succeeded(), kItems * 9 / 10);
  EXPECT_EQ(summary.failed(), kItems / 10);
}

TEST(Raw, PassesAnyAllowedPathThroughUntouched) {
  Gateway gateway;
  v1::InvokeRequest request;
  request.mutable_call()->set_method("POST");
  request.mutable_call()->set_path("/embeddings");
  request.mutable_call()->set_body(R"({"model":"text-embedding-3-small","input":"hi"})");
  v1::InvokeResponse response;
  const auto status = gateway.raw().Invoke(NewContext().get(), request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.http_status(), 200) << response.body();
  EXPECT_TRUE(nlohmann::ordered_json::parse(response.body()).contains("data"));
}

TEST(Raw, GivesAnHttpErrorAsAResult) {
  Gateway gateway;
  v1::InvokeRequest request;
  request.mutable_call()->set_method("GET");
  request.mutable_call()->set_path("/models/no-such-model");
  v1::InvokeResponse response;
  ASSERT_TRUE(gateway.raw().Invoke(NewContext().get(), request, &response).ok());
  EXPECT_EQ(response.http_status(), 404);
}

TEST(Raw, RefusesAPathThatIsNotOnTheList) {
  Gateway gateway;
  for (const char* path :
       {"/organization/api_keys", "/models/../organization", "//evil", "/x?y=1"}) {
    v1::InvokeRequest request;
    request.mutable_call()->set_method("GET");
    request.mutable_call()->set_path(path);
    v1::InvokeResponse response;
    EXPECT_FALSE(gateway.raw().Invoke(NewContext().get(), request, &response).ok()) << path;
  }
  EXPECT_EQ(gateway.upstream().stats().requests, 0u);
}

TEST(Raw, StreamsEvents) {
  Gateway gateway;
  v1::StreamInvokeRequest request;
  request.mutable_call()->set_method("POST");
  request.mutable_call()->set_path("/chat/completions");
  request.mutable_call()->set_body(
      R"({"model":"gpt-4.1-mini","stream":true,"messages":[{"role":"user","content":"hi"}]})");
  auto context = NewContext();
  auto reader = gateway.raw().StreamInvoke(context.get(), request);
  std::vector<v1::StreamInvokeResponse> messages;
  for (v1::StreamInvokeResponse message; reader->Read(&message);) messages.push_back(message);
  const auto status = reader->Finish();
  ASSERT_TRUE(status.ok()) << status.error_message();
  ASSERT_GE(messages.size(), 4u);
  EXPECT_EQ(messages.front().started().http_status(), 200);
  EXPECT_TRUE(messages.back().has_completed());
  EXPECT_EQ(messages[messages.size() - 2].event().data(), "[DONE]");
}

}  // namespace
}  // namespace inferwire::e2e
