// What both databases keep, and how.
#include <gmock/gmock.h>

#include <set>

#include "store/fault.h"
#include "store/postgres.h"
#include "store/sqlite.h"
#include "unit/store/databases.h"

namespace inferwire::store {
namespace {

NewResult Answer(const std::string& id, ItemOutcome outcome = ItemOutcome::kSucceeded) {
  NewResult result;
  result.custom_id = id;
  result.outcome = outcome;
  result.http_status = 200;
  result.upstream_request_id = "req-" + id;
  result.body = R"({"answer":")" + id + std::string("\"}\0x", 4);
  result.usage = {10, 2, 5, 1, 1};
  return result;
}

TEST_P(StoreTest, AJobIsWhatWasPutIntoItAlsoForAnotherConnection) {
  const Job job = Sealed("b1");
  auto found = Connect()->Find("b1", "");
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->number, job.number);
  EXPECT_EQ((*found)->state, JobState::kQueued);
  EXPECT_EQ((*found)->items, 3);
  EXPECT_EQ((*found)->metadata, std::string("a\0b", 3));
  EXPECT_EQ((*found)->created, At(0));
  ASSERT_EQ((*found)->shards.size(), 1u);
  EXPECT_EQ((*found)->shards[0].upstream, "up");
  EXPECT_EQ((*found)->shards[0].counts.total, 3);
}

TEST_P(StoreTest, AJobThatIsBeingCollectedIsSeenByNobody) {
  Job job;
  job.id = "b1";
  job.created = At(0);
  ASSERT_TRUE(jobs_->Create(job));
  EXPECT_FALSE(*jobs_->Find("b1", ""));
  EXPECT_TRUE(jobs_->List("", 0, 10)->empty());
  EXPECT_FALSE(*jobs_->Claim("w", At(0), At(30)));
}

TEST_P(StoreTest, ADuplicateCustomIdIsRefusedAndNothingOfItsPieceIsAdded) {
  Job job;
  job.id = "b1";
  const int64_t number = *jobs_->Create(job);
  ASSERT_TRUE(jobs_->AddItems(number, 0, {{"a", "{}", 0}}));
  const auto refused = jobs_->AddItems(number, 1, {{"b", "{}", 0}, {"a", "{}", 0}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, v1::ERROR_REASON_DUPLICATE_ITEM);
  EXPECT_EQ(jobs_->Items(number, 0, 0, 10, 1000)->size(), 1u);
}

TEST_P(StoreTest, TheSameRequestIdGivesTheSameJobOrAConflict) {
  const Job first = Sealed("b1", 3, "team", "r1", "same");
  Job again = first;
  again.id = "b2";
  again.number = *jobs_->Create(again);
  auto existing = jobs_->Seal(again);
  ASSERT_TRUE(existing);
  EXPECT_TRUE(existing->existed);
  EXPECT_EQ(existing->job.id, "b1");
  again.fingerprint = "other";
  auto conflict = jobs_->Seal(again);
  ASSERT_FALSE(conflict);
  EXPECT_EQ(conflict.error().code, Code::kAlreadyExists);
  // Another owner's is another request.
  EXPECT_EQ(Sealed("b3", 3, "others", "r1", "x").id, "b3");
}

TEST_P(StoreTest, AForeignIdIsNotFound) {
  Sealed("b1", 3, "team-a");
  EXPECT_TRUE(*jobs_->Find("b1", "team-a"));
  EXPECT_FALSE(*jobs_->Find("b1", "team-b"));
  EXPECT_FALSE(*jobs_->Find("b1", ""));
  EXPECT_FALSE(*jobs_->Version("b1", "team-b"));
  EXPECT_FALSE(*jobs_->Cancel("b1", "team-b", At(1)));
  EXPECT_TRUE(jobs_->List("team-b", 0, 10)->empty());
  EXPECT_EQ((*jobs_->Find("b1", "team-a"))->cancelled, WallTime());
}

TEST_P(StoreTest, ListsPagesFromTheYoungestOn) {
  for (int i = 0; i < 5; ++i) Sealed("b" + std::to_string(i));
  auto page = jobs_->List("", 0, 2);
  ASSERT_EQ(page->size(), 2u);
  EXPECT_EQ(page->at(0).id, "b4");
  page = jobs_->List("", page->back().number, 10);
  ASSERT_EQ(page->size(), 3u);
  EXPECT_EQ(page->back().id, "b0");
}

TEST_P(StoreTest, OneWorkerAtATimeAndAnExpiredLeaseIsTakenOver) {
  Sealed("b1");
  auto other = Connect();
  const Lease first = Claimed(0, 30);
  EXPECT_FALSE(*other->Claim("w2", At(29), At(60)));
  ASSERT_TRUE(jobs_->Renew(first, At(50)));
  EXPECT_FALSE(*other->Claim("w2", At(49), At(80)));
  const auto second = other->Claim("w2", At(50), At(80));
  ASSERT_TRUE(*second);
  Job job = *jobs_->Load(first);
  const auto late = jobs_->Save(first, job, {&job.shards[0]});
  ASSERT_FALSE(late);
  EXPECT_TRUE(IsFault(late.error(), Fault::kLost));
  EXPECT_TRUE(IsFault(jobs_->Renew(first, At(99)).error(), Fault::kLost));
  EXPECT_TRUE(
      IsFault(jobs_->AddResults(first, job.shards[0], {Answer("item-0")}).error(), Fault::kLost));
  EXPECT_TRUE(other->Save(**second, job, {&job.shards[0]}));
}

TEST_P(StoreTest, AReleasedJobCanBeClaimedAtOnceAndAnEndedOneNever) {
  Sealed("b1");
  const Lease lease = Claimed();
  ASSERT_TRUE(jobs_->Release(lease));
  const Lease again = Claimed();
  EXPECT_GT(again.token, lease.token);
  Job job = *jobs_->Load(again);
  job.state = JobState::kCompleted;
  job.ended = At(5);
  ASSERT_TRUE(jobs_->Save(again, job, {}));
  ASSERT_TRUE(jobs_->Release(again));
  EXPECT_FALSE(*jobs_->Claim("w", At(0), At(30)));
}

TEST_P(StoreTest, TheQueueTakesNoMoreTokensThanItsLimitOverAllJobs) {
  Sealed("b1");
  Sealed("b2");
  const Lease first = Claimed(), second = Claimed();
  Job one = *jobs_->Load(first), two = *jobs_->Load(second);
  EXPECT_TRUE(*jobs_->Admit(first, one.shards[0], 150));
  EXPECT_FALSE(*jobs_->Admit(second, two.shards[0], 150));
  EXPECT_EQ(two.shards[0].state, ShardState::kQueued);
  EXPECT_EQ(*jobs_->TokensByModel(), (std::vector<std::pair<std::string, int64_t>>{{"m", 100}}));
  one.shards[0].state = ShardState::kFinalizing;  // upstream's queue has let it go
  ASSERT_TRUE(jobs_->Save(first, one, {&one.shards[0]}));
  EXPECT_TRUE(*jobs_->Admit(second, two.shards[0], 150));
  EXPECT_EQ(two.shards[0].state, ShardState::kPrepared);
}

TEST_P(StoreTest, EachKeyHasAQueueOfItsOwn) {
  Sealed("b1");
  Sealed("b2");
  Sealed("b3");
  const Lease first = Claimed(), second = Claimed(), third = Claimed();
  Job one = *jobs_->Load(first), two = *jobs_->Load(second), three = *jobs_->Load(third);
  one.shards[0].key = "a";
  two.shards[0].key = "a";
  EXPECT_TRUE(*jobs_->Admit(first, one.shards[0], 150));
  EXPECT_FALSE(*jobs_->Admit(second, two.shards[0], 150));
  two.shards[0].key = "b";
  EXPECT_TRUE(*jobs_->Admit(second, two.shards[0], 150));
  const std::map<std::string, int64_t, std::less<>> queued{{"a", 100}, {"b", 100}};
  EXPECT_EQ(*jobs_->TokensByKey("up", "m"), queued);
  EXPECT_EQ(jobs_->Load(second)->shards[0].key, "b");
  EXPECT_TRUE(*jobs_->TokensByKey("up", "another") == decltype(queued)());
  EXPECT_FALSE(*jobs_->Admit(third, three.shards[0], 150)) << "whose key is not known yet";
}

TEST_P(StoreTest, AShardThatGoesElsewhereLeavesItsFileToBeRemoved) {
  Sealed("b1");
  const Lease lease = Claimed();
  Job job = *jobs_->Load(lease);
  Shard left = job.shards[0];
  left.key = "a";
  left.input_file = "file-1";
  Shard moved = job.shards[0];
  moved.upstream = "other";
  moved.route = "chat";
  moved.bytes = 1234;
  ASSERT_TRUE(jobs_->Move(lease, left, moved, At(5)));
  const Shard kept = jobs_->Load(lease)->shards.at(0);
  EXPECT_EQ(kept.upstream, "other");
  EXPECT_EQ(kept.route, "chat");
  EXPECT_EQ(kept.bytes, 1234);
  EXPECT_EQ(kept.input_file, "");
  const auto removal = *jobs_->NextRemoval(At(5), At(100));
  ASSERT_TRUE(removal);
  EXPECT_EQ(removal->upstream, "up");
  EXPECT_EQ(removal->key, "a");
  EXPECT_EQ(removal->file, "file-1");
  ASSERT_TRUE(jobs_->Move(lease, moved, left, At(6)));
  EXPECT_FALSE(*jobs_->NextRemoval(At(6), At(99))) << "nothing was left behind";
  const Lease old{lease.job, lease.token - 1};
  EXPECT_TRUE(IsFault(jobs_->Move(old, left, moved, At(7)).error(), Fault::kLost));
}

TEST_P(StoreTest, AShardLargerThanTheLimitGetsTheQueueToItself) {
  Sealed("b1");
  const Lease lease = Claimed();
  Job job = *jobs_->Load(lease);
  EXPECT_TRUE(*jobs_->Admit(lease, job.shards[0], 50));
}

TEST_P(StoreTest, EveryItemGetsItsFirstResultAndNoOther) {
  const Job sealed = Sealed("b1");
  const Lease lease = Claimed();
  Job job = *jobs_->Load(lease);
  Shard& shard = job.shards[0];
  auto added = jobs_->AddResults(
      lease, shard, {Answer("item-1"), Answer("item-1", ItemOutcome::kFailed), Answer("nobody")});
  ASSERT_TRUE(added) << added.error().message;
  EXPECT_EQ(added->accepted, 1);
  EXPECT_EQ(added->duplicate, 1);
  EXPECT_EQ(added->unknown, 1);
  added =
      jobs_->AddResults(lease, shard, {Answer("item-1"), Answer("item-0", ItemOutcome::kExpired)});
  EXPECT_EQ(added->accepted, 1);
  EXPECT_EQ(shard.counts.succeeded, 1);
  EXPECT_EQ(shard.counts.expired, 1);
  EXPECT_EQ(shard.usage.input, 20);
  auto open = jobs_->Unanswered(sealed.number, 0, 0, 10, 1000);
  ASSERT_EQ(open->size(), 1u);
  EXPECT_EQ(open->at(0).custom_id, "item-2");
  EXPECT_EQ(open->at(0).index, 2);
  auto results = jobs_->Results(sealed.number, 0, 10, 1 << 20);
  ASSERT_EQ(results->size(), 2u);
  EXPECT_EQ(results->at(0).custom_id, "item-1");
  EXPECT_EQ(results->at(0).sequence, 0);
  EXPECT_EQ(results->at(0).body, Answer("item-1").body);
  EXPECT_EQ(results->at(0).upstream_request_id, "req-item-1");
  EXPECT_EQ(results->at(1).custom_id, "item-0");
  EXPECT_EQ(jobs_->Results(sealed.number, 1, 10, 1 << 20)->size(), 1u);
  // What was counted is in the store.
  EXPECT_EQ(jobs_->Load(lease)->shards[0].counts.succeeded, 1);
  EXPECT_EQ(jobs_->Load(lease)->results, 2);
}

TEST_P(StoreTest, ItemsAndResultsComeInPiecesOfBoundedSize) {
  const Job sealed = Sealed("b1", 100);
  const Lease lease = Claimed();
  Job job = *jobs_->Load(lease);
  std::vector<NewResult> results;
  for (int i = 0; i < 100; ++i) results.push_back(Answer("item-" + std::to_string(i)));
  ASSERT_TRUE(jobs_->AddResults(lease, job.shards[0], results));
  EXPECT_EQ(jobs_->Results(sealed.number, 0, 1000, 100)->size(), 4u);
  EXPECT_EQ(jobs_->Results(sealed.number, 99, 1000, 1)->size(), 1u);
  EXPECT_TRUE(jobs_->Results(sealed.number, 100, 1000, 1)->empty());
  EXPECT_LE(jobs_->Items(sealed.number, 0, 0, 1000, 10)->size(), 32u);
  EXPECT_EQ(jobs_->Items(sealed.number, 0, 0, 1000, 1 << 20)->size(), 100u);
  EXPECT_TRUE(jobs_->Items(sealed.number, 0, 100, 1000, 1 << 20)->empty());
  EXPECT_TRUE(jobs_->Items(sealed.number, 1, 0, 1000, 1 << 20)->empty());
}

TEST_P(StoreTest, ACancellationSurvivesAWorkersSaveAndAnEndedJobIgnoresIt) {
  Sealed("b1");
  const Lease lease = Claimed();
  Job job = *jobs_->Load(lease);
  auto cancelled = jobs_->Cancel("b1", "", At(7));
  ASSERT_TRUE(*cancelled);
  EXPECT_EQ((*cancelled)->state, JobState::kCancelling);
  job.state = JobState::kInProgress;
  ASSERT_TRUE(jobs_->Save(lease, job, {}));
  EXPECT_EQ(job.cancelled, At(7));
  EXPECT_EQ(job.state, JobState::kCancelling);
  job.state = JobState::kCancelled;
  ASSERT_TRUE(jobs_->Save(lease, job, {}));
  EXPECT_EQ((*jobs_->Cancel("b1", "", At(9)))->state, JobState::kCancelled);
  EXPECT_EQ((*jobs_->Find("b1", ""))->cancelled, At(7));
}

TEST_P(StoreTest, TheVersionGrowsWithEveryChange) {
  Sealed("b1");
  const int64_t before = **jobs_->Version("b1", "");
  const Lease lease = Claimed();
  Job job = *jobs_->Load(lease);
  ASSERT_TRUE(jobs_->Save(lease, job, {&job.shards[0]}));
  EXPECT_GT(**jobs_->Version("b1", ""), before);
}

TEST_P(StoreTest, WhatIsPastItsTimeIsDeletedPieceByPiece) {
  Sealed("b1", 100);
  const Lease lease = Claimed();
  Job job = *jobs_->Load(lease);
  job.state = JobState::kCompleted;
  job.ended = At(1000);
  ASSERT_TRUE(jobs_->Save(lease, job, {}));
  Job abandoned;
  abandoned.id = "b2";
  abandoned.created = At(10);
  const int64_t number = *jobs_->Create(abandoned);
  ASSERT_TRUE(jobs_->AddItems(number, 0, {{"a", "{}", 0}}));
  EXPECT_EQ(*jobs_->Sweep(At(999), At(9), At(2000), 30), 0);
  EXPECT_EQ(*jobs_->Sweep(At(1000), At(9), At(2000), 30), 30);
  EXPECT_FALSE(*jobs_->Find("b1", "")) << "gone for callers with the first piece";
  int pieces = 1;
  while (*jobs_->Sweep(At(1000), At(10), At(2000), 30) > 0) ++pieces;
  EXPECT_GE(pieces, 4);
  EXPECT_TRUE(jobs_->Items(job.number, 0, 0, 10, 1000)->empty());
  EXPECT_TRUE(jobs_->Items(number, 0, 0, 10, 1000)->empty());
}

TEST_P(StoreTest, ADroppedJobLeavesNothing) {
  Job job;
  job.id = "b1";
  const int64_t number = *jobs_->Create(job);
  std::vector<NewItem> items;
  for (int i = 0; i < 3000; ++i) items.push_back({std::to_string(i), "{}", 0});
  ASSERT_TRUE(jobs_->AddItems(number, 0, items));
  ASSERT_TRUE(jobs_->Drop(number));
  while (*jobs_->Sweep(At(-1), At(-1), At(0), 1000) > 0) {
  }
  EXPECT_TRUE(jobs_->Items(number, 0, 0, 10, 1000)->empty());
  EXPECT_FALSE(jobs_->Seal(job)) << "too late";
}

TEST_P(StoreTest, DroppingSparesAJobThatWasSealedMeanwhile) {
  const Job job = Sealed("b1");
  ASSERT_TRUE(jobs_->Drop(job.number));
  EXPECT_EQ(*jobs_->Sweep(At(-1), At(-1), At(0), 1000), 0);
  EXPECT_TRUE(*jobs_->Find("b1", ""));
}

TEST_P(StoreTest, ADeletedJobIsGoneAtOnceAndItsFilesAreToBeRemoved) {
  Sealed("b1", 3, "team", "r1");
  EXPECT_EQ(*jobs_->Delete("b1", "team", At(5)), Jobs::Deletion::kNotEnded);
  const Lease lease = Claimed();
  Job job = *jobs_->Load(lease);
  job.shards[0].input_file = "file-in";
  job.shards[0].output_file = "file-out";
  job.state = JobState::kCompleted;
  job.ended = At(4);
  ASSERT_TRUE(jobs_->Save(lease, job, {&job.shards[0]}));
  EXPECT_EQ(*jobs_->Delete("b1", "others", At(5)), Jobs::Deletion::kUnknown);
  EXPECT_FALSE(*jobs_->NextRemoval(At(5), At(6)));
  EXPECT_EQ(*jobs_->Delete("b1", "team", At(5)), Jobs::Deletion::kDone);
  EXPECT_FALSE(*jobs_->Find("b1", "team"));
  EXPECT_EQ(*jobs_->Delete("b1", "team", At(5)), Jobs::Deletion::kUnknown);
  while (*jobs_->Sweep(At(-1), At(-1), At(5), 1000) > 0) {
  }
  EXPECT_TRUE(jobs_->Items(job.number, 0, 0, 10, 1000)->empty());
  EXPECT_EQ(jobs_->Used()->bytes, 0);
  EXPECT_EQ(Sealed("b2", 3, "team", "r1", "other").id, "b2") << "its request_id is free again";
  const auto first = *jobs_->NextRemoval(At(5), At(100)),
             second = *jobs_->NextRemoval(At(5), At(100));
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->upstream, "up");
  EXPECT_EQ((std::set<std::string>{first->file, second->file}),
            (std::set<std::string>{"file-in", "file-out"}));
  EXPECT_FALSE(*jobs_->NextRemoval(At(99), At(200))) << "both are somebody's until then";
  ASSERT_TRUE(jobs_->Removed(first->number));
  const auto again = *jobs_->NextRemoval(At(100), At(200));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->number, second->number);
  EXPECT_EQ(again->tries, 2);
}

TEST_P(StoreTest, TheBudgetBoundsWhatOneOwnerAndWhatAllHave) {
  location_.budget.owner = 30'000;
  location_.budget.total = 50'000;
  Open();
  const auto fill = [this](const std::string& id, const std::string& owner) {
    Job job;
    job.id = id;
    job.owner = owner;
    job.created = At(0);
    const auto number = jobs_->Create(job);
    if (!number) return number.error().reason;
    for (int i = 0;; ++i) {
      const auto added =
          jobs_->AddItems(*number, i, {{std::to_string(i), std::string(4000, 'x'), 0}});
      if (added) continue;
      EXPECT_EQ(jobs_->Items(*number, 0, 0, 100, 1u << 20)->size(), static_cast<size_t>(i));
      return added.error().reason;
    }
  };
  EXPECT_EQ(fill("a", "alice"), v1::ERROR_REASON_STORE_BUDGET_EXCEEDED);
  EXPECT_LT(jobs_->Used()->bytes, 30'000);
  EXPECT_EQ(fill("b", "bob"), v1::ERROR_REASON_STORE_BUDGET_EXCEEDED) << "the total";
  EXPECT_LT(jobs_->Used()->bytes, 50'000);
  // What was refused counts no more once it is dropped.
  ASSERT_TRUE(jobs_->Drop(1));
  ASSERT_TRUE(jobs_->Drop(2));
  while (*jobs_->Sweep(At(-1), At(-1), At(0), 1000) > 0) {
  }
  EXPECT_EQ(jobs_->Used()->bytes, 0);
  EXPECT_EQ(Sealed("c", 3, "alice").id, "c");
}

TEST_P(StoreTest, AnIdHasOneOwner) {
  const Thing file{"up", "files", "file-1"};
  EXPECT_FALSE(*jobs_->OwnerOf(file));
  ASSERT_TRUE(jobs_->Own(file, "alice", At(0)));
  ASSERT_TRUE(jobs_->Own(file, "bob", At(0))) << "too late";
  EXPECT_EQ(**jobs_->OwnerOf(file), "alice");
  EXPECT_FALSE(*jobs_->OwnerOf({"up", "batches", "file-1"}));
  EXPECT_FALSE(*jobs_->OwnerOf({"other", "files", "file-1"}));
  ASSERT_TRUE(jobs_->Disown(file));
  EXPECT_FALSE(*jobs_->OwnerOf(file));
}

TEST_P(StoreTest, AnOwnerHasNoMoreIdsThanTheBudgetSays) {
  location_.budget.owner_ids = 2;
  Open();
  ASSERT_TRUE(jobs_->Own({"up", "files", "1"}, "alice", At(0)));
  ASSERT_TRUE(jobs_->Own({"up", "files", "2"}, "alice", At(0)));
  const auto refused = jobs_->Own({"up", "files", "3"}, "alice", At(0));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, v1::ERROR_REASON_STORE_BUDGET_EXCEEDED);
  EXPECT_TRUE(jobs_->Own({"up", "files", "3"}, "bob", At(0)));
}

// PostgreSQL's texts end at a NUL: "b1\0x" would be "b1".
TEST_P(StoreTest, ATextWithANulIsNoOtherText) {
  Sealed("b1");
  const auto found = jobs_->Find(std::string_view("b1\0x", 4), "");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, Code::kInvalidArgument);
  EXPECT_FALSE(jobs_->Own({"up", "files", std::string("a\0b", 3)}, "alice", At(0)));
}

TEST_P(StoreTest, ADatabaseOfTheFirstVersionIsBroughtUpToDate) {
  Sealed("b1", 3, "team");
  auto sql = location_.kind == Location::Kind::kSqlite
                 ? ConnectSqlite(location_.path, location_.wait)
                 : ConnectPostgres(location_.url, location_.wait);
  ASSERT_TRUE(sql);
  jobs_.reset();
  database_.reset();
  for (const char* statement : {"DROP INDEX jobs_bytes",
                                "DROP INDEX jobs_ended",
                                "DROP TABLE owners",
                                "DROP TABLE removals",
                                "ALTER TABLE jobs DROP COLUMN bytes",
                                "ALTER TABLE shards DROP COLUMN upstream_succeeded",
                                "ALTER TABLE shards DROP COLUMN upstream_failed",
                                "ALTER TABLE shards DROP COLUMN cost",
                                "ALTER TABLE results DROP COLUMN cost",
                                "ALTER TABLE shards DROP COLUMN route",
                                "ALTER TABLE shards DROP COLUMN key_name",
                                "DROP TABLE usage_hour",
                                "DROP TABLE ledger_writer",
                                "DROP TABLE directory_version",
                                "DROP TABLE tenants",
                                "DROP TABLE keys",
                                "DROP TABLE audit",
                                "DROP TABLE idempotent",
                                "ALTER TABLE jobs DROP COLUMN team",
                                "ALTER TABLE jobs DROP COLUMN key",
                                "DROP TABLE IF EXISTS replicas",
                                "DROP TABLE IF EXISTS limit_meters",
                                "DROP TABLE IF EXISTS flow",
                                "DROP TABLE IF EXISTS stock",
                                "DROP TABLE IF EXISTS stock_lease",
                                "UPDATE shards SET bytes = 77",
                                "UPDATE schema_version SET version = 1"}) {
    auto done = (*sql)->Script(statement);
    ASSERT_TRUE(done) << statement << ": " << done.error().message;
  }
  sql->reset();
  Open();
  const auto job = jobs_->Find("b1", "team");
  ASSERT_TRUE(job && *job);
  EXPECT_EQ((*job)->bytes, 77);
  EXPECT_EQ((*job)->shards.size(), 1u);
  EXPECT_TRUE(jobs_->Own({"up", "files", "f"}, "team", At(0)));
  Open();
  EXPECT_TRUE(*jobs_->Find("b1", "team")) << "and once only";
}

TEST_P(StoreTest, CountsByState) {
  Sealed("b1");
  Sealed("b2");
  const auto counts = jobs_->CountByState();
  ASSERT_EQ(counts->size(), 1u);
  EXPECT_EQ(counts->at(0), (std::pair<JobState, int64_t>(JobState::kQueued, 2)));
}

TEST_P(StoreTest, AStoreThatIsOpenedAgainHasEverything) {
  Sealed("b1");
  Open();
  EXPECT_TRUE(*jobs_->Find("b1", ""));
}

INSTANTIATE_TEST_SUITE_P(Each, StoreTest,
                         ::testing::Values(Location::Kind::kSqlite, Location::Kind::kPostgres),
                         [](const auto& info) {
                           return info.param == Location::Kind::kSqlite ? "Sqlite" : "Postgres";
                         });

}  // namespace
}  // namespace inferwire::store
