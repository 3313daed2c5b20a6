// Batches of routes: which target and which key a shard goes to, and that it stays there.
#include <nlohmann/json.hpp>

#include "unit/batch/world.h"

namespace inferwire::batch {
namespace {

using Fate = FakeUpstream::Fate;
using std::chrono::minutes;
using store::JobState;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr char kItem[] = R"({"model":"near-1","max_completion_tokens":7,"messages":[]})";

// "chat" is near-1 at "up", and a longer name at "far" in the second group, which knows only
// max_tokens.
class BatchRouteTest : public ::testing::Test {
 protected:
  BatchRouteTest() {
    upstream::UpstreamOptions far;
    far.name = "far";
    far.base_url = "http://opposite/v1";
    far.max_retries = 0;
    far.dialect = openai::FindDialect("mistral");
    world.router.Add(
        std::make_unique<const upstream::Upstream>(std::move(far), Pool({}), World::TheMetrics()),
        {}, {}, false);
    world.options.upstreams["far"].native = true;
    upstream::Route route;
    route.name = "chat";
    route.targets.resize(2);
    route.targets[0].upstream = world.router.Find("up");
    route.targets[0].model = "near-1";
    route.targets[1].upstream = world.router.Find("far");
    route.targets[1].model = "far-model-2";
    route.targets[1].group = 2;
    world.router.AddRoute(std::move(route));
  }

  static upstream::KeyPool Pool(const std::vector<std::string>& names) {
    std::vector<upstream::PoolKey> keys;
    for (const std::string& name : names) {
      keys.push_back({.name = name,
                      .key = *upstream::UpstreamKey::Read(
                          [name] { return Secret::FromText("secret-" + name, "a test"); }),
                      .state = std::make_shared<routing::KeyState>(name)});
    }
    return upstream::KeyPool(std::move(keys));
  }

  store::Job AddJob(int items = 5) { return world.AddJob(items, {"near-1"}, "chat"); }
  store::Shard Shard(const store::Job& job) { return world.Now(job).shards.at(0); }
  // The first requests of this kind end like this.
  static void Fail(FakeUpstream& at, const std::string& method, const std::string& prefix,
                   Fate fate, int times = 1) {
    at.fate = [=, left = times](const std::string& m, const std::string& p) mutable {
      if (m != method || !p.starts_with(prefix) || left == 0) return Fate::kGood;
      --left;
      return fate;
    };
  }
  void ExpectAllFromFar(const store::Job& job) {
    const store::Job ended = world.RunToEnd(job);
    EXPECT_EQ(ended.state, JobState::kCompleted);
    EXPECT_EQ(ended.shards.at(0).counts.succeeded, job.items);
    EXPECT_EQ(ended.shards.at(0).upstream, "far");
    EXPECT_EQ(ended.shards.at(0).model, "far-model-2");
    world.ExpectComplete(job);
    ASSERT_THAT(far().batches, SizeIs(1));
    for (const auto& file : far().files) {
      if (file->id != far().batches[0]->input) continue;
      EXPECT_EQ(static_cast<int64_t>(file->content.size()), ended.shards.at(0).bytes);
      EXPECT_THAT(file->content, AllOf(HasSubstr("\"far-model-2\""), Not(HasSubstr("near-1"))));
    }
  }
  FakeUpstream& near() { return world.upstream; }
  FakeUpstream& far() { return world.network.opposite; }

  World world;
};

TEST_F(BatchRouteTest, GoesToItsTargetAndStaysThere) {
  const store::Job job = AddJob();
  world.StartWorker();
  world.Settle();
  near().fate = [](const std::string& method, const std::string& path) {
    return method == "GET" && path.starts_with("/batches/") ? Fate::kBroken : Fate::kGood;
  };
  world.Advance(minutes(10));
  near().fate = [](const std::string&, const std::string&) { return Fate::kGood; };
  const store::Job ended = world.RunToEnd(job);
  EXPECT_EQ(ended.state, JobState::kCompleted);
  EXPECT_EQ(ended.shards.at(0).upstream, "up");
  EXPECT_THAT(far().requests, IsEmpty()) << "what was accepted is not sent a second time";
}

TEST_F(BatchRouteTest, AFileThatIsRefusedGoesToTheNextTarget) {
  for (const Fate fate : {Fate::kBusy, Fate::kBroken, Fate::kUnsent}) {
    SCOPED_TRACE(static_cast<int>(fate));
    far().batches.clear();
    far().files.clear();
    Fail(near(), "POST", "/files", fate);
    const store::Job job = AddJob();
    world.StartWorker();
    ExpectAllFromFar(job);
    EXPECT_THAT(near().batches, IsEmpty());
    world.bench.reset();
  }
}

TEST_F(BatchRouteTest, AShardThatMovesIsCountedForTheUpstreamThatItLeaves) {
  // The metrics are those of all tests.
  const auto moved = [](const std::string& upstream) {
    const std::string page = World::TheMetrics().Expose();
    const std::string series =
        "inferwire_batch_shards_moved_total{gen_ai_provider_name=\"" + upstream + "\"} ";
    const size_t at = page.find(series);
    return at == std::string::npos ? -1 : std::stoi(page.substr(at + series.size()));
  };
  Fail(near(), "POST", "/batches", Fate::kBusy);
  const store::Job job = AddJob();
  world.StartWorker();
  const int from_near = moved("up"), from_far = moved("far");
  EXPECT_GE(from_near, 0) << "there from the start";
  ExpectAllFromFar(job);
  EXPECT_EQ(moved("up"), from_near + 1);
  EXPECT_EQ(moved("far"), from_far);
}

TEST_F(BatchRouteTest, ARefusedBatchGoesToTheNextTargetAndItsFileIsRemoved) {
  Fail(near(), "POST", "/batches", Fate::kBusy);
  const store::Job job = AddJob();
  world.StartWorker();
  world.Settle();
  EXPECT_THAT(near().files, SizeIs(1));
  ExpectAllFromFar(job);
  EXPECT_THAT(near().batches, IsEmpty());
  EXPECT_THAT(near().files, IsEmpty());
}

TEST_F(BatchRouteTest, ABatchThatMayHaveBeenAcceptedIsLookedForFirst) {
  Fail(near(), "POST", "/batches", Fate::kLostAnswer);
  const store::Job kept = AddJob();
  world.StartWorker();
  EXPECT_EQ(world.RunToEnd(kept).shards.at(0).upstream, "up");
  EXPECT_THAT(near().batches, SizeIs(1));
  EXPECT_THAT(far().requests, IsEmpty());

  Fail(near(), "POST", "/batches", Fate::kBroken);
  const store::Job moved = AddJob();
  world.bench->Look();
  ExpectAllFromFar(moved);
  EXPECT_THAT(near().batches, SizeIs(1));
}

TEST_F(BatchRouteTest, ARefusalThatIsTheSameEverywhereEndsIt) {
  Fail(near(), "POST", "/files", Fate::kRefused);
  const store::Job job = AddJob();
  world.StartWorker();
  EXPECT_EQ(world.RunToEnd(job).state, JobState::kFailed);
  EXPECT_THAT(far().requests, IsEmpty());
}

TEST_F(BatchRouteTest, ADrainedTargetIsLeftBeforeAnythingIsSent) {
  world.router.Find("up")->endpoint().Drain(world.timers.Now() + std::chrono::hours(500),
                                            world.timers.Now());
  const store::Job job = AddJob();
  world.StartWorker();
  ExpectAllFromFar(job);
  EXPECT_THAT(near().requests, IsEmpty());
}

TEST_F(BatchRouteTest, StaysWhereTheNextTargetHasNoRoomForIt) {
  world.options.upstreams["far"].max_items = 4;
  Fail(near(), "POST", "/files", Fate::kBusy, 3);
  const store::Job job = AddJob();
  world.StartWorker();
  EXPECT_EQ(world.RunToEnd(job).shards.at(0).upstream, "up");
  EXPECT_THAT(far().requests, IsEmpty());
}

TEST_F(BatchRouteTest, GoesBackWhenTheNextTargetRefusesItToo) {
  Fail(near(), "POST", "/files", Fate::kBusy, 2);
  Fail(far(), "POST", "/files", Fate::kBusy, 2);
  const store::Job job = AddJob();
  world.StartWorker();
  EXPECT_EQ(world.RunToEnd(job).state, JobState::kCompleted);
  world.ExpectComplete(job);
}

TEST_F(BatchRouteTest, AMoveThatACrashCutsShortIsMadeAgain) {
  Fail(near(), "POST", "/files", Fate::kBusy, 1000);
  const store::Job job = AddJob(1200);
  world.StartWorker();
  for (int i = 0; i < 6; ++i) world.timers.FireDue();
  world.upstream.AnswerOne();
  world.timers.FireDue();
  world.Crash();
  ExpectAllFromFar(job);
}

TEST_F(BatchRouteTest, AnItemSaysItsBoundInTheWordThatTheTargetKnows) {
  const openai::Dialect& old = *openai::FindDialect("mistral");
  const openai::Dialect& usual = *openai::FindDialect("openai");
  EXPECT_EQ(ForTarget(kItem, "m", old), R"({"model":"m","max_tokens":7,"messages":[]})");
  EXPECT_EQ(ForTarget(kItem, "m", usual),
            R"({"model":"m","max_completion_tokens":7,"messages":[]})");
  EXPECT_EQ(ForTarget(R"({"max_tokens":1,"max_completion_tokens":2,"model":"x"})", "m", old),
            R"({"max_tokens":1,"max_completion_tokens":2,"model":"m"})")
      << "who uses both knows the server better";
}

// --- Keys ---------------------------------------------------------------------------------------

class BatchKeyTest : public BatchRouteTest {
 protected:
  BatchKeyTest() {
    upstream::UpstreamOptions pooled;
    pooled.name = "pooled";
    pooled.base_url = "http://opposite/v1";
    pooled.max_retries = 0;
    world.router.Add(std::make_unique<const upstream::Upstream>(std::move(pooled), Pool({"a", "b"}),
                                                                World::TheMetrics()),
                     {}, {}, false);
    world.options.upstreams["pooled"].native = true;
    world.options.upstreams["pooled"].queue_tokens = 1'000'000;
  }
  store::Job AddPooled() {
    store::Job job = world.AddJob(3);
    const store::Lease lease =
        **world.jobs->Claim("test", world.clock.WallNow(), world.clock.WallNow() + minutes(1));
    job = *world.jobs->Load(lease);
    job.shards[0].upstream = "pooled";
    EXPECT_TRUE(world.jobs->Save(lease, job, {&job.shards[0]}));
    EXPECT_TRUE(world.jobs->Release(lease));
    return job;
  }
};

TEST_F(BatchKeyTest, AShardGoesToTheKeyWithTheEmptiestQueueAndStaysWithIt) {
  const store::Job one = AddPooled();
  world.StartWorker();
  world.Settle();
  EXPECT_EQ(Shard(one).key, "a");
  const store::Job two = AddPooled();
  world.bench->Look();
  world.Settle();
  EXPECT_EQ(Shard(two).key, "b");
  far().keys.clear();
  EXPECT_EQ(world.RunToEnd(one).state, JobState::kCompleted);
  EXPECT_EQ(world.RunToEnd(two).state, JobState::kCompleted);
  EXPECT_THAT(far().keys, Contains("secret-a"));
  EXPECT_THAT(far().keys, Contains("secret-b"));
}

TEST_F(BatchKeyTest, EveryRequestOfAShardHasItsKey) {
  far().refused_keys = {"secret-a"};
  const store::Job job = AddPooled();
  world.StartWorker();
  world.Settle();
  EXPECT_EQ(Shard(job).key, "b") << "a is refused, and nothing was accepted yet";
  far().keys.clear();
  EXPECT_EQ(world.RunToEnd(job).state, JobState::kCompleted);
  EXPECT_THAT(far().keys, Each("secret-b"));
  ASSERT_TRUE(*world.jobs->Delete(job.id, job.owner, world.clock.WallNow()) ==
              store::Jobs::Deletion::kDone);
  far().keys.clear();
  world.Advance(minutes(2));
  EXPECT_THAT(far().keys, AllOf(Not(IsEmpty()), Each("secret-b"))) << "its files are removed";
  EXPECT_THAT(far().files, IsEmpty());
}

TEST_F(BatchKeyTest, AShardOfATimeBeforeKeysWereNotedIsTheFirstOnes) {
  const store::Job job = AddPooled();
  world.StartWorker();
  world.Settle();
  world.bench->Release();
  const store::Lease lease =
      **world.jobs->Claim("test", world.clock.WallNow(), world.clock.WallNow() + minutes(1));
  store::Job old = *world.jobs->Load(lease);
  old.shards[0].key.clear();
  ASSERT_TRUE(world.jobs->Save(lease, old, {&old.shards[0]}));
  ASSERT_TRUE(world.jobs->Release(lease));
  far().keys.clear();
  EXPECT_EQ(world.RunToEnd(job).state, JobState::kCompleted);
  EXPECT_THAT(far().keys, Each("secret-a"));
}

TEST_F(BatchKeyTest, AShardWhoseKeyIsNotConfiguredAnyMoreFails) {
  const store::Job job = AddPooled();
  world.StartWorker();
  world.Settle();
  world.bench->Release();
  const store::Lease lease =
      **world.jobs->Claim("test", world.clock.WallNow(), world.clock.WallNow() + minutes(1));
  store::Job renamed = *world.jobs->Load(lease);
  renamed.shards[0].key = "c";
  ASSERT_TRUE(world.jobs->Save(lease, renamed, {&renamed.shards[0]}));
  ASSERT_TRUE(world.jobs->Release(lease));
  EXPECT_EQ(world.RunToEnd(job).state, JobState::kFailed);
  EXPECT_THAT(world.ErrorOf(world.Results(job).at(0)).message(),
              HasSubstr("the key of this batch is not configured any more"));
}

}  // namespace
}  // namespace inferwire::batch
