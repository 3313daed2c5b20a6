// A place on a clock of its own.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "routing/place_state.h"

namespace inferwire::routing {

using namespace std::chrono_literals;

class PlaceTest : public testing::Test {
 protected:
  using Ended = PlaceState::Ended;

  explicit PlaceTest(BreakerOptions options = {})
      : place_("eu", options, [this](const PlaceState& place, const PlaceState::Change& change) {
          changes_.push_back(std::string(Name(change.from)) + ">" + std::string(Name(change.to)));
          causes_.push_back(change.cause);
          EXPECT_EQ(place.name(), "eu");
        }) {}

  void Wait(Duration duration) { now_ += duration; }
  Condition At() const { return place_.At(now_); }

  // A call that ends at once; whether it began.
  bool Call(Ended ended, bool alone = false) {
    PlaceState::Ticket ticket;
    if (!place_.TryBegin(now_, alone, &ticket)) return false;
    Finish(ended, &ticket);
    return true;
  }
  void Finish(Ended ended, PlaceState::Ticket* ticket = nullptr) {
    const bool failed = ended == Ended::kFailed;
    place_.End(ended, now_, {}, failed ? kError : v1::ERROR_REASON_UNSPECIFIED, ticket);
  }
  void Fail(int calls) {
    for (int i = 0; i < calls; ++i) EXPECT_TRUE(Call(Ended::kFailed));
  }
  // Out by failures in a row.
  void PutOut() {
    Call(Ended::kGood);
    Wait(500ms);
    Fail(5);
    ASSERT_EQ(At(), Condition::kOut);
  }

  static constexpr v1::ErrorReason kError = v1::ERROR_REASON_UPSTREAM_OVERLOADED;
  SteadyTime now_{1000s};
  PlaceState place_;
  std::vector<std::string> changes_;
  std::vector<v1::ErrorReason> causes_;
};

}  // namespace inferwire::routing
