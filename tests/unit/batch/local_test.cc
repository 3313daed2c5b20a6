// Batches at an upstream that has none: the gateway works the items off.
#include "unit/batch/world.h"

namespace inferwire::batch {
namespace {

using Fate = FakeUpstream::Fate;
using store::JobState;

class LocalBatchTest : public ::testing::Test {
 protected:
  LocalBatchTest() {
    world.options.upstreams["up"].native = false;
    world.options.upstreams["up"].concurrency = 3;
  }
  World world;
};

TEST_F(LocalBatchTest, EveryItemIsAnsweredAFewAtATime) {
  const store::Job job = world.AddJob(10);
  world.StartWorker();
  size_t most = 0;
  for (int i = 0; i < 10'000 && !Ended(world.Now(job).state); ++i) {
    most = std::max(most, world.upstream.open());
    if (!world.timers.FireDue() && !world.upstream.AnswerOne())
      world.clock.Advance(std::chrono::seconds(1));
  }
  EXPECT_EQ(most, 3u);
  const store::Job ended = world.Now(job);
  EXPECT_EQ(ended.state, JobState::kCompleted);
  EXPECT_EQ(ended.shards[0].counts.succeeded, 10);
  EXPECT_EQ(world.upstream.items, 10);
  EXPECT_TRUE(world.upstream.batches.empty());
  world.ExpectComplete(job);
}

TEST_F(LocalBatchTest, AnItemIsRepeatedOnlyIfItWasNotBilled) {
  const store::Job job = world.AddJob(4);
  int calls = 0;
  world.upstream.fate = [&](const std::string&, const std::string&) {
    constexpr Fate kFates[] = {Fate::kBusy, Fate::kUnsent, Fate::kLostAnswer, Fate::kGood};
    return calls < 4 ? kFates[calls++] : Fate::kGood;
  };
  world.StartWorker();
  EXPECT_EQ(world.RunToEnd(job).state, JobState::kCompleted);
  const store::Counts counts = world.Now(job).shards[0].counts;
  EXPECT_EQ(counts.succeeded, 3);
  EXPECT_EQ(counts.failed, 1) << "the one whose answer was lost";
  world.ExpectComplete(job);
}

TEST_F(LocalBatchTest, ACrashLosesNothingThatWasAnswered) {
  const store::Job job = world.AddJob(10);
  world.StartWorker();
  for (int i = 0; i < 10'000 && world.Results(job).size() < 5; ++i) {
    if (!world.timers.FireDue()) world.upstream.AnswerOne();
  }
  world.Crash();
  EXPECT_EQ(world.RunToEnd(job).state, JobState::kCompleted);
  EXPECT_LE(world.upstream.items, 10 + 3) << "only what was in flight is sent again";
  world.ExpectComplete(job);
}

TEST_F(LocalBatchTest, CancelEndsTheItemsThatAreLeft) {
  const store::Job job = world.AddJob(10);
  world.StartWorker();
  for (int i = 0; i < 10'000 && world.Results(job).size() < 2; ++i) {
    if (!world.timers.FireDue()) world.upstream.AnswerOne();
  }
  ASSERT_TRUE(*world.jobs->Cancel(job.id, "", world.clock.WallNow()));
  world.bench->Look();
  world.timers.FireDue();
  EXPECT_EQ(world.upstream.open(), 0u) << "the connections are closed at once";
  EXPECT_EQ(world.RunToEnd(job).state, JobState::kCancelled);
  EXPECT_EQ(world.Now(job).shards[0].counts.succeeded, 2);
  world.ExpectComplete(job);
}

}  // namespace
}  // namespace inferwire::batch
