#include "endpoints/batches/watchers.h"

#include "unit/batch/world.h"

namespace inferwire::batch {
namespace {

using Next = endpoints::Watched::Next;
using std::chrono::milliseconds;

constexpr milliseconds kYoung{750}, kPatience{5000};

TEST(Watchers, OneOfThemAsksForAll) {
  World world;
  const store::Job job = world.AddJob(1);
  endpoints::Watchers watchers;
  std::vector<std::unique_ptr<endpoints::Watchers::Seat>> seats;
  for (int i = 0; i < 2000; ++i) seats.push_back(watchers.Enter(job.id, job.owner, 5000));
  EXPECT_EQ(watchers.count(), 2000u);
  int questions = 0;
  SteadyTime now = world.clock.Now();
  const auto look = [&] {
    for (const auto& seat : seats) {
      if (seat->watched()->Look(now, kYoung, kPatience) == Next::kAsk) ++questions;
    }
  };
  look();
  EXPECT_EQ(questions, 1) << "the others wait for its answer";
  ASSERT_TRUE(seats.front()->watched()->Ask(*world.jobs, now));
  look();
  EXPECT_EQ(questions, 1) << "it is known";
  EXPECT_EQ(seats.back()->watched()->job()->id, job.id);
  now += milliseconds(1000);
  look();
  EXPECT_EQ(questions, 2) << "and once per interval";
  now += kPatience;
  look();
  EXPECT_EQ(questions, 3) << "a question that was lost is put again";
}

TEST(Watchers, ChangesAreSeenAndABatchThatIsGoneIsGone) {
  World world;
  const store::Job job = world.AddJob(1);
  endpoints::Watched watched(job.id, job.owner);
  const auto first = watched.Ask(*world.jobs, world.clock.Now());
  ASSERT_TRUE(first && *first);
  const auto same = watched.Ask(*world.jobs, world.clock.Now());
  EXPECT_EQ(*same, *first) << "it is not read again";
  ASSERT_TRUE(world.jobs->Cancel(job.id, job.owner, world.clock.WallNow()));
  const auto changed = watched.Ask(*world.jobs, world.clock.Now());
  EXPECT_EQ((*changed)->state, store::JobState::kCancelling);
  endpoints::Watched other(job.id, "somebody");
  EXPECT_EQ(*other.Ask(*world.jobs, world.clock.Now()), nullptr);
}

TEST(Watchers, OneCallerHasABoundedNumberAndOthersTheirOwn) {
  endpoints::Watchers watchers;
  auto first = watchers.Enter("b", "alice", 2);
  const auto second = watchers.Enter("c", "alice", 2);
  EXPECT_TRUE(second);
  EXPECT_FALSE(watchers.Enter("d", "alice", 2));
  EXPECT_TRUE(watchers.Enter("b", "bob", 2));
  first.reset();
  EXPECT_TRUE(watchers.Enter("d", "alice", 2));
  EXPECT_EQ(watchers.count(), 1u);
}

}  // namespace
}  // namespace inferwire::batch
