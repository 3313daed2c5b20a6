#include "routing/next_attempt.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace inferwire::routing {
namespace {

using namespace std::chrono_literals;
using Where = NextAttempt::Where;

class NextAttemptTest : public testing::Test {
 protected:
  NextAttemptTest() {
    ruling_.proof = Proof::kFailed;
    ruling_.next_target = ruling_.same_target = true;
    situation_.time_left = 60s;
    situation_.max_key_changes = 3;
  }

  NextAttempt Next(std::optional<std::chrono::milliseconds> retry_after = {}) {
    return Decide(ruling_, retry_after, situation_, random_, [this] {
      ++asked_;
      return has_token_;
    });
  }
  void ExpectDenied(std::string_view why) {
    const NextAttempt next = Next();
    EXPECT_EQ(next.where, Where::kNowhere);
    EXPECT_EQ(next.denied, why);
  }

  Ruling ruling_;
  AttemptSituation situation_;
  Random random_{1};
  bool has_token_ = true;
  int asked_ = 0;
};

TEST_F(NextAttemptTest, AnotherKeyComesFirstThenTheNextTargetThenTheSame) {
  ruling_.other_key = true;
  situation_.has_other_key = situation_.has_next_target = true;
  EXPECT_EQ(Next().where, Where::kOtherKey);
  situation_.key_changes = 3;
  EXPECT_EQ(Next().where, Where::kNextTarget);
  situation_.has_next_target = false;
  EXPECT_EQ(asked_, 0) << "neither takes from the budget";
  EXPECT_EQ(Next().where, Where::kSameTarget);
  EXPECT_EQ(asked_, 1);
}

TEST_F(NextAttemptTest, AnotherEndpointComesBetweenTheKeysAndTheNextTarget) {
  ruling_.other_key = ruling_.other_endpoint = true;
  situation_.has_other_key = situation_.has_other_endpoint = situation_.has_next_target = true;
  EXPECT_EQ(Next().where, Where::kOtherKey);
  situation_.has_other_key = false;
  EXPECT_EQ(Next().where, Where::kOtherEndpoint);
  situation_.attempts = situation_.max_attempts;
  ExpectDenied("attempts");
  situation_.attempts = 1;
  situation_.has_other_endpoint = false;
  EXPECT_EQ(Next().where, Where::kNextTarget);
  EXPECT_EQ(asked_, 0) << "none of them takes from the budget";
}

TEST_F(NextAttemptTest, AFailureThatSaysNothingOfTheEndpointGoesToNoOther) {
  ruling_.other_endpoint = ruling_.next_target = ruling_.same_target = false;
  situation_.has_other_endpoint = true;
  EXPECT_EQ(Next().where, Where::kNowhere);
}

TEST_F(NextAttemptTest, OtherKeysAreNotCountedAsAttempts) {
  ruling_.other_key = true;
  situation_.has_other_key = true;
  situation_.attempts = situation_.max_attempts = 1;
  EXPECT_EQ(Next().where, Where::kOtherKey);
}

TEST_F(NextAttemptTest, GoesOnlyWhereItCanHelp) {
  ruling_.same_target = false;
  ExpectDenied("");
  ruling_.next_target = false;
  situation_.has_other_key = situation_.has_next_target = true;
  ExpectDenied("");
}

TEST_F(NextAttemptTest, TheProofHasToSuffice) {
  situation_.resend = Resend::kRefused;
  ExpectDenied("proof");
  ruling_.proof = Proof::kAnything;
  situation_.resend = Resend::kFailed;
  ExpectDenied("proof");
  EXPECT_EQ(asked_, 0);
  situation_.unbilled = true;
  EXPECT_EQ(Next().where, Where::kSameTarget);
}

TEST_F(NextAttemptTest, AfterOutputNothingFollowsWhateverElseIsSaid) {
  ruling_.proof = Proof::kOutput;
  ruling_.other_key = ruling_.only_if_listed = true;
  situation_.resend = Resend::kAnything;
  situation_.listed = situation_.unbilled = true;
  situation_.has_other_key = situation_.has_next_target = true;
  ExpectDenied("");
}

TEST_F(NextAttemptTest, AnAnswerGoesToTheNextTargetOnlyIfItsReasonIsListed) {
  ruling_ = {};
  ruling_.next_target = ruling_.only_if_listed = true;  // proof: answered
  situation_.has_next_target = true;
  ExpectDenied("");
  situation_.listed = true;
  EXPECT_EQ(Next().where, Where::kNextTarget);
  situation_.has_next_target = false;
  ExpectDenied("");
}

TEST_F(NextAttemptTest, AttemptsAreCounted) {
  situation_.has_next_target = true;
  situation_.attempts = 3;
  ExpectDenied("attempts");
  situation_.max_attempts = 4;
  EXPECT_EQ(Next().where, Where::kNextTarget);
}

TEST_F(NextAttemptTest, NoneStartsThatCannotEndInTime) {
  situation_.has_next_target = true;
  ruling_.same_target = false;
  situation_.time_left = 1s;
  situation_.expected_next = 980ms;
  EXPECT_EQ(Next().where, Where::kNextTarget) << "2 % are kept";
  situation_.expected_next = 981ms;
  ExpectDenied("deadline");
  situation_.expected_next = 0ms;
  situation_.time_left = 21ms;
  EXPECT_EQ(Next().where, Where::kNextTarget) << "at least 20 ms are";
  situation_.time_left = 20ms;
  ExpectDenied("deadline");
  ruling_.other_key = situation_.has_other_key = true;
  ExpectDenied("deadline");
}

TEST_F(NextAttemptTest, TheNextTargetMayBeQuickerThanThisOne) {
  ruling_.other_endpoint = true;
  situation_.has_other_endpoint = situation_.has_next_target = true;
  situation_.time_left = 1s;
  situation_.expected = 5s;
  situation_.expected_next = 100ms;
  EXPECT_EQ(Next().where, Where::kNextTarget);
  situation_.expected_next = 5s;
  ExpectDenied("deadline");
}

TEST_F(NextAttemptTest, WaitsLongerEachTimeWithFullJitter) {
  for (const auto& [repeats, most] :
       std::vector<std::pair<int, Duration>>{{0, 500ms}, {1, 1s}, {2, 2s}, {4, 8s}, {9, 8s}}) {
    situation_.repeats_here = repeats;
    Duration least = 1h, longest{};
    for (int i = 0; i < 500; ++i) {
      const Duration wait = Next().wait;
      least = std::min(least, wait);
      longest = std::max(longest, wait);
    }
    EXPECT_LT(least, most / 20);
    EXPECT_LT(longest, most);
    EXPECT_GT(longest, most * 9 / 10);
  }
}

TEST_F(NextAttemptTest, AnOldConnectionsResetIsRepeatedAtOnceOnce) {
  ruling_.at_once = true;
  EXPECT_EQ(Next().wait, 0ns);
  situation_.repeats_here = 1;
  EXPECT_GT(Next().wait, 0ns);
}

TEST_F(NextAttemptTest, WaitsAsLongAsTheProviderAsksAndSpreadsThoseItTold) {
  std::vector<int> bins(20);
  for (int i = 0; i < 2000; ++i) {
    const NextAttempt next = Next(2s);
    ASSERT_EQ(next.where, Where::kSameTarget);
    ASSERT_GE(next.wait, 2s);
    ASSERT_LT(next.wait, 3s);
    ++bins[static_cast<size_t>((next.wait - 2s) / 100ms)];
  }
  EXPECT_LT(*std::max_element(bins.begin(), bins.end()), 2000 * 15 / 100);
  EXPECT_LT(Next(0ms).wait, 500ms);
}

TEST_F(NextAttemptTest, DoesNotWaitLongerThanTheCallerWould) {
  situation_.time_left = 10s;
  EXPECT_EQ(Next(5000ms).where, Where::kSameTarget);
  EXPECT_EQ(Next(5001ms).denied, "deadline");
  situation_.time_left = 10min;
  EXPECT_EQ(Next(20000ms).where, Where::kSameTarget);
  EXPECT_EQ(Next(20001ms).denied, "deadline");
  EXPECT_EQ(asked_, 2) << "a token is taken only for what is done";
}

TEST_F(NextAttemptTest, TheWaitCountsAgainstTheDeadline) {
  situation_.time_left = 4s;
  situation_.expected = 2s;
  EXPECT_EQ(Next(1950ms).denied, "deadline");
}

TEST_F(NextAttemptTest, WithoutATokenTheErrorIsGiven) {
  has_token_ = false;
  ExpectDenied("budget");
  situation_.has_next_target = true;
  EXPECT_EQ(Next().where, Where::kNextTarget);
}

TEST_F(NextAttemptTest, ClientsThatRepeatThemselvesGetNoRepetitionHere) {
  situation_.client_repeats = true;
  ExpectDenied("");
  EXPECT_EQ(asked_, 0);
  situation_.has_next_target = true;
  EXPECT_EQ(Next().where, Where::kNextTarget);
}

}  // namespace
}  // namespace inferwire::routing
