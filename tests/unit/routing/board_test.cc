#include "routing/board.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace inferwire::routing {
namespace {

using namespace std::chrono_literals;

class TestClock final : public Clock {
 public:
  SteadyTime Now() const override { return now; }
  WallTime WallNow() const override { return {}; }
  SteadyTime now{1000s};
};

class BoardTest : public testing::Test {
 protected:
  TestClock clock_;
  Board board_{clock_};
};

TEST_F(BoardTest, FindsTheSameStateByItsName) {
  const auto place = board_.Endpoint("openai", "10.0.0.7:8000", {});
  EXPECT_EQ(place->name(), "10.0.0.7:8000");
  EXPECT_EQ(board_.Endpoint("openai", "10.0.0.7:8000", {}), place);
  EXPECT_NE(board_.Endpoint("azure", "10.0.0.7:8000", {}), place);
  EXPECT_NE(board_.Model("openai", "10.0.0.7:8000", {}), place);
  const auto budget = board_.Budget("openai", {});
  EXPECT_EQ(board_.Budget("openai", {}), budget);
  EXPECT_NE(board_.Budget("azure", {}), budget);
  EXPECT_EQ(board_.size(), 5u) << "the others are kept for a while";
}

TEST_F(BoardTest, NamesAreNotMixedUp) {
  EXPECT_NE(board_.Model("a", "b/c", {}), board_.Model("a/b", "c", {}));
  EXPECT_NE(board_.Key("a", "bc", "d", 1), board_.Key("ab", "c", "d", 1));
}

TEST_F(BoardTest, AnotherSecretIsAnotherState) {
  const auto key = board_.Key("openai", "a", "1111", 100);
  EXPECT_EQ(board_.Key("openai", "a", "1111", 50), key);
  EXPECT_EQ(key->weight(), 50) << "the new version's weight";
  EXPECT_NE(board_.Key("openai", "a", "2222", 100), key);
}

TEST_F(BoardTest, WalksWhatIsInUse) {
  const auto endpoint = board_.Endpoint("openai", "", {});
  const auto model = board_.Model("openai", "gpt-5", {});
  const auto key = board_.Key("azure", "a", "1111", 100);
  board_.Model("openai", "gone", {});  // kept, but no version has it
  std::vector<std::string> seen;
  board_.ForEach(
      [&](std::string_view kind, std::string_view upstream, PlaceState& place) {
        seen.push_back(std::string(kind) + ' ' + std::string(upstream) + ' ' + place.name());
        place.Drain(clock_.now + 1h, clock_.now);
      },
      [&](std::string_view upstream, KeyState& state) {
        seen.push_back("key " + std::string(upstream) + ' ' + state.name());
      });
  EXPECT_EQ(seen,
            (std::vector<std::string>{"endpoint openai ", "model openai gpt-5", "key azure a"}));
  EXPECT_EQ(endpoint->At(clock_.now), Condition::kDrained);
}

TEST_F(BoardTest, ADrainOutlivesTheVersionOfTheConfiguration) {
  board_.Endpoint("openai", "", {})->Drain(clock_.now + 1h, clock_.now);
  clock_.now += 5min;
  EXPECT_EQ(board_.Endpoint("openai", "", {})->At(clock_.now), Condition::kDrained);
}

TEST_F(BoardTest, ANewVersionsOptionsHoldForWhatIsThere) {
  const auto place = board_.Model("openai", "gpt-5", {});
  board_.Model("openai", "gpt-5", {.failures = 1});
  place->TryBegin(clock_.now, false);
  clock_.now += 1s;
  place->End(PlaceState::Ended::kFailed, clock_.now, {}, v1::ERROR_REASON_UPSTREAM_ERROR);
  EXPECT_EQ(place->At(clock_.now), Condition::kOut);
  const auto budget = board_.Budget("openai", {});
  board_.Budget("openai", {.ratio = 12, .least = 30});
  EXPECT_EQ(budget->tokens(clock_.now), 30);
}

TEST_F(BoardTest, WhatNobodyUsesIsKeptForTenMinutes) {
  auto place = board_.Model("openai", "gpt-5", {});
  place->Drain(SteadyTime::max(), clock_.now);
  clock_.now += 24h;
  board_.Sweep();
  EXPECT_EQ(board_.size(), 1u) << "somebody uses it";
  place.reset();
  clock_.now += 10min - 1s;
  board_.Sweep();
  EXPECT_EQ(board_.Model("openai", "gpt-5", {})->At(clock_.now), Condition::kDrained);
  clock_.now += 10min - 1s;
  board_.Sweep();
  EXPECT_EQ(board_.size(), 1u) << "ten minutes after its last use";
  clock_.now += 1s;
  board_.Sweep();
  EXPECT_EQ(board_.size(), 0u);
  EXPECT_EQ(board_.Model("openai", "gpt-5", {})->At(clock_.now), Condition::kUp);
}

TEST_F(BoardTest, ReloadsLeaveItAsLargeAsItWas) {
  std::vector<std::shared_ptr<void>> version;
  for (int i = 0; i < 1000; ++i) {
    std::vector<std::shared_ptr<void>> next;
    for (int j = 0; j < 5; ++j) {
      const std::string name = std::to_string(j);
      next.push_back(board_.Endpoint("openai", name, {}));
      next.push_back(board_.Key("openai", name, "d", 100));
    }
    next.push_back(board_.Model("openai", "m" + std::to_string(i % 2), {}));
    version = std::move(next);
    board_.Sweep();
    clock_.now += 1s;
  }
  EXPECT_EQ(board_.size(), 12u);
}

TEST_F(BoardTest, TellsOfEveryTransition) {
  std::vector<std::string> told;
  board_.set_on_change([&](std::string_view kind, const std::string& upstream,
                           const PlaceState& place, const PlaceState::Change& change) {
    told.push_back(std::string(kind) + " " + upstream + " " + place.name() + " " +
                   std::string(Name(change.to)));
  });
  board_.Model("openai", "gpt-5", {})->Drain(clock_.now + 1h, clock_.now);
  board_.Endpoint("azure", "10.0.0.7:443", {})->CoolDown(clock_.now + 1h, clock_.now, {});
  EXPECT_EQ(told, (std::vector<std::string>{"model openai gpt-5 drained",
                                            "endpoint azure 10.0.0.7:443 cooling_down"}));
}

TEST(Board, MayEndBeforeItsStates) {
  TestClock clock;
  std::shared_ptr<PlaceState> place;
  {
    Board board(clock);
    place = board.Model("openai", "gpt-5", {});
  }
  place->TryBegin(clock.now, false);
  place->End(PlaceState::Ended::kGood, clock.now, 1s, {});
  EXPECT_EQ(place->in_flight(), 0);
}

TEST_F(BoardTest, ANewSecretRestoresTheKeyThatItIsOf) {
  const auto key = board_.Key("openai", "a", "d", 100);
  const auto other = board_.Key("openai", "b", "d", 100);
  for (const auto& each : {key, other}) {
    each->Remove(KeyState::Removal::kUntilRestored, clock_.now);
  }
  board_.RestoreKey("openai", "nobody", "d");
  board_.RestoreKey("openai", "a", "d");
  EXPECT_FALSE(key->removed(clock_.now));
  EXPECT_TRUE(other->removed(clock_.now));
  EXPECT_EQ(board_.size(), 2u);
}

TEST_F(BoardTest, KnowsWhichEndpointsAreInUse) {
  auto endpoint = board_.Endpoint("vllm", "a:1", {});
  EXPECT_TRUE(board_.UsesEndpoint("vllm", "a:1"));
  EXPECT_FALSE(board_.UsesEndpoint("vllm", "b:1"));
  EXPECT_FALSE(board_.UsesEndpoint("other", "a:1"));
  endpoint.reset();
  EXPECT_FALSE(board_.UsesEndpoint("vllm", "a:1")) << "kept, but nobody's";
}

TEST_F(BoardTest, ThreadsFindTheSameState) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 2'000; ++i) {
        const std::string name = std::to_string(i % 3);
        const auto place = board_.Model("openai", name, {});
        place->TryBegin(clock_.now, false);
        board_.Key("openai", name, "d", i);
        if (i % 16 == 0) board_.Sweep();
        place->End(PlaceState::Ended::kGood, clock_.now, 1s, {});
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(board_.size(), 6u);
  EXPECT_EQ(board_.Model("openai", "0", {})->in_flight(), 0);
}

}  // namespace
}  // namespace inferwire::routing
