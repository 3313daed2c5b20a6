#include <gtest/gtest.h>

#include "unit/simulator/http_client.h"

namespace inferwire::simulator::testing {
namespace {

class TextCompletionsTest : public ::testing::Test {
 protected:
  TextCompletionsTest() : simulator(std::move(*Simulator::Start())) {}
  Response Try(const Json& patch, const std::string& words = "") {
    Json body = {{"model", "gpt-3.5-turbo-instruct"}, {"prompt", "Once upon"}};
    if (patch.is_object()) body.merge_patch(patch);
    return Post(*simulator, "/v1/completions", body, {{"x-simulator", words}});
  }
  Json Complete(const Json& patch = Json::object(), const std::string& words = "") {
    const Response response = Try(patch, words);
    EXPECT_EQ(response.status, 200) << response.body;
    return response.json();
  }
  std::unique_ptr<Simulator> simulator;
};

TEST_F(TextCompletionsTest, GoOnInTheRealShape) {
  const Json body = Complete();
  EXPECT_EQ(body["object"], "text_completion");
  EXPECT_TRUE(body["id"].get<std::string>().starts_with("cmpl-"));
  EXPECT_EQ(body["model"], "gpt-3.5-turbo-instruct:20230824-v2");
  EXPECT_TRUE(body["choices"][0]["logprobs"].is_null());
  EXPECT_EQ(body["usage"]["completion_tokens"], 16) << "the usual limit";
  EXPECT_EQ(body["choices"][0]["finish_reason"], "length");
  EXPECT_EQ(Complete({{"max_tokens", 500}})["choices"][0]["finish_reason"], "stop");
}

TEST_F(TextCompletionsTest, AnswerEveryPromptNTimes) {
  const Json body = Complete({{"prompt", {"one", "two"}}, {"n", 2}});
  ASSERT_EQ(body["choices"].size(), 4u);
  EXPECT_EQ(body["choices"][3]["index"], 3);
  EXPECT_NE(body["choices"][0]["text"], body["choices"][2]["text"]);
  const Json tokens = Complete({{"prompt", {{1, 2, 3}, {4, 5}}}});
  EXPECT_EQ(tokens["choices"].size(), 2u);
  EXPECT_EQ(tokens["usage"]["prompt_tokens"], 5);
  EXPECT_EQ(Complete({{"prompt", {1, 2, 3}}})["choices"].size(), 1u);
  const Json best = Complete({{"n", 1}, {"best_of", 3}});
  EXPECT_EQ(best["choices"].size(), 1u);
  EXPECT_EQ(best["usage"]["completion_tokens"], 48);
}

TEST_F(TextCompletionsTest, EchoThePrompt) {
  const Json body = Complete({{"echo", true}, {"logprobs", 2}});
  const Json& choice = body["choices"][0];
  EXPECT_TRUE(choice["text"].get<std::string>().starts_with("Once upon"));
  EXPECT_TRUE(choice["logprobs"]["token_logprobs"][0].is_null());
  EXPECT_EQ(choice["logprobs"]["text_offset"][0], 0);
  EXPECT_EQ(choice["logprobs"]["top_logprobs"][1].size(), 2u);
  std::string spelled;
  for (const Json& token : choice["logprobs"]["tokens"]) spelled += token.get<std::string>();
  EXPECT_EQ(spelled, choice["text"]);
  const Json plain = Complete({{"logprobs", 0}})["choices"][0]["logprobs"];
  EXPECT_EQ(plain["text_offset"][0], 9) << "after the prompt";
  EXPECT_EQ(Complete({{"echo", true}, {"max_tokens", 0}})["choices"][0]["text"], "Once upon");
}

TEST_F(TextCompletionsTest, StreamTheSame) {
  const Json unary = Complete({{"n", 2}});
  const Response stream =
      Try({{"n", 2}, {"stream", true}, {"stream_options", {{"include_usage", true}}}});
  const auto chunks = Chunks(stream.body);
  EXPECT_EQ(DataLines(stream.body).back(), "[DONE]");
  std::string texts[2];
  for (const Json& chunk : chunks) {
    for (const Json& choice : chunk["choices"]) {
      texts[choice["index"].get<size_t>()] += choice["text"].get<std::string>();
    }
  }
  EXPECT_EQ(texts[0], unary["choices"][0]["text"]);
  EXPECT_EQ(texts[1], unary["choices"][1]["text"]);
  EXPECT_EQ(chunks.back()["usage"], unary["usage"]);
  EXPECT_EQ(chunks[chunks.size() - 2]["choices"][0]["finish_reason"], "length");
  EXPECT_EQ(DataLines(Try({{"stream", true}}, "truncate").body).back().find("length"),
            std::string::npos);
}

TEST_F(TextCompletionsTest, SayWhatTheRealApiSays) {
  EXPECT_EQ(Try({{"model", "gpt-4.1"}}).status, 404);
  EXPECT_NE(Try({{"model", "gpt-4.1"}}).body.find("This is a chat model"), std::string::npos);
  EXPECT_EQ(Try({{"model", "nothing"}}).status, 404);
  EXPECT_EQ(ErrorCode(Try({{"max_tokens", -1}})), "integer_below_min_value");
  EXPECT_EQ(ErrorCode(Try({{"logprobs", 6}})), "integer_above_max_value");
  EXPECT_EQ(Try({{"prompt", {{{"a", 1}}}}}).status, 400);
  EXPECT_EQ(Try({{"n", 3}, {"best_of", 2}}).status, 400);
  EXPECT_EQ(Try({{"stream", true}, {"best_of", 2}}).status, 400);
  EXPECT_EQ(Try({{"max_tokens", 5000}}).status, 400);
}

}  // namespace
}  // namespace inferwire::simulator::testing
