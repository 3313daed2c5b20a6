#include "batch/splitter.h"

#include <gtest/gtest.h>

namespace inferwire::batch {
namespace {

Options Limits(int64_t items, int64_t bytes, int64_t tokens = 0) {
  Options options;
  options.upstreams["up"] = {.native = true,
                             .max_items = items,
                             .max_bytes = bytes,
                             .queue_tokens = tokens,
                             .model_queue_tokens = {},
                             .concurrency = 4};
  return options;
}

TEST(Splitter, FillsAShardUpToEachOfItsLimits) {
  const Options by_items = Limits(3, 1000), by_bytes = Limits(100, 250),
                by_tokens = Limits(100, 1000, 25);
  Splitter items(by_items), bytes(by_bytes), tokens(by_tokens);
  for (int i = 0; i < 7; ++i) {
    EXPECT_EQ(*items.Add("up", "m", 100, 10), i / 3);
    EXPECT_EQ(*bytes.Add("up", "m", 100, 10), i / 2);
    EXPECT_EQ(*tokens.Add("up", "m", 100, 10), i / 2);
  }
  EXPECT_EQ(items.shards()[0].counts.total, 3);
  EXPECT_EQ(items.shards()[2].bytes, 100);
  EXPECT_EQ(items.items(), 7);
}

TEST(Splitter, KeepsModelsAndUpstreamsApart) {
  const Options options = Limits(100, 10'000);
  Splitter splitter(options);
  EXPECT_EQ(*splitter.Add("up", "a", 1, 1), 0);
  EXPECT_EQ(*splitter.Add("up", "b", 1, 1), 1);
  EXPECT_EQ(*splitter.Add("other", "a", 1, 1), 2);
  EXPECT_EQ(*splitter.Add("up", "a", 1, 1), 0);
  EXPECT_FALSE(splitter.shards()[0].local);
  EXPECT_TRUE(splitter.shards()[2].local);
}

TEST(Splitter, AnItemWithMoreTokensThanTheQueueGetsAShardOfItsOwn) {
  const Options options = Limits(100, 10'000, 50);
  Splitter splitter(options);
  EXPECT_EQ(*splitter.Add("up", "m", 1, 10), 0);
  EXPECT_EQ(*splitter.Add("up", "m", 1, 500), 1);
  EXPECT_EQ(*splitter.Add("up", "m", 1, 10), 2);
}

TEST(Splitter, RefusesWhatIsTooMuch) {
  Options options = Limits(100, 1000);
  options.max_items = 2;
  options.max_models = 1;
  Splitter splitter(options);
  EXPECT_FALSE(splitter.Add("up", "m", 1001, 1));
  EXPECT_TRUE(splitter.Add("up", "m", 1, 1));
  EXPECT_FALSE(splitter.Add("up", "n", 1, 1));
  EXPECT_TRUE(splitter.Add("up", "m", 1, 1));
  const auto third = splitter.Add("up", "m", 1, 1);
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().reason, v1::ERROR_REASON_REQUEST_TOO_LARGE);
  options.max_bytes = 10;
  Splitter small(options);
  EXPECT_FALSE(small.Add("up", "m", 11, 1));
}

}  // namespace
}  // namespace inferwire::batch
