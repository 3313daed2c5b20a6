// The set of an upstream's endpoints as it changes, and the view that a loop has of it.
#include "upstream/endpoints.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "support/manual_clock.h"

namespace inferwire::upstream {
namespace {

using namespace std::chrono_literals;
using routing::Condition;
using ::testing::ElementsAre;

class EndpointsTest : public testing::Test {
 protected:
  std::vector<std::string> Addresses() const {
    std::vector<std::string> addresses;
    for (const auto& endpoint : *endpoints_.Load()) addresses.push_back(endpoint->address);
    return addresses;
  }
  std::shared_ptr<const Endpoint> At(const std::string& address) const {
    for (const auto& endpoint : *endpoints_.Load()) {
      if (endpoint->address == address) return endpoint;
    }
    return nullptr;
  }

  ManualClock clock_;
  routing::Board board_{clock_};
  Endpoints endpoints_{"vllm", {}, &board_};
};

TEST_F(EndpointsTest, AreEachOnceInTheOrderOfTheirNames) {
  EXPECT_TRUE(endpoints_.Replace({"b:1", "a:1", "b:1"}, clock_.Now()));
  EXPECT_THAT(Addresses(), ElementsAre("a:1", "b:1"));
}

TEST_F(EndpointsTest, TheSameOnesAreNoChange) {
  endpoints_.Replace({"a:1", "b:1"}, clock_.Now());
  const uint64_t version = endpoints_.version();
  EXPECT_FALSE(endpoints_.Replace({"b:1", "a:1"}, clock_.Now()));
  EXPECT_EQ(endpoints_.version(), version);
}

TEST_F(EndpointsTest, NewOnesWarmUpAmongOthersButNotTheFirstOnes) {
  endpoints_.Replace({"a:1", "b:1"}, clock_.Now());
  EXPECT_EQ(At("a:1")->state->At(clock_.Now()), Condition::kUp);
  endpoints_.Replace({"a:1", "c:1"}, clock_.Now());
  EXPECT_EQ(At("a:1")->state->At(clock_.Now()), Condition::kUp);
  EXPECT_EQ(At("c:1")->state->At(clock_.Now()), Condition::kWarmingUp);
  EXPECT_NEAR(At("c:1")->state->Warmth(clock_.Now()), 0.1, 0.01);
  clock_.Advance(31s);
  EXPECT_EQ(At("c:1")->state->At(clock_.Now()), Condition::kUp);
}

TEST_F(EndpointsTest, NewOnesOfAnotherVersionsListWarmUpToo) {
  endpoints_.Replace({"a:1", "b:1"}, clock_.Now());
  Endpoints next("vllm", {}, &board_);
  next.Replace({"a:1", "b:1", "c:1"}, clock_.Now());
  const auto condition = [&](size_t i) { return (*next.Load())[i]->state->At(clock_.Now()); };
  EXPECT_EQ(condition(0), Condition::kUp);
  EXPECT_EQ(condition(1), Condition::kUp);
  EXPECT_EQ(condition(2), Condition::kWarmingUp);
}

TEST_F(EndpointsTest, AVersionWithOtherOnesAltogetherHasNoneToSpareThem) {
  endpoints_.Replace({"a:1", "b:1"}, clock_.Now());
  Endpoints next("vllm", {}, &board_);
  next.Replace({"c:1", "d:1"}, clock_.Now());
  for (const auto& endpoint : *next.Load()) {
    EXPECT_EQ(endpoint->state->At(clock_.Now()), Condition::kUp);
  }
}

TEST_F(EndpointsTest, AnotherUpstreamsEndpointsMakeNoneNew) {
  Endpoints other("other", {}, &board_);
  other.Replace({"a:1"}, clock_.Now());
  endpoints_.Replace({"a:1", "b:1"}, clock_.Now());
  EXPECT_EQ(At("b:1")->state->At(clock_.Now()), Condition::kUp);
}

TEST_F(EndpointsTest, OneThatComesBackHasTheStateThatItHad) {
  endpoints_.Replace({"a:1", "b:1"}, clock_.Now());
  const auto* const before = At("b:1")->state.get();
  At("b:1")->state->CoolDown(clock_.Now() + 1h, clock_.Now(), v1::ERROR_REASON_UPSTREAM_OVERLOADED);
  endpoints_.Replace({"a:1"}, clock_.Now());
  clock_.Advance(9min);
  board_.Sweep();
  endpoints_.Replace({"a:1", "b:1"}, clock_.Now());
  EXPECT_EQ(At("b:1")->state.get(), before);
  EXPECT_EQ(At("b:1")->state->At(clock_.Now()), Condition::kCoolingDown);
  endpoints_.Replace({"a:1"}, clock_.Now());
  clock_.Advance(11min);
  board_.Sweep();
  EXPECT_EQ(board_.size(), 1u) << "what is gone for long is forgotten";
}

TEST_F(EndpointsTest, EachTakesNoMoreCallsThanItsLimit) {
  Endpoints limited("other", {}, &board_, {.in_flight = 2, .first_byte_target = {}});
  limited.Replace({"a:1", "b:1"}, clock_.Now());
  routing::PlaceState& state = *(*limited.Load())[0]->state;
  EXPECT_TRUE(state.TryBegin(clock_.Now(), false));
  EXPECT_FALSE(state.full());
  EXPECT_TRUE(state.TryBegin(clock_.Now(), false));
  EXPECT_TRUE(state.full());
  EXPECT_FALSE(state.TryBegin(clock_.Now(), /*alone=*/true));
  EXPECT_EQ(state.in_flight(), 2);
  state.End(routing::PlaceState::Ended::kGood, clock_.Now(), 1s, {});
  EXPECT_TRUE(state.TryBegin(clock_.Now(), false));
  limited.Configure({}, {});
  EXPECT_TRUE(state.TryBegin(clock_.Now(), false)) << "another version has no limit";
}

TEST_F(EndpointsTest, NoMoreThanTheMostAreUsed) {
  std::vector<std::string> many;
  for (int i = 0; i < 300; ++i) many.push_back("10.0." + std::to_string(i) + ".1:80");
  endpoints_.Replace(many, clock_.Now());
  EXPECT_EQ(endpoints_.Load()->size(), kMostEndpoints);
}

TEST_F(EndpointsTest, AViewFollowsAndAHeldEndpointStays) {
  EndpointViews views;
  EXPECT_TRUE(views.Of(endpoints_).empty());
  endpoints_.Replace({"a:1", "b:1"}, clock_.Now());
  ASSERT_EQ(views.Of(endpoints_).size(), 2u);
  const std::shared_ptr<const Endpoint> held = views.Of(endpoints_)[1];
  endpoints_.Replace({"a:1"}, clock_.Now());
  ASSERT_EQ(views.Of(endpoints_).size(), 1u);
  EXPECT_EQ(views.Of(endpoints_)[0], At("a:1")) << "the same object as before the change";
  routing::PlaceState::Ticket ticket;
  EXPECT_TRUE(held->state->TryBegin(clock_.Now(), false, &ticket));
  held->state->End(routing::PlaceState::Ended::kGood, clock_.Now(), 1s, {}, &ticket);
}

TEST_F(EndpointsTest, LoopsLookWhileTheSetChanges) {
  std::atomic<bool> done{false};
  std::thread loop([&] {
    EndpointViews views;
    while (!done) {
      for (const auto& endpoint : views.Of(endpoints_)) ASSERT_FALSE(endpoint->address.empty());
    }
  });
  for (int i = 0; i < 200; ++i) endpoints_.Replace({"a:1", std::to_string(i) + ":1"}, clock_.Now());
  done = true;
  loop.join();
  EndpointViews views;
  EXPECT_EQ(views.Of(endpoints_).size(), 2u);
}

}  // namespace
}  // namespace inferwire::upstream
