#include "routing/choice.h"

#include <gtest/gtest.h>

#include <set>

#include "unit/routing/candidates.h"

namespace inferwire::routing {
namespace {

class ChoiceTest : public testing::Test {
 protected:
  std::optional<Choice> Choose() { return routing::Choose(candidates_, traits_, rules_, random_); }
  // All that are ever chosen.
  std::set<size_t> Chosen() {
    std::set<size_t> chosen;
    for (int i = 0; i < 300; ++i) {
      if (const auto choice = Choose()) chosen.insert(choice->target);
    }
    return chosen;
  }
  Excluded Why() const { return Filter(candidates_[0], traits_, rules_); }

  std::vector<Candidate> candidates_ = Candidates(3);
  Traits traits_;
  ChoiceRules rules_;
  Random random_{3};
};

TEST_F(ChoiceTest, EachReasonExcludesAndTheFirstIsSaid) {
  Candidate& candidate = candidates_[0];
  EXPECT_EQ(Why(), Excluded::kNo);
  candidate.weight = 0;
  EXPECT_EQ(Why(), Excluded::kWeightZero);
  candidate.full = true;
  EXPECT_EQ(Why(), Excluded::kFull);
  candidate.has_key = false;
  EXPECT_EQ(Why(), Excluded::kNoKey);
  candidate.has_endpoint = false;
  EXPECT_EQ(Why(), Excluded::kNoEndpoint);
  candidate.condition = Condition::kCoolingDown;
  EXPECT_EQ(Why(), Excluded::kCoolingDown);
  candidate.condition = Condition::kOut;
  EXPECT_EQ(Why(), Excluded::kOut);
  candidate.condition = Condition::kDrained;
  EXPECT_EQ(Why(), Excluded::kDrained);
  candidate.tried = true;
  EXPECT_EQ(Why(), Excluded::kAlreadyTried);
  catalogue::Model facts;
  facts.context_window = 1000;
  candidate.facts = &facts;
  traits_.max_output_tokens = 1001;
  EXPECT_EQ(Why(), Excluded::kContextTooSmall);
  facts.context_window = 2000;
  EXPECT_EQ(Why(), Excluded::kAlreadyTried);
  facts.max_output = 1000;
  EXPECT_EQ(Why(), Excluded::kContextTooSmall);
  facts.lacks = catalogue::kImageInput;
  traits_.needs = catalogue::kImageInput | catalogue::kStreaming;
  EXPECT_EQ(Why(), Excluded::kFeatureMissing);
  candidate.served = false;
  EXPECT_EQ(Why(), Excluded::kNotServed);
  const std::string tags[] = {"eu"};
  rules_.require_tags = tags;
  EXPECT_EQ(Why(), Excluded::kTagMissing);
  const std::string excluded[] = {"z", "a"};
  traits_.exclude_upstreams = excluded;
  EXPECT_EQ(Why(), Excluded::kExcluded);
}

TEST_F(ChoiceTest, AllTagsOfRouteAndCallerAreNeeded) {
  const std::string eu[] = {"eu"}, zdr[] = {"zdr"}, both[] = {"zdr", "eu"};
  rules_.require_tags = eu;
  traits_.require_tags = zdr;
  EXPECT_EQ(Why(), Excluded::kTagMissing);
  candidates_[0].tags = eu;
  EXPECT_EQ(Why(), Excluded::kTagMissing);
  candidates_[0].tags = both;
  EXPECT_EQ(Why(), Excluded::kNo);
  EXPECT_EQ(Chosen(), std::set<size_t>{0});
}

TEST_F(ChoiceTest, NothingIsExcludedForWhatIsNotKnown) {
  traits_.text_bytes = 100'000'000;
  traits_.needs = ~0u;
  EXPECT_EQ(Why(), Excluded::kNo);
  catalogue::Model facts;
  candidates_[0].facts = &facts;
  EXPECT_EQ(Why(), Excluded::kNo);
  facts.context_window = 100'000;
  traits_.text_bytes = 800'007;
  EXPECT_EQ(Why(), Excluded::kNo) << "it may fit";
  traits_.text_bytes = 800'008;
  EXPECT_EQ(Why(), Excluded::kContextTooSmall);
}

TEST_F(ChoiceTest, TheLowestGroupThatHasOneLeftIsUsed) {
  candidates_[0].group = 2;
  candidates_[2].group = 3;
  EXPECT_EQ(Chosen(), std::set<size_t>{1});
  candidates_[1].condition = Condition::kOut;
  EXPECT_EQ(Chosen(), std::set<size_t>{0});
  candidates_[0].tried = true;
  EXPECT_EQ(Chosen(), std::set<size_t>{2});
}

TEST_F(ChoiceTest, ThoseThatAreSilentAreBehindAllOthers) {
  candidates_[0].condition = Condition::kSilent;
  candidates_[1].condition = Condition::kSilent;
  candidates_[1].group = 2;
  candidates_[2].group = 3;
  EXPECT_EQ(Chosen(), std::set<size_t>{2}) << "also the next groups'";
  candidates_[2].condition = Condition::kOut;
  EXPECT_EQ(Chosen(), std::set<size_t>{0});
  candidates_[0].group = 2;
  EXPECT_EQ(Chosen(), (std::set<size_t>{0, 1}));
}

TEST_F(ChoiceTest, NoneIsNone) {
  for (Candidate& candidate : candidates_) candidate.condition = Condition::kOut;
  EXPECT_FALSE(Choose());
  candidates_.clear();
  EXPECT_FALSE(Choose());
}

TEST_F(ChoiceTest, SaysHowItWasChosen) {
  EXPECT_EQ(Choose()->chosen_by, "WEIGHT");
  rules_.strategy = Strategy::kLeastInFlight;
  EXPECT_EQ(Choose()->chosen_by, "LOAD");
  rules_.strategy = Strategy::kLatency;
  EXPECT_EQ(Choose()->chosen_by, "LATENCY");
  rules_.strategy = Strategy::kCheapest;
  EXPECT_EQ(Choose()->chosen_by, "PRICE");
  rules_.strategy = Strategy::kAffinity;
  EXPECT_EQ(Choose()->chosen_by, "LOAD") << "no conversation";
  traits_.affinity = 17;
  EXPECT_EQ(Choose()->chosen_by, "OWN");
  candidates_[0].tried = candidates_[1].tried = true;
  EXPECT_EQ(Choose()->chosen_by, "ONLY");
  candidates_[2].condition = Condition::kProbing;
  EXPECT_EQ(Choose()->chosen_by, "PROBE");
  candidates_[2].condition = Condition::kUp;
  traits_.only_upstream = "c";
  EXPECT_EQ(Choose()->chosen_by, "PINNED");
}

TEST_F(ChoiceTest, NoStrategyLeavesTheTagsThatAreWanted) {
  const std::string kTags[] = {"eu", "us", "zdr"};
  for (int i = 0; i < 20'000; ++i) {
    candidates_ = Candidates(1 + random_.Bits() % 8);
    for (Candidate& candidate : candidates_) {
      const size_t from = random_.Bits() % 3;
      candidate.tags = std::span(kTags).subspan(from, random_.Bits() % (4 - from));
      candidate.condition = static_cast<Condition>(random_.Bits() % 7);
      candidate.group = static_cast<int>(1 + random_.Bits() % 3);
      candidate.weight = static_cast<int>(random_.Bits() % 3) * 50;
      candidate.in_flight = static_cast<int>(random_.Bits() % 50);
    }
    rules_.strategy = static_cast<Strategy>(random_.Bits() % 5);
    rules_.require_tags = std::span(kTags).subspan(random_.Bits() % 3, 1);
    traits_.require_tags = std::span(kTags).subspan(random_.Bits() % 3, 1);
    traits_.affinity = random_.Bits() % 2;
    const auto choice = Choose();
    if (!choice) continue;
    const Candidate& chosen = candidates_.at(choice->target);
    ASSERT_EQ(Filter(chosen, traits_, rules_), Excluded::kNo);
    for (const std::string& tag : {rules_.require_tags[0], traits_.require_tags[0]}) {
      ASSERT_NE(std::find(chosen.tags.begin(), chosen.tags.end(), tag), chosen.tags.end());
    }
  }
}

TEST_F(ChoiceTest, MoreCandidatesThanARouteMayHaveDoNoHarm) {
  candidates_ = Candidates(1000);
  for (int strategy = 0; strategy < 5; ++strategy) {
    rules_.strategy = static_cast<Strategy>(strategy);
    traits_.affinity = 5;
    EXPECT_TRUE(Choose());
  }
}

TEST(Names, AreTheConfigurationsAndTheApis) {
  EXPECT_EQ(Name(Strategy::kLeastInFlight), "least_in_flight");
  EXPECT_EQ(Name(Strategy::kAffinity), "affinity");
  EXPECT_EQ(Name(Excluded::kTagMissing), "TAG_MISSING");
  EXPECT_EQ(Name(Excluded::kAlreadyTried), "ALREADY_TRIED");
  EXPECT_EQ(Name(Excluded::kWeightZero), "WEIGHT_ZERO");
}

TEST(StableHash, IsTheSameForEver) {
  // All replicas have to agree, of all versions: these never change.
  EXPECT_EQ(StableHash(""), 2414115369415646414u);
  EXPECT_EQ(StableHash("openai"), 16084415803551322870u);
  EXPECT_EQ(StableHash("openai/gpt-4.1-mini"), 17729898432044493136u);
  EXPECT_EQ(StableHash("openai", 1), 1458122521673711110u);
}

TEST(StableHash, DiffersInEachBitOfTheTextAndItsLength) {
  std::set<uint64_t> seen;
  for (size_t size = 0; size < 64; ++size) {
    std::string text(size, '\0');
    EXPECT_TRUE(seen.insert(StableHash(text)).second) << size;
    for (size_t bit = 0; bit < 8 * size; ++bit) {
      std::string other = text;
      other[bit / 8] = static_cast<char>(1 << bit % 8);
      EXPECT_TRUE(seen.insert(StableHash(other)).second) << size << " " << bit;
    }
  }
  std::string a(16, 'x'), b = a;
  b[7] = static_cast<char>('x' | 0x80);
  b[15] = static_cast<char>('x' | 0x80);
  EXPECT_NE(StableHash(a), StableHash(b)) << "upper bits do not cancel out";
}

}  // namespace
}  // namespace inferwire::routing
