#include "batch/upstream_batch.h"

#include <gtest/gtest.h>

namespace inferwire::batch {
namespace {

TEST(UpstreamBatch, ReadsWhatTheWorkNeeds) {
  const auto batch = ReadBatch(
      R"({"id":"batch_1","object":"batch","status":"completed","output_file_id":"f2","error_file_id":null,)"
      R"("created_at":1741967564,"errors":{"object":"list","data":[{"code":"c","message":"m","param":"p","line":3},{}]},)"
      R"("metadata":{"inferwire_job":"j","inferwire_shard":"2","inferwire_post":"0","x":"y"}})",
      {});
  ASSERT_TRUE(batch);
  EXPECT_EQ(batch->id, "batch_1");
  EXPECT_EQ(batch->output_file, "f2");
  EXPECT_EQ(batch->error_file, "");
  EXPECT_EQ(batch->created, 1741967564);
  EXPECT_EQ(batch->job, "j");
  EXPECT_EQ(batch->shard, "2");
  EXPECT_EQ(batch->post, "0");
  ASSERT_EQ(batch->errors.size(), 2u);
  EXPECT_EQ(batch->errors[0].line, 3);
}

TEST(UpstreamBatch, WhatIsNoBatchIsAnError) {
  for (const char* bad : {"", "{}", R"({"id":"x"})", R"({"status":"completed"})", "[]", "{"}) {
    EXPECT_FALSE(ReadBatch(bad, {})) << bad;
  }
  EXPECT_FALSE(ReadFile("{}", {}));
  EXPECT_FALSE(ReadBatches("[]", {}));
}

TEST(UpstreamBatch, ReadsPages) {
  const auto batches = ReadBatches(
      R"({"data":[{"id":"a","status":"failed","metadata":null},{"id":"b","status":"x"}],"has_more":true})",
      {});
  ASSERT_TRUE(batches);
  EXPECT_EQ(batches->data.size(), 2u);
  EXPECT_TRUE(batches->has_more);
  const auto files =
      ReadFiles(R"({"data":[{"id":"f","filename":"n.jsonl","bytes":12,"created_at":5}]})", {});
  EXPECT_EQ(files->data[0].name, "n.jsonl");
  EXPECT_EQ(files->data[0].bytes, 12);
  EXPECT_FALSE(files->has_more);
}

TEST(UpstreamBatch, KnowsTheFinalStates) {
  for (const char* final : {"completed", "failed", "expired", "cancelled"})
    EXPECT_TRUE(IsFinal(final));
  for (const char* other : {"validating", "in_progress", "finalizing", "cancelling", "new"}) {
    EXPECT_FALSE(IsFinal(other));
  }
}

}  // namespace
}  // namespace inferwire::batch
