// Whoever takes an event out of the trail, or changes one, is found out.
#include "store/audit_chain.h"

#include <gtest/gtest.h>

#include "support/audit_fault.h"

namespace inferwire::store {
namespace {

using testing_support::FindAuditFault;

std::vector<AuditRow> Trail(const std::string& writer, int events) {
  std::vector<AuditRow> trail;
  std::string before;
  for (int i = 1; i <= events; ++i) {
    AuditRow event{writer, i, WallTime(std::chrono::seconds(i)), "acme", "event", ""};
    event.chain = ChainOf(before, event);
    before = event.chain;
    trail.push_back(event);
  }
  return trail;
}

TEST(AuditChain, ATrailAsItWasWrittenHasNoFault) {
  auto trail = Trail("one", 5);
  const auto other = Trail("two", 3);
  trail.insert(trail.begin() + 2, other.begin(), other.end());
  EXPECT_FALSE(FindAuditFault(trail));
  EXPECT_FALSE(FindAuditFault({}));
}

TEST(AuditChain, AnEventThatWasTakenOutIsMissing) {
  auto trail = Trail("one", 5);
  trail.erase(trail.begin() + 2);
  const auto fault = FindAuditFault(trail);
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->sequence, 4);
  EXPECT_EQ(fault->kind, AuditFault::Kind::kMissing);
  // Also if those after it are numbered anew.
  for (size_t i = 2; i < trail.size(); ++i) trail[i].sequence = static_cast<int64_t>(i) + 1;
  EXPECT_EQ(FindAuditFault(trail)->kind, AuditFault::Kind::kChanged);
}

TEST(AuditChain, AnEventThatWasChangedShowsWhateverOfItItWas) {
  using Change = void (*)(AuditRow&);
  for (const Change change : {Change([](AuditRow& event) { event.body = "another"; }),
                              Change([](AuditRow& event) { event.tenant = "beta"; }),
                              Change([](AuditRow& event) { event.at += std::chrono::seconds(1); }),
                              Change([](AuditRow& event) { event.chain[0] ^= 1; }),
                              // A byte that moves from one text to the next.
                              Change([](AuditRow& event) {
                                event.tenant = "acm";
                                event.body = "eevent";
                              })}) {
    auto trail = Trail("one", 5);
    change(trail[2]);
    const auto fault = FindAuditFault(trail);
    ASSERT_TRUE(fault);
    EXPECT_EQ(fault->sequence, 3);
    EXPECT_EQ(fault->kind, AuditFault::Kind::kChanged);
  }
}

TEST(AuditChain, TheFirstEventOfAllIsHeldAgainstNothingBeforeIt) {
  auto trail = Trail("one", 2);
  trail[0].body = "another";
  ASSERT_TRUE(FindAuditFault(trail));
  EXPECT_EQ(FindAuditFault(trail)->sequence, 1);
}

TEST(AuditChain, WhatIsLeftOfASweptTrailIsStillHeldTogether) {
  auto trail = Trail("one", 5);
  trail.erase(trail.begin(), trail.begin() + 2);
  EXPECT_FALSE(FindAuditFault(trail));
  trail[1].body = "another";
  EXPECT_EQ(FindAuditFault(trail)->sequence, 4);
}

}  // namespace
}  // namespace inferwire::store
