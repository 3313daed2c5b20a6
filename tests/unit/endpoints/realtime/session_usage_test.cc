#include "endpoints/realtime/session_usage.h"

#include <gtest/gtest.h>

#include "session_world.h"

namespace inferwire::endpoints {
namespace {

TEST(SessionUsage, AddsUpByModality) {
  SessionWorld world;
  gateway::CallStats stats;
  SessionUsage usage(world.runtime.metrics.models.With("realtime", "fake", "gpt-realtime"), {},
                     nullptr, stats);
  EXPECT_TRUE(usage.Add(
      Done(132, 121,
           R"(,"input_token_details":{"text_tokens":119,"audio_tokens":13,"cached_tokens":64,)"
           R"("cached_tokens_details":{"text_tokens":64,"audio_tokens":0}},)"
           R"("output_token_details":{"text_tokens":30,"audio_tokens":91})")));
  EXPECT_TRUE(usage.Add(Done(8, 2, R"(,"output_token_details":{"text_tokens":2})")));
  EXPECT_FALSE(usage.Add(R"({"type":"response.done","response":{"usage":null}})"));
  EXPECT_EQ(usage.usage().input_tokens(), 140);
  EXPECT_EQ(usage.usage().output_tokens(), 123);
  EXPECT_EQ(usage.usage().input_details().audio_tokens(), 13);
  EXPECT_EQ(usage.usage().input_details().cached_tokens_details().text_tokens(), 64);
  EXPECT_EQ(usage.usage().output_details().audio_tokens(), 91);
  EXPECT_EQ(usage.usage().output_details().text_tokens(), 32);
  EXPECT_EQ(stats.input_tokens, 140);
  EXPECT_EQ(stats.cached_tokens, 64);
  EXPECT_TRUE(stats.unpriced) << "nothing is known of the model";
}

TEST(SessionUsage, CountsATranscription) {
  SessionWorld world;
  gateway::CallStats stats;
  SessionUsage usage(world.runtime.metrics.models.With("realtime", "fake", "gpt-realtime"), {},
                     nullptr, stats);
  EXPECT_TRUE(usage.Add(
      R"({"type":"conversation.item.input_audio_transcription.completed","transcript":"hi",)"
      R"("usage":{"type":"tokens","total_tokens":30,"input_tokens":20,"output_tokens":10}})"));
  EXPECT_EQ(stats.output_tokens, 10);
}

}  // namespace
}  // namespace inferwire::endpoints
