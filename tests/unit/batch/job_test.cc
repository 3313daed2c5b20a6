// One job after the other through all that can happen to it.
#include <nlohmann/json.hpp>

#include "endpoints/batches/view.h"
#include "google/rpc/error_details.pb.h"
#include "store/sqlite.h"
#include "unit/batch/world.h"

namespace inferwire::batch {
namespace {

using Fate = FakeUpstream::Fate;
using std::chrono::minutes;
using std::chrono::seconds;
using store::ItemOutcome;
using store::JobState;
using store::ShardState;
using ::testing::HasSubstr;

class BatchJobTest : public ::testing::Test {
 protected:
  // The first requests of this kind end like this.
  void FailFirst(const std::string& method, const std::string& prefix, Fate fate, int times = 1) {
    world.upstream.fate = [=, left = times](const std::string& m, const std::string& p) mutable {
      if (m != method || !p.starts_with(prefix) || left == 0) return Fate::kGood;
      --left;
      return fate;
    };
  }
  ShardState Shard(const store::Job& job, size_t index = 0) {
    return world.Now(job).shards.at(index).state;
  }
  std::map<ItemOutcome, int> Outcomes(const store::Job& job) {
    std::map<ItemOutcome, int> outcomes;
    for (const auto& result : world.Results(job)) ++outcomes[result.outcome];
    return outcomes;
  }

  World world;
};

TEST_F(BatchJobTest, ProgressIsWhatUpstreamCounts) {
  const store::Job job = world.AddJob(4);
  world.StartWorker();
  world.Settle();
  auto& batch = *world.upstream.batches.at(0);
  batch.status = "in_progress";
  struct Case {
    const char* counts;
    int64_t succeeded, failed;
  };
  for (const Case& each : {Case{R"({"total":4,"completed":1,"failed":0})", 1, 0},
                           Case{R"({"total":4,"completed":2,"failed":1})", 2, 1},
                           Case{R"({"total":4,"completed":99,"failed":1})", 3, 1},
                           Case{R"({"completed":-5,"failed":-1})", 0, 0},
                           Case{R"({"completed":"two","failed":null})", 0, 0}, Case{"[]", 0, 0}}) {
    SCOPED_TRACE(each.counts);
    batch.counts = each.counts;
    world.Advance(minutes(2));
    const v1::Batch shown = endpoints::ToProto(world.Now(job), world.options.retention);
    EXPECT_EQ(shown.state(), v1::Batch::STATE_IN_PROGRESS);
    EXPECT_EQ(shown.counts().total(), 4);
    EXPECT_EQ(shown.counts().succeeded(), each.succeeded);
    EXPECT_EQ(shown.counts().failed(), each.failed);
    EXPECT_EQ(shown.shards(0).counts().succeeded(), each.succeeded);
    EXPECT_EQ(shown.results_ready(), 0);
  }
  batch.counts = R"({"total":4,"completed":1,"failed":3})";
  world.Advance(minutes(2));
  const store::Job ended = world.RunToEnd(job);
  const v1::Batch shown = endpoints::ToProto(ended, world.options.retention);
  EXPECT_EQ(shown.counts().succeeded(), 4) << "in the end the answers count, not what was said";
  EXPECT_EQ(shown.counts().failed(), 0);
  EXPECT_EQ(shown.results_ready(), 4);
  EXPECT_EQ(shown.shards(0).results_ready(), 4);
}

TEST_F(BatchJobTest, ADeletedBatchTakesItsFilesAtTheUpstreamWithIt) {
  const store::Job job = world.AddJob(3);
  world.StartWorker();
  world.RunToEnd(job);
  ASSERT_EQ(world.upstream.files.size(), 2u) << "its input and its output";
  world.upstream.fate = [left = 3](const std::string& method, const std::string&) mutable {
    return method == "DELETE" && left-- > 0 ? Fate::kBroken : Fate::kGood;
  };
  ASSERT_EQ(*world.jobs->Delete(job.id, "", world.clock.WallNow()), store::Jobs::Deletion::kDone);
  world.bench->SweepNow();
  world.Settle();
  EXPECT_EQ(world.upstream.files.size(), 2u) << "the upstream fails";
  for (int i = 0; i < 10; ++i) world.Advance(minutes(2));
  EXPECT_TRUE(world.upstream.files.empty());
  EXPECT_EQ(world.jobs->Used()->bytes, 0);
  EXPECT_FALSE(*world.jobs->NextRemoval(world.clock.WallNow() + std::chrono::hours(100),
                                        world.clock.WallNow() + std::chrono::hours(200)));
}

TEST_F(BatchJobTest, AFileThatIsGoneAlreadyIsRemovedAndOneThatNeverGoesIsGivenUp) {
  const store::Job job = world.AddJob(3);
  world.StartWorker();
  world.RunToEnd(job);
  world.upstream.files.erase(world.upstream.files.begin());
  world.upstream.fate = [](const std::string& method, const std::string&) {
    return method == "DELETE" ? Fate::kBusy : Fate::kGood;
  };
  ASSERT_EQ(*world.jobs->Delete(job.id, "", world.clock.WallNow()), store::Jobs::Deletion::kDone);
  world.bench->SweepNow();
  for (int i = 0; i < 60; ++i) world.Advance(minutes(60));
  world.Advance(minutes(5));
  EXPECT_FALSE(*world.jobs->NextRemoval(world.clock.WallNow() + std::chrono::hours(100),
                                        world.clock.WallNow() + std::chrono::hours(200)));
}

TEST_F(BatchJobTest, AFileThatStaysIsTriedEverMoreSeldom) {
  const store::Job job = world.AddJob(1);
  world.StartWorker();
  world.RunToEnd(job);
  world.upstream.files.resize(1);
  std::vector<WallTime> tries;
  world.upstream.fate = [&](const std::string& method, const std::string& path) {
    if (method != "DELETE") return Fate::kGood;
    if (path.find(world.upstream.files[0]->id) == std::string::npos) return Fate::kGood;
    tries.push_back(world.clock.WallNow());
    return Fate::kBroken;
  };
  ASSERT_EQ(*world.jobs->Delete(job.id, "", world.clock.WallNow()), store::Jobs::Deletion::kDone);
  world.bench->SweepNow();
  for (int i = 0; i < 30 * 60; ++i) world.Advance(minutes(1));
  ASSERT_EQ(tries.size(), 12u);
  constexpr minutes kBetweenLooks{1};
  minutes bound{2};
  for (size_t i = 1; i < tries.size(); ++i, bound = std::min(2 * bound, minutes(360))) {
    const auto gap = tries[i] - tries[i - 1];
    EXPECT_GE(gap, bound / 2) << i;
    EXPECT_LE(gap, bound + 2 * kBetweenLooks) << i;
  }
  EXPECT_GT(tries.back() - tries.front(), std::chrono::hours(13));
}

TEST_F(BatchJobTest, RetentionHoldsForBatchesThatHadEndedBeforeItWasSet) {
  const store::Job job = world.AddJob(3);
  world.StartWorker();
  const store::Job ended = world.RunToEnd(job);
  world.Advance(std::chrono::hours(48));
  ASSERT_TRUE(*world.jobs->Find(job.id, ""));
  EXPECT_GT(endpoints::ToProto(ended, world.options.retention).delete_time().seconds(),
            endpoints::ToProto(ended, std::chrono::hours(1)).delete_time().seconds());
  world.options.retention = std::chrono::hours(1);
  world.Advance(minutes(5));
  EXPECT_FALSE(*world.jobs->Find(job.id, ""));
  EXPECT_TRUE(world.upstream.files.empty()) << "with its files";
}

TEST_F(BatchJobTest, GoesThroughItsStatesAndKeepsEveryAnswer) {
  const store::Job job = world.AddJob(3);
  world.StartWorker();
  EXPECT_EQ(world.Now(job).state, JobState::kQueued);
  world.Settle();
  EXPECT_EQ(Shard(job), ShardState::kSubmitted);
  EXPECT_EQ(world.Now(job).state, JobState::kInProgress);
  ASSERT_EQ(world.upstream.batches.size(), 1u);
  EXPECT_EQ(world.upstream.files[0]->name, job.id + "-0.jsonl");
  EXPECT_EQ(CustomIds(world.upstream.files[0]->content),
            (std::vector<std::string>{"item-0", "item-1", "item-2"}));
  const auto metadata = nlohmann::json::parse(world.upstream.batches[0]->metadata);
  EXPECT_EQ(metadata["inferwire_job"], job.id);
  EXPECT_EQ(metadata["inferwire_shard"], "0");
  world.upstream.batches[0]->status = "in_progress";
  world.Advance(minutes(2));
  EXPECT_EQ(Shard(job), ShardState::kInProgress);
  const store::Job ended = world.RunToEnd(job);
  EXPECT_EQ(ended.state, JobState::kCompleted);
  EXPECT_EQ(ended.shards[0].counts.succeeded, 3);
  EXPECT_EQ(ended.shards[0].usage.input, 30);
  world.ExpectComplete(job);
  const auto results = world.Results(job);
  EXPECT_EQ(results[0].custom_id, "item-2") << "in the order of upstream's file";
  EXPECT_THAT(results[0].body, HasSubstr("for item-2"));
  EXPECT_EQ(results[0].upstream_request_id, "req-item-2");
  EXPECT_EQ(results[0].http_status, 200);
  EXPECT_EQ(world.bench->jobs_in_hand(), 0u);
}

TEST_F(BatchJobTest, IsSplitByTheUpstreamsLimitsAndByModel) {
  world.options.upstreams["up"].max_items = 4;
  const store::Job job = world.AddJob(20, {"a", "b"});
  world.StartWorker();
  world.Settle();
  EXPECT_EQ(world.upstream.batches.size(), 6u);  // 4 + 4 + 2 of each model
  EXPECT_EQ(world.RunToEnd(job).state, JobState::kCompleted);
  world.ExpectComplete(job);
}

TEST_F(BatchJobTest, WaitsForRoomInTheModelsQueue) {
  world.options.upstreams["up"].max_items = 10;
  const store::Job job = world.AddJob(30);
  world.options.upstreams["up"].queue_tokens = job.shards[0].tokens * 2;
  world.StartWorker();
  world.Settle();
  EXPECT_EQ(world.upstream.batches.size(), 2u);
  EXPECT_EQ(Shard(job, 2), ShardState::kQueued);
  world.Advance(minutes(30));
  EXPECT_EQ(world.upstream.batches.size(), 2u);
  world.upstream.FinishBatch(*world.upstream.batches[0], "completed");
  world.Advance(minutes(2));
  EXPECT_EQ(world.upstream.batches.size(), 3u);
  EXPECT_EQ(world.RunToEnd(job).state, JobState::kCompleted);
  world.ExpectComplete(job);
}

TEST_F(BatchJobTest, ABatchWhoseAnswerWasLostIsFoundAndNotCreatedAgain) {
  const store::Job job = world.AddJob(3);
  FailFirst("POST", "/batches", Fate::kLostAnswer);
  world.StartWorker();
  EXPECT_EQ(world.RunToEnd(job).state, JobState::kCompleted);
  EXPECT_EQ(world.upstream.batches.size(), 1u);
  EXPECT_EQ(world.upstream.requests["POST batches"], 1);
  world.ExpectComplete(job);
}

TEST_F(BatchJobTest, ARequestThatMayHaveArrivedIsRepeatedOnlyAfterTheListWasLookedAtTwice) {
  const store::Job job = world.AddJob(3);
  FailFirst("POST", "/batches", Fate::kLostRequest);
  world.StartWorker();
  world.Settle();
  world.Advance(seconds(30));
  EXPECT_EQ(world.upstream.requests["GET batches"], 1);
  EXPECT_EQ(world.upstream.batches.size(), 0u);
  world.Advance(seconds(59));
  EXPECT_EQ(world.upstream.batches.size(), 0u);
  world.Advance(seconds(2));
  EXPECT_EQ(world.upstream.requests["GET batches"], 2);
  EXPECT_EQ(world.upstream.batches.size(), 1u);
  EXPECT_EQ(world.RunToEnd(job).state, JobState::kCompleted);
  EXPECT_EQ(world.upstream.batches.size(), 1u);
}

TEST_F(BatchJobTest, AListThatLagsDoesNotMakeASecondBatch) {
  const store::Job job = world.AddJob(3);
  FailFirst("POST", "/batches", Fate::kLostAnswer);
  world.upstream.lists_lag = true;
  world.StartWorker();
  world.Settle();
  world.Advance(seconds(30));
  world.upstream.lists_lag = false;  // in less than reconcile_wait
  EXPECT_EQ(world.RunToEnd(job).state, JobState::kCompleted);
  EXPECT_EQ(world.upstream.batches.size(), 1u);
}

// The list's pages have three batches: ours is at each place of a page once.
TEST_F(BatchJobTest, ABatchIsFoundWhereverItStandsInTheList) {
  for (int younger = 0; younger < 7; ++younger) {
    World world;
    const store::Job job = world.AddJob(3);
    bool lost = false;
    world.upstream.fate = [&](const std::string& method, const std::string& path) {
      if (method != "POST" || path != "/batches" || std::exchange(lost, true)) return Fate::kGood;
      return Fate::kLostAnswer;
    };
    world.StartWorker();
    while (!lost) {
      if (!world.timers.FireDue()) world.upstream.AnswerOne();
    }
    for (int i = 0; i < younger; ++i) {
      auto other = std::make_unique<FakeUpstream::Batch>();
      other->id = "other-" + std::to_string(i);
      other->status = "completed";
      other->metadata = "{}";
      other->created = world.upstream.now;
      world.upstream.batches.push_back(std::move(other));
    }
    EXPECT_EQ(world.RunToEnd(job).state, JobState::kCompleted) << younger;
    EXPECT_EQ(world.upstream.requests["POST batches"], 1) << younger;
  }
}

TEST_F(BatchJobTest, OfTwoBatchesTheYoungerIsCancelled) {
  const store::Job job = world.AddJob(3);
  FailFirst("POST", "/batches", Fate::kLostAnswer, 2);
  world.upstream.lists_lag = true;
  world.StartWorker();
  for (int i = 0; i < 20 && world.upstream.batches.size() < 2; ++i) world.Advance(seconds(61));
  ASSERT_EQ(world.upstream.batches.size(), 2u);
  world.upstream.lists_lag = false;
  world.Advance(minutes(5));
  EXPECT_TRUE(world.upstream.batches[1]->cancel_asked);
  EXPECT_FALSE(world.upstream.batches[0]->cancel_asked);
  EXPECT_EQ(world.Now(job).shards[0].batch, world.upstream.batches[0]->id);
  EXPECT_EQ(world.RunToEnd(job).state, JobState::kCompleted);
  world.ExpectComplete(job);
}

TEST_F(BatchJobTest, ARefusalBeforeAnythingWasDoneIsRepeatedWithoutLooking) {
  const store::Job job = world.AddJob(3);
  FailFirst("POST", "/batches", Fate::kBusy, 3);
  world.StartWorker();
  EXPECT_EQ(world.RunToEnd(job).state, JobState::kCompleted);
  EXPECT_EQ(world.upstream.batches.size(), 1u);
}

TEST_F(BatchJobTest, AFileWhoseAnswerWasLostIsFoundByItsName) {
  const store::Job job = world.AddJob(3);
  FailFirst("POST", "/files", Fate::kLostAnswer);
  world.StartWorker();
  EXPECT_EQ(world.RunToEnd(job).state, JobState::kCompleted);
  EXPECT_EQ(world.upstream.requests["POST files"], 1);
  EXPECT_EQ(world.upstream.batches.size(), 1u);
}

TEST_F(BatchJobTest, WhatUpstreamDidNotReachEndsAsExpired) {
  const store::Job job = world.AddJob(10);
  world.StartWorker();
  world.Settle();
  world.upstream.FinishBatches("expired");
  const store::Job ended = world.RunToEnd(job);
  EXPECT_EQ(ended.state, JobState::kExpired);
  EXPECT_EQ(ended.shards[0].state, ShardState::kExpired);
  EXPECT_EQ(Outcomes(job),
            (std::map<ItemOutcome, int>{{ItemOutcome::kSucceeded, 5}, {ItemOutcome::kExpired, 5}}));
  world.ExpectComplete(job);
  EXPECT_EQ(world.ErrorOf(world.Results(job).back()).code(), 4);  // DEADLINE_EXCEEDED
}

TEST_F(BatchJobTest, AValidationErrorNamesItsItemAndFailsTheOthers) {
  const store::Job job = world.AddJob(3);
  world.StartWorker();
  world.Settle();
  world.upstream.batches[0]->error_list =
      R"([{"code":"invalid_value","message":"temperature is too high","param":"body.temperature","line":2}])";
  world.upstream.FinishBatches("failed");
  const store::Job ended = world.RunToEnd(job);
  EXPECT_EQ(ended.state, JobState::kFailed);
  world.ExpectComplete(job);
  for (const auto& result : world.Results(job)) {
    EXPECT_EQ(result.outcome, ItemOutcome::kFailed);
    const google::rpc::Status error = world.ErrorOf(result);
    const bool named = error.message() == "body.temperature: temperature is too high";
    EXPECT_EQ(named, result.custom_id == "item-1") << error.message();
    google::rpc::BadRequest bad;
    for (const auto& detail : error.details()) detail.UnpackTo(&bad);
    if (named) {
      EXPECT_EQ(bad.field_violations(0).field(), "item.chat_completion.temperature");
    }
  }
  v1::BatchShard errors;
  ASSERT_TRUE(errors.ParseFromString(ended.shards[0].errors));
  ASSERT_EQ(errors.errors_size(), 1);
  EXPECT_EQ(errors.errors(0).custom_id(), "item-1");
  EXPECT_EQ(errors.errors(0).code(), "invalid_value");
}

TEST_F(BatchJobTest, AValidationErrorIsKnownAlsoAfterACrash) {
  const store::Job job = world.AddJob(3);
  world.StartWorker();
  world.Settle();
  world.upstream.batches[0]->error_list = R"([{"code":"bad","message":"no good","line":1}])";
  world.upstream.FinishBatches("failed");
  // The process ends when the end is noted and nothing more.
  world.bench.reset();
  world.clock.Advance(minutes(1));
  const store::Lease lease = **world.jobs->Claim("w", world.clock.WallNow(), world.clock.WallNow());
  store::Job noted = *world.jobs->Load(lease);
  noted.shards[0].state = ShardState::kFinalizing;
  noted.shards[0].upstream_status = "failed";
  ASSERT_TRUE(world.jobs->Save(lease, noted, {&noted.shards[0]}));
  world.StartWorker();
  EXPECT_EQ(world.RunToEnd(job).state, JobState::kFailed);
  EXPECT_THAT(world.ErrorOf(world.Results(job)[0]).message(), HasSubstr("no good"));
}

TEST_F(BatchJobTest, AShardWhoseQueueIsFullAtTheUpstreamGoesBackAndComesAgain) {
  const store::Job job = world.AddJob(3);
  world.StartWorker();
  world.Settle();
  world.upstream.batches[0]->error_list =
      R"([{"code":"token_limit_exceeded","message":"Enqueued token limit reached"}])";
  world.upstream.FinishBatches("failed");
  world.Advance(minutes(1));
  EXPECT_TRUE(Shard(job) == ShardState::kQueued || Shard(job) == ShardState::kSubmitted);
  const store::Job ended = world.RunToEnd(job);
  EXPECT_EQ(ended.state, JobState::kCompleted);
  EXPECT_EQ(ended.shards[0].posts, 1);
  EXPECT_EQ(world.upstream.batches.size(), 2u);
  EXPECT_EQ(world.upstream.requests["POST files"], 1) << "the file is still there";
  world.ExpectComplete(job);
}

TEST_F(BatchJobTest, MissingDuplicateForeignAndGarbageLinesLeaveOneResultForEachItem) {
  const store::Job job = world.AddJob(5);
  world.upstream.line = [](const std::string& id) -> std::string {
    if (id == "item-0") return "";
    if (id == "item-1") return FakeUpstream::Good(id) + "\n" + FakeUpstream::Good(id);
    if (id == "item-2") return "{\"custom_id\":\"item-2\",\"resp";
    if (id == "item-3")
      return FakeUpstream::Good("someone-else") + "\n\xff\xfe\n" + FakeUpstream::Good(id);
    return FakeUpstream::Good(id);
  };
  world.StartWorker();
  EXPECT_EQ(world.RunToEnd(job).state, JobState::kCompleted);
  world.ExpectComplete(job);
  EXPECT_EQ(Outcomes(job),
            (std::map<ItemOutcome, int>{{ItemOutcome::kSucceeded, 3}, {ItemOutcome::kFailed, 2}}));
}

TEST_F(BatchJobTest, AFailedItemHasUpstreamsErrorWithItsDetails) {
  const store::Job job = world.AddJob(2);
  world.upstream.line = [](const std::string& id) {
    return id == "item-0"
               ? R"({"custom_id":"item-0","response":{"status_code":429,"request_id":"r","body":{"error":)"
                 R"({"message":"Rate limit reached","type":"requests","code":"rate_limit_exceeded"}}}})"
               : R"({"custom_id":"item-1","response":null,"error":{"code":"x","message":"went wrong"}})";
  };
  world.StartWorker();
  world.RunToEnd(job);
  world.ExpectComplete(job);
  for (const auto& result : world.Results(job)) {
    EXPECT_EQ(world.ErrorOf(result).code(), result.custom_id == "item-0" ? 8 : 13);
  }
}

TEST_F(BatchJobTest, ABrokenDownloadComesAgain) {
  const store::Job job = world.AddJob(50);
  world.StartWorker();
  world.Settle();
  world.upstream.FinishBatches();
  FailFirst("GET", "/files/", Fate::kBroken, 3);
  EXPECT_EQ(world.RunToEnd(job).state, JobState::kCompleted);
  EXPECT_EQ(Outcomes(job)[ItemOutcome::kSucceeded], 50);
  world.ExpectComplete(job);
}

TEST_F(BatchJobTest, ABatchThatUpstreamHasForgottenFailsItsItems) {
  const store::Job job = world.AddJob(3);
  world.StartWorker();
  world.Settle();
  world.upstream.batches.clear();
  EXPECT_EQ(world.RunToEnd(job).state, JobState::kFailed);
  world.ExpectComplete(job);
}

TEST_F(BatchJobTest, AnUpstreamThatIsNotConfiguredAnyMoreFailsItsItems) {
  const store::Job job = world.AddJob(3);
  world.router = upstream::Router();
  world.StartWorker();
  EXPECT_EQ(world.RunToEnd(job).state, JobState::kFailed);
  world.ExpectComplete(job);
}

TEST_F(BatchJobTest, ItemsThatFindNoRoomInTheirTimeExpire) {
  world.options.upstreams["up"].max_items = 10;
  const store::Job job = world.AddJob(20);
  world.options.upstreams["up"].queue_tokens = job.shards[0].tokens;
  world.StartWorker();
  world.Settle();
  world.Advance(std::chrono::hours(25));
  EXPECT_EQ(Shard(job, 1), ShardState::kExpired);
  EXPECT_EQ(world.upstream.batches.size(), 1u);
  world.upstream.FinishBatches("expired");
  EXPECT_EQ(world.RunToEnd(job).state, JobState::kExpired);
  world.ExpectComplete(job);
}

TEST_F(BatchJobTest, ALockedStoreStopsTheWorkForAWhileAndLosesNothing) {
  const store::Job job = world.AddJob(3);
  // A worker that does not wait long for the lock.
  store::Location location;
  location.path = world.folder.File("jobs.db");
  location.wait = std::chrono::milliseconds(5);
  world.jobs.reset();
  world.database.reset();
  world.database = std::move(*store::Database::Open(location));
  world.jobs = std::move(*world.database->Connect());
  world.StartWorker();
  world.Settle();
  auto other = store::ConnectSqlite(location.path, std::chrono::milliseconds(5));
  ASSERT_TRUE((*other)->Begin());
  world.upstream.FinishBatches();
  world.Advance(minutes(3));
  EXPECT_TRUE(world.Results(job).empty());
  (*other)->Rollback();
  EXPECT_EQ(world.RunToEnd(job).state, JobState::kCompleted);
  EXPECT_EQ(world.upstream.batches.size(), 1u);
  world.ExpectComplete(job);
}

// After so many answers of upstream the caller cancels: whatever the shard was doing, every item
// ends, and no batch goes on upstream.
TEST_F(BatchJobTest, CancelReachesTheShardAtEveryOfItsStates) {
  std::set<ShardState> seen;
  for (int answers = 0; answers < 14; ++answers) {
    World world;
    const store::Job job = world.AddJob(6);
    world.StartWorker();
    for (int left = answers, i = 0; i < 10'000 && left > 0; ++i) {
      if (world.timers.FireDue()) continue;
      if (world.upstream.AnswerOne()) {
        --left;
        if (world.upstream.batches.size() == 1 &&
            world.upstream.batches[0]->status == "validating") {
          world.upstream.batches[0]->status = "in_progress";
        }
        if (answers - left == 8) world.upstream.FinishBatches();
      } else {
        world.clock.Advance(seconds(1));
      }
    }
    const store::Job now = world.Now(job);
    seen.insert(now.shards[0].state);
    if (store::Ended(now.state)) continue;
    ASSERT_TRUE(*world.jobs->Cancel(job.id, "", world.clock.WallNow()));
    world.bench->Look();
    const store::Job ended = world.RunToEnd(job);
    EXPECT_TRUE(Ended(ended.state)) << answers;
    world.ExpectComplete(job);
    for (const auto& batch : world.upstream.batches) {
      EXPECT_TRUE(batch->status == "cancelled" || batch->status == "completed") << answers;
    }
    if (world.upstream.batches.empty()) {
      EXPECT_EQ(ended.state, JobState::kCancelled);
    }
  }
  EXPECT_THAT(seen, ::testing::IsSupersetOf({ShardState::kQueued, ShardState::kUploaded,
                                             ShardState::kSubmitted, ShardState::kInProgress,
                                             ShardState::kFinalizing}));
}

TEST_F(BatchJobTest, RetentionDeletesWhatHasEnded) {
  const store::Job job = world.AddJob(3);
  world.StartWorker();
  world.RunToEnd(job);
  world.Advance(world.options.retention - minutes(10));
  EXPECT_TRUE(*world.jobs->Find(job.id, ""));
  world.Advance(minutes(20));
  EXPECT_FALSE(*world.jobs->Find(job.id, ""));
  EXPECT_TRUE(world.Results(job).empty());
}

}  // namespace
}  // namespace inferwire::batch
