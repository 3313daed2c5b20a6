#include <gtest/gtest.h>

#include "simulator/text.h"
#include "unit/simulator/http_client.h"

namespace inferwire::simulator::testing {
namespace {

class StreamTest : public ::testing::Test {
 protected:
  StreamTest() {
    Options options;
    options.fixed_created = 1'750'000'000;
    simulator = std::move(*Simulator::Start(options));
  }
  Json Request(Json more = Json::object()) {
    Json body = Ask();
    body["stream"] = true;
    if (more.is_object()) body.update(more);
    return body;
  }
  std::string Stream(Json more = Json::object(), const char* words = "") {
    const Response response = Chat(*simulator, Request(std::move(more)), {{"x-simulator", words}});
    EXPECT_EQ(response.status, 200) << response.body;
    EXPECT_TRUE(response.complete);
    EXPECT_EQ(response.Header("content-type"), "text/event-stream; charset=utf-8");
    return response.body;
  }
  std::unique_ptr<Simulator> simulator;
};

TEST_F(StreamTest, GivesTheUnaryAnswerInPieces) {
  const Json unary = Chat(*simulator, Ask()).json();
  const std::string body = Stream();
  const auto chunks = Chunks(body);
  EXPECT_EQ(ContentOf(chunks), unary["choices"][0]["message"]["content"]);
  EXPECT_EQ(DataLines(body).back(), "[DONE]");
  EXPECT_EQ(chunks.front()["choices"][0]["delta"]["role"], "assistant");
  EXPECT_EQ(chunks.back()["choices"][0]["finish_reason"], "stop");
  EXPECT_EQ(chunks.back()["choices"][0]["delta"], Json::object());
  for (const Json& chunk : chunks) {
    EXPECT_EQ(chunk["object"], "chat.completion.chunk");
    EXPECT_EQ(chunk["id"], unary["id"]);
    EXPECT_EQ(chunk["model"], unary["model"]);
    EXPECT_FALSE(chunk.contains("usage"));
    EXPECT_FALSE(chunk["obfuscation"].get<std::string>().empty());
  }
  EXPECT_EQ(body, Stream());
}

TEST_F(StreamTest, GivesUsageLastWhenAsked) {
  const auto chunks = Chunks(
      Stream({{"stream_options", {{"include_usage", true}, {"include_obfuscation", false}}}}));
  EXPECT_EQ(chunks.back()["choices"], Json::array());
  EXPECT_EQ(chunks.back()["usage"], Chat(*simulator, Ask()).json()["usage"]);
  EXPECT_TRUE(chunks.front()["usage"].is_null());
  EXPECT_FALSE(chunks.front().contains("obfuscation"));
  const auto without =
      Chunks(Stream({{"stream_options", {{"include_usage", true}}}}, "usage=none"));
  EXPECT_EQ(without.back()["choices"][0]["finish_reason"], "stop");
}

TEST_F(StreamTest, InterleavesChoices) {
  const auto chunks = Chunks(Stream({{"n", 2}}));
  EXPECT_EQ(chunks[0]["choices"][0]["index"], 0);
  EXPECT_EQ(chunks[1]["choices"][0]["index"], 1);
  EXPECT_EQ(chunks[2]["choices"][0]["index"], 0);
  Json unary = Ask();
  unary["n"] = 2;
  const Json choices = Chat(*simulator, unary).json()["choices"];
  EXPECT_EQ(ContentOf(chunks, 0), choices[0]["message"]["content"]);
  EXPECT_EQ(ContentOf(chunks, 1), choices[1]["message"]["content"]);
}

TEST_F(StreamTest, StreamsToolCallsInPieces) {
  const Json tools = Json::parse(R"([{"type":"function","function":{"name":"f","parameters":
      {"type":"object","properties":{"a":{"type":"string","minLength":20}},"required":["a"]}}}])");
  const auto chunks = Chunks(
      Stream({{"tools", tools}, {"tool_choice", "required"}, {"parallel_tool_calls", true}}));
  std::vector<std::string> arguments(2);
  int opened = 0;
  for (const Json& chunk : chunks) {
    const Json& delta = chunk["choices"][0]["delta"];
    if (!delta.contains("tool_calls")) continue;
    const Json& call = delta["tool_calls"][0];
    if (call.contains("id")) {
      EXPECT_EQ(call["index"], opened++);
      EXPECT_EQ(call["function"]["name"], "f");
      EXPECT_EQ(call["function"]["arguments"], "");
    }
    arguments[call["index"].get<size_t>()] += call["function"]["arguments"].get<std::string>();
  }
  EXPECT_EQ(opened, 2);
  for (const std::string& text : arguments) EXPECT_TRUE(Json::parse(text)["a"].is_string());
  EXPECT_EQ(chunks.back()["choices"][0]["finish_reason"], "tool_calls");
}

TEST_F(StreamTest, StreamsRefusalsAndLogprobs) {
  std::string refusal;
  for (const Json& chunk : Chunks(Stream({}, "refusal"))) {
    const Json piece = chunk["choices"][0]["delta"].value("refusal", Json());
    if (piece.is_string()) refusal += piece.get<std::string>();
  }
  EXPECT_TRUE(refusal.starts_with("I'm"));
  const auto chunks = Chunks(Stream({{"logprobs", true}}));
  EXPECT_EQ(chunks[1]["choices"][0]["logprobs"]["content"][0]["token"],
            chunks[1]["choices"][0]["delta"]["content"]);
}

TEST_F(StreamTest, CutsPiecesAndWritesAsTold) {
  const auto chunks = Chunks(Stream({}, "echo; chunk_bytes=1"));
  EXPECT_EQ(chunks[1]["choices"][0]["delta"]["content"], "H");
  EXPECT_EQ(Stream({}, "write_bytes=7"), Stream());
}

TEST_F(StreamTest, TakesItsTime) {
  const auto start = std::chrono::steady_clock::now();
  Stream({}, "ttft=60ms; rate=100; tokens=15; jitter=0.2");
  const auto took = std::chrono::steady_clock::now() - start;
  // 60 ms and 14 gaps of 8 to 12 ms; a loaded machine takes longer, never shorter.
  EXPECT_GE(took, std::chrono::milliseconds(60 + 14 * 8));
}

TEST_F(StreamTest, UnaryAnswersTakeAsLongAsTheirStream) {
  const auto start = std::chrono::steady_clock::now();
  const Response response =
      Chat(*simulator, Ask("Hi", "gpt-4.1-mini+ttft=50ms+rate=100+tokens=10"));
  EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(150));
  EXPECT_EQ(response.Header("openai-processing-ms"), "150");
}

TEST_F(StreamTest, SendsCommentsWhileWaiting) {
  const std::string body = Stream({}, "keepalive=10ms; ttft=100ms; tokens=1");
  EXPECT_TRUE(body.starts_with(": keepalive\n\n: keepalive\n\n: keepalive\n\n"));
  EXPECT_NE(body.find("[DONE]"), std::string::npos);
  const std::string every = Stream({}, "keepalive; tokens=1");
  EXPECT_NE(every.find(": keepalive\n\ndata: [DONE]"), std::string::npos);
}

TEST_F(StreamTest, WritesCrlfWhenTold) {
  const std::string body = Stream({}, "crlf");
  EXPECT_TRUE(body.ends_with("data: [DONE]\r\n\r\n"));
  EXPECT_EQ(body.find("}\n"), std::string::npos);
}

TEST_F(StreamTest, EndsWithoutWhatTruncateNames) {
  const auto finish_of = [](const std::string& body) {
    return Chunks(body).back()["choices"][0]["finish_reason"];
  };
  const std::string all = Stream({}, "truncate");
  EXPECT_TRUE(finish_of(all).is_null());
  EXPECT_EQ(all.find("[DONE]"), std::string::npos);
  const std::string finish = Stream({}, "truncate=finish");
  EXPECT_TRUE(finish_of(finish).is_null());
  EXPECT_NE(finish.find("[DONE]"), std::string::npos);
  const std::string done = Stream({}, "no_done");
  EXPECT_EQ(finish_of(done), "stop");
  EXPECT_EQ(done.find("[DONE]"), std::string::npos);
}

TEST_F(StreamTest, SendsAnErrorAmongTheEvents) {
  const auto lines =
      DataLines(Stream({}, "error_in_stream=3; status=429; code=rate_limit_exceeded"));
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_EQ(Json::parse(lines.back())["error"]["code"], "rate_limit_exceeded");
}

TEST_F(StreamTest, SendsBrokenTextWhenTold) {
  EXPECT_NE(Stream({}, "lone_surrogate").find("\\ud83d"), std::string::npos);
  EXPECT_NE(Stream({}, "invalid_utf8").find("\xff\xfe"), std::string::npos);
  const auto lines = DataLines(Stream({}, "garbage=json"));
  EXPECT_FALSE(Json::accept(lines[1]));
  EXPECT_TRUE(Json::accept(lines[2]));
}

TEST_F(StreamTest, RecordsTheRequest) {
  Chat(*simulator, Request(), {{"X-Custom", "yes"}});
  const auto requests = simulator->TakeRequests();
  ASSERT_EQ(requests.size(), 1u);
  EXPECT_EQ(requests[0].method, "POST");
  EXPECT_EQ(requests[0].path, "/v1/chat/completions");
  EXPECT_EQ(requests[0].body, Dump(Request()));
  bool seen = false;
  for (const auto& [name, value] : requests[0].headers)
    seen |= name == "x-custom" && value == "yes";
  EXPECT_TRUE(seen);
  EXPECT_TRUE(simulator->TakeRequests().empty());
}

}  // namespace
}  // namespace inferwire::simulator::testing
