#include "batch/answer_line.h"

#include <gtest/gtest.h>

#include "google/rpc/status.pb.h"

namespace llmgate::batch {
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
  EXPECT_EQ(result->outcome, store::Outcome::kSucceeded);
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
  EXPECT_EQ(expired->outcome, store::Outcome::kExpired);
  EXPECT_EQ(CodeOf(*expired), 4);
  const auto cancelled =
      Read(R"({"custom_id":"a","error":{"code":"batch_cancelled","message":"x"}})");
  EXPECT_EQ(cancelled->outcome, store::Outcome::kCancelled);
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

}  // namespace
}  // namespace llmgate::batch
