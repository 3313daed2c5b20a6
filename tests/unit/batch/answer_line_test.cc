#include "batch/answer_line.h"

#include <gtest/gtest.h>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "support/hollow_answers.h"

namespace inferwire::batch {
namespace {

std::optional<store::NewResult> Read(std::string_view line,
                                     std::string_view endpoint = "/v1/chat/completions") {
  openai::Attempt attempt;
  attempt.upstream = "up";
  return ReadAnswerLine(line, endpoint, attempt, {}, WallTime(), {});
}

int CodeOf(const store::NewResult& result) {
  google::rpc::Status status;
  EXPECT_TRUE(status.ParseFromString(result.body));
  return status.code();
}

TEST(AnswerLine, KeepsTheBodyByteForByteAndReadsItsUsage) {
  const auto result = Read(
      R"({"id":"b","custom_id":"a","response":{"status_code":200,"request_id":"r1","body": {"z":1.50,"a":[],"usage":)"
      R"({"prompt_tokens":7,"completion_tokens":3,"prompt_tokens_details":{"cached_tokens":2},)"
      R"("completion_tokens_details":{"reasoning_tokens":1}}}},"error":null})");
  ASSERT_TRUE(result);
  EXPECT_EQ(result->custom_id, "a");
  EXPECT_EQ(result->outcome, store::ItemOutcome::kSucceeded);
  EXPECT_EQ(result->upstream_request_id, "r1");
  EXPECT_TRUE(result->body.starts_with(R"({"z":1.50,"a":[],"usage")"));
  EXPECT_EQ(result->usage.input, 7);
  EXPECT_EQ(result->usage.cached, 2);
  EXPECT_EQ(result->usage.output, 3);
  EXPECT_EQ(result->usage.reasoning, 1);
  EXPECT_EQ(result->usage.unpriced, 1);
}

TEST(AnswerLine, TheResponsesApiHasOtherNamesForUsage) {
  const auto result = Read(
      R"({"custom_id":"a","response":{"status_code":200,"body":{"usage":{"input_tokens":7,"output_tokens":3,)"
      R"("input_tokens_details":{"cached_tokens":2},"output_tokens_details":{"reasoning_tokens":1}}}}})",
      "/v1/responses");
  EXPECT_EQ(result->usage.input, 7);
  EXPECT_EQ(result->usage.cached, 2);
  EXPECT_EQ(result->usage.reasoning, 1);
}

TEST(AnswerLine, PricesWhatItsModelCosts) {
  auto catalogue = std::make_shared<catalogue::Catalogue>("", std::vector<catalogue::Model>());
  catalogue::Model model;
  catalogue::TierPrice price;
  price.tier = catalogue::kBatchTier;
  price.input = 200'000;
  price.cached_input = 50'000;
  price.output = 800'000;
  model.prices = {price};
  const auto result = ReadAnswerLine(
      R"({"custom_id":"a","response":{"status_code":200,"body":{"usage":{"prompt_tokens":10,"completion_tokens":2}}}})",
      "/v1/embeddings", {}, {catalogue, &model, "m", catalogue::kBatchTier}, WallTime(), {});
  EXPECT_EQ(result->usage.picousd, 10 * 200'000 + 2 * 800'000);
  EXPECT_EQ(result->usage.unpriced, 0);
}

std::string TextOf(const store::NewResult& result) {
  google::rpc::Status status;
  EXPECT_TRUE(status.ParseFromString(result.body));
  return status.message();
}

TEST(AnswerLine, IsReadLikeALiveAnswer) {
  const std::string answer = R"("body":{"choices":[{"finish_reason":"stop"}],)"
                             R"("usage":{"prompt_tokens":7.0,"completion_tokens":3}})";
  const std::string lines[] = {
      R"({"custom_id":"a","response":{"status_code":200,)" + answer + "}}",
      "\xEF\xBB\xBF"
      R"({"custom_id":"a","response":{"status_code":200,)" +
          answer + "}}",
      R"( {"custom_id":"a","response":{"status_code":"200",)" + answer + "}} \r",
      R"({"custom_id":"a","response":{"status_code":200.0,)" + answer + "}}",
      R"({"custom_id":"a","response":{"status_code":2e2,)" + answer + "}}",
      R"({"custom_id":"a","response":{"status_code":null,)" + answer + "}}",
      R"({"custom_id":"a","response":{)" + answer + "}}",
      R"({"custom_id":"a","response":{"status_code":"OK",)" + answer + "}}",
      R"({"custom_id":"a","response":{"status_code":200,"note":")"
      "\xFF\"," +
          answer + "}}",
  };
  for (const std::string& line : lines) {
    const auto result = Read(line);
    ASSERT_TRUE(result) << line;
    EXPECT_EQ(result->outcome, store::ItemOutcome::kSucceeded) << line;
    EXPECT_EQ(result->usage.input, 7) << line;
  }
  const auto mended = Read(
      "{\"custom_id\":\"a\",\"response\":{\"status_code\":200,\"body\":{\"id\":\"for \xFF b\"}}}");
  ASSERT_TRUE(mended);
  EXPECT_EQ(mended->body, "{\"id\":\"for \xEF\xBF\xBD b\"}");
  EXPECT_EQ(Read(R"({"custom_id":"a","response":{"status_code":"429","body":{}}})")->http_status,
            429);
  EXPECT_EQ(CodeOf(*Read(
                R"({"custom_id":"a","response":{"body":{"error":{"message":"x","code":429}}}})")),
            8);
}

std::string ReasonOf(const store::NewResult& result) {
  google::rpc::Status status;
  EXPECT_TRUE(status.ParseFromString(result.body));
  google::rpc::ErrorInfo info;
  for (const auto& detail : status.details()) {
    if (detail.UnpackTo(&info)) return info.reason();
  }
  return "";
}

TEST(AnswerLine, WhatAnswersNothingIsAnErrorInTheProvidersWordsAsItIsInACall) {
  for (const auto& hollow : testing_support::kHollowAnswers) {
    SCOPED_TRACE(hollow.json);
    const std::string body(hollow.json);
    const auto line =
        Read(R"({"custom_id":"a","response":{"status_code":200,"body":)" + body + "}}");
    ASSERT_TRUE(line);
    openai::Attempt attempt;
    attempt.upstream = "up";
    const auto fetched =
        ResultOfBody("a", body, "/v1/chat/completions", attempt, {}, WallTime(), {});
    for (const store::NewResult& result : {*line, fetched}) {
      EXPECT_EQ(result.outcome, store::ItemOutcome::kFailed);
      EXPECT_EQ(ReasonOf(result), hollow.reason);
      EXPECT_NE(TextOf(result).find(hollow.words), std::string::npos) << TextOf(result);
      EXPECT_EQ(result.usage.answers, 0);
    }
    if (hollow.reason == "UPSTREAM_PROTOCOL") {
      EXPECT_TRUE(TextOf(*line).starts_with("item \"a\"")) << TextOf(*line);
    }
  }
}

TEST(AnswerLine, WhatSaysLittleIsAnAnswer) {
  for (const std::string_view json : testing_support::kShortAnswers) {
    const auto result = Read(R"({"custom_id":"a","response":{"status_code":200,"body":)" +
                             std::string(json) + "}}");
    ASSERT_TRUE(result) << json;
    EXPECT_EQ(result->outcome, store::ItemOutcome::kSucceeded) << json;
    EXPECT_EQ(result->body, json);
  }
}

TEST(AnswerLine, OtherEndpointsHaveOtherAnswers) {
  const auto result =
      Read(R"({"custom_id":"a","response":{"status_code":200,"body":{"object":"list","data":[]}}})",
           "/v1/embeddings");
  EXPECT_EQ(result->outcome, store::ItemOutcome::kSucceeded);
}

TEST(AnswerLine, ErrorsOfOursNameTheItemAndItsLine) {
  const auto read = [](std::string_view line) {
    return TextOf(
        *ReadAnswerLine(line, "/v1/chat/completions", {}, {}, WallTime(), {}, {"results", 3}));
  };
  constexpr std::string_view kItem = "item \"a\" (line 3 of the results): ";
  EXPECT_TRUE(
      read(R"({"custom_id":"a","response":{"status_code":200,"body":"text"}})").starts_with(kItem));
  EXPECT_TRUE(
      read(R"({"custom_id":"a","response":{"status_code":500,"body":"text"}})").starts_with(kItem));
  EXPECT_TRUE(read(R"({"custom_id":"a","error":{"code":"batch_expired"}})").starts_with(kItem));
  EXPECT_TRUE(read(R"({"custom_id":"a"})").starts_with(kItem));
  // The upstream's words stay as they are.
  EXPECT_EQ(read(R"({"custom_id":"a","error":{"code":"x","message":"no such thing"}})"),
            "no such thing");
}

TEST(AnswerLine, ALineThatIsTooLongSaysSo) {
  const auto read = [](std::string_view beginning) {
    return ReadLongLine(beginning, 100, {}, {"results", 7});
  };
  for (const char* beginning :
       {R"({"id":"b","custom_id":"a\u0041","response":{"status_code":200,"body":{"x":"aaa)",
        R"({"custom_id" : "a\u0041" , "resp)"}) {
    const auto result = read(beginning);
    ASSERT_TRUE(result) << beginning;
    EXPECT_EQ(result->custom_id, "aA");
    EXPECT_EQ(TextOf(*result),
              "item \"aA\" (line 7 of the results): the upstream sent an unusable answer: the "
              "answer's line is longer than 100 bytes "
              "(batches.max_line_bytes)");
  }
  for (const char* beginning :
       {"", "{", R"({"custom_id")", R"({"custom_id":"a)", R"({"custom_id":"a\)",
        R"({"custom_id":7,)", R"({"custom_id":"")", R"({"response":{"body":{"custom_id":"a"}}})",
        R"({"custom_id":"\x",)"}) {
    EXPECT_FALSE(read(beginning)) << beginning;
  }
  EXPECT_NE(MissingError({}, {.unreadable = 3, .too_long = 2}, 100)
                .message.find("longer than 100 bytes (batches.max_line_bytes): 2"),
            std::string::npos);
}

TEST(AnswerLine, MapsEveryKindOfFailure) {
  EXPECT_EQ(
      CodeOf(*Read(
          R"({"custom_id":"a","response":{"status_code":400,"body":{"error":{"message":"no","type":"invalid_request_error"}}}})")),
      3);
  EXPECT_EQ(CodeOf(*Read(R"({"custom_id":"a","response":{"status_code":200,"body":"text"}})")), 13);
  EXPECT_EQ(
      CodeOf(*Read(
          R"({"custom_id":"a","response":{"status_code":200,"body":{"error":{"message":"x","code":500}}}})")),
      13);
  EXPECT_EQ(
      CodeOf(*Read(R"({"custom_id":"a","response":null,"error":{"code":"server","message":"x"}})")),
      13);
  EXPECT_EQ(CodeOf(*Read(R"({"custom_id":"a"})")), 13);
  const auto expired = Read(R"({"custom_id":"a","error":{"code":"batch_expired","message":"x"}})");
  EXPECT_EQ(expired->outcome, store::ItemOutcome::kExpired);
  EXPECT_EQ(CodeOf(*expired), 4);
  const auto cancelled =
      Read(R"({"custom_id":"a","error":{"code":"batch_cancelled","message":"x"}})");
  EXPECT_EQ(cancelled->outcome, store::ItemOutcome::kCancelled);
  EXPECT_EQ(CodeOf(*cancelled), 1);
}

TEST(AnswerLine, WhatNamesNoItemIsNoResult) {
  for (const char* bad : {"", "{", "null", "[1]", "{}", R"({"custom_id":5,"response":null})",
                          R"({"custom_id":"","response":null})",
                          R"({"custom_id":"a\u0000b","response":null})", "\xff\xff"}) {
    EXPECT_FALSE(Read(bad)) << bad;
  }
}

TEST(AnswerLine, AnIdThatNoStoreTakesIsLeftOut) {
  EXPECT_EQ(CleanId("req_123"), "req_123");
  for (const std::string& bad : {std::string("a\0b", 3), std::string("a b"), std::string("\xff"),
                                 std::string("\xc3\xbc"), std::string(257, 'x')}) {
    EXPECT_EQ(CleanId(bad), "");
  }
}

TEST(AnswerLine, AnErrorWithAGoodStatusIsAnErrorAtEveryEndpoint) {
  constexpr char kLine[] =
      R"({"custom_id":"a","response":{"status_code":200,"body":{"error":{"message":"no room","type":"server_error"}}}})";
  for (const char* endpoint :
       {"/v1/chat/completions", "/v1/embeddings", "/v1/completions", "/v1/moderations"}) {
    const auto result = Read(kLine, endpoint);
    ASSERT_TRUE(result) << endpoint;
    EXPECT_EQ(result->outcome, store::ItemOutcome::kFailed) << endpoint;
  }
  const auto failed = Read(
      R"({"custom_id":"a","response":{"status_code":200,"body":{"status":"failed","error":{"code":"x","message":"y"}}}})",
      "/v1/responses");
  EXPECT_EQ(failed->outcome, store::ItemOutcome::kSucceeded)
      << "a response says itself that it failed";
}

}  // namespace
}  // namespace inferwire::batch
