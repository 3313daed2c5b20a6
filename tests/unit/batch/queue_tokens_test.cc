#include "batch/queue_tokens.h"

#include <gtest/gtest.h>

#include <string>

namespace inferwire::batch {
namespace {

TEST(QueueTokens, AreThePromptsAndNotTheFrameOfJson) {
  struct Case {
    std::string body;
    int64_t least, most;
  };
  const std::string words = "The quick brown fox jumps over the lazy dog.";  // 10 tokens
  const Case cases[] = {
      {R"({"model":"gpt-4.1-mini","messages":[{"role":"user","content":")" + words + R"("}]})", 15,
       19},
      {R"({"model":"m","messages":[{"role":"user","content":[{"type":"text","text":")" + words +
           R"("}]}]})",
       15, 19},
      {R"({"model":"text-embedding-3-small","input":[")" + words + R"(",")" + words + R"("]})", 20,
       26},
      {R"({"model":"m","input":")" + words + R"("})", 10, 14},
      {R"({"model":"m","messages":[{"role":"user","content":[{"type":"image_url","image_url":)"
       R"({"url":"data:image/png;base64,)" +
           std::string(300'000, 'A') + R"("}}]}]})",
       500, 2000},
      {R"({"model":"m","messages":[],"max_completion_tokens":1000,"user":")" +
           std::string(300, 'u') + R"("})",
       0, 10},
      {R"({"model":"m"})", 0, 10},
  };
  for (const Case& each : cases) {
    SCOPED_TRACE(each.body.substr(0, 200));
    EXPECT_GE(QueueTokens(each.body), each.least);
    EXPECT_LE(QueueTokens(each.body), each.most);
  }
}

}  // namespace
}  // namespace inferwire::batch
