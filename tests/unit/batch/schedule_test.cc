// Random orders of everything: requests that fail in every way, lists, crashes, cancellations, two
// jobs at once. Whatever the order, every item ends exactly once, and no upstream batch is created
// twice.
#include "unit/batch/world.h"

namespace inferwire::batch {
namespace {

using Fate = FakeUpstream::Fate;

class Schedule {
 public:
  explicit Schedule(uint64_t seed) : engine_(seed), world_(seed) {}

  void Run() {
    world_.options.upstreams["up"].max_items = 1 + static_cast<int64_t>(Pick(6));
    world_.options.transfers_at_once = 1 + Pick(3);
    for (uint64_t i = 0, count = 1 + Pick(2); i < count; ++i) {
      added_.push_back(world_.AddJob(1 + static_cast<int>(Pick(12)), {"a", "b"}));
    }
    if (Pick(3) == 0) world_.options.upstreams["up"].queue_tokens = 60;
    world_.upstream.fate = [this](const std::string&, const std::string&) {
      constexpr Fate kFates[] = {Fate::kUnsent, Fate::kLostAnswer, Fate::kLostRequest, Fate::kBusy,
                                 Fate::kBroken};
      return calm_ || Pick(5) != 0 ? Fate::kGood : kFates[Pick(5)];
    };
    world_.StartWorker();
    for (int step = 0; step < 1500 && !AllEnded(); ++step) Step();
    calm_ = true;
    for (const store::Job& job : added_) world_.RunToEnd(job);
    Check();
  }

 private:
  uint64_t Pick(uint64_t below) { return engine_() % below; }

  bool AllEnded() {
    if (Pick(20) != 0) return false;
    return std::all_of(added_.begin(), added_.end(),
                       [this](const store::Job& job) { return Ended(world_.Now(job).state); });
  }

  void Step() {
    switch (Pick(12)) {
      case 0:
        world_.clock.Advance(std::chrono::milliseconds(Pick(90'000)));
        return;
      case 1:
        if (Pick(8) == 0) world_.Crash();
        return;
      case 2: {
        if (world_.upstream.batches.empty()) return;
        auto& batch = *world_.upstream.batches[Pick(world_.upstream.batches.size())];
        if (batch.status == "validating") batch.status = "in_progress";
        if (batch.status == "in_progress" && Pick(4) == 0) {
          world_.upstream.FinishBatch(batch, Pick(8) == 0 ? "expired" : "completed");
        }
        if (batch.status == "cancelling" && Pick(4) == 0) {
          world_.upstream.FinishBatch(batch, "cancelled");
        }
        return;
      }
      case 3:
        if (Pick(60) != 0) return;
        EXPECT_TRUE(
            world_.jobs->Cancel(added_[Pick(added_.size())].id, "", world_.clock.WallNow()));
        world_.bench->Look();
        return;
      case 4:
      case 5:
      case 6:
      case 7:
        world_.upstream.AnswerOne(engine_);
        return;
      default:
        world_.timers.FireDue();
    }
  }

  void Check() {
    std::set<std::string> batches;
    for (const auto& batch : world_.upstream.batches) {
      EXPECT_TRUE(batches.insert(batch->metadata).second) << "created twice: " << batch->metadata;
      EXPECT_TRUE(batch->status == "completed" || batch->status == "expired" ||
                  batch->status == "cancelled")
          << batch->status;
    }
    for (const store::Job& job : added_) {
      const store::Job ended = world_.Now(job);
      EXPECT_TRUE(Ended(ended.state)) << store::Name(ended.state);
      world_.ExpectComplete(job);
    }
  }

  std::mt19937_64 engine_;
  World world_;
  std::vector<store::Job> added_;
  bool calm_ = false;
};

TEST(BatchSchedule, AnyOrderOfEventsEndsEveryItemOnceAndCreatesNoBatchTwice) {
  for (uint64_t seed = 0; seed < 150; ++seed) {
    SCOPED_TRACE(seed);
    Schedule(seed).Run();
    if (::testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace inferwire::batch
