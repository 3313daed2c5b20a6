// VerifyAuditTrail: what was taken out or changed is named, and what is as it was is not.
#include "office.h"
#include "store/audit_chain.h"

namespace inferwire::endpoints {
namespace {

class AuditTrailCheck : public ::testing::Test {
 protected:
  // So many events of this replica, of two tenants in turns.
  void Write(const std::string& writer, int events) {
    std::lock_guard lock(office.state->mutex);
    std::string chain;
    for (int i = 1; i <= events; ++i) {
      const char* const tenant = i % 2 == 0 ? "acme" : "beta";
      store::AuditRow row{writer, i, start + std::chrono::seconds(i), tenant, "event", ""};
      chain = row.chain = store::ChainOf(chain, row);
      office.state->events.push_back(std::move(row));
    }
  }
  store::AuditRow& Event(const std::string& writer, int64_t sequence) {
    return *std::ranges::find_if(office.state->events, [&](const store::AuditRow& row) {
      return row.writer == writer && row.sequence == sequence;
    });
  }
  void TakeOut(const std::string& writer, int64_t first, int64_t last) {
    std::erase_if(office.state->events, [&](const store::AuditRow& row) {
      return row.writer == writer && row.sequence >= first && row.sequence <= last;
    });
  }
  v1::VerifyAuditTrailResponse Verified() {
    const auto running = office.Begin("VerifyAuditTrail", v1::VerifyAuditTrailRequest(), kAdmin);
    office.Await(*running);
    EXPECT_FALSE(running->failure);
    v1::VerifyAuditTrailResponse response;
    EXPECT_EQ(running->messages.size(), 1u);
    EXPECT_TRUE(response.ParseFromString(running->messages.front()));
    return response;
  }

  Office office;
  const WallTime start = office.clock.WallNow();
};

TEST_F(AuditTrailCheck, ATrailAsItWasWrittenHasNoFaultAndItsEndsAreTold) {
  Write("a", 1203);
  Write("b", 2);
  const auto verified = Verified();
  EXPECT_EQ(verified.events(), 1205);
  EXPECT_EQ(verified.faults_size(), 0);
  ASSERT_EQ(verified.ends_size(), 2);
  EXPECT_EQ(verified.ends(0).writer(), "a");
  EXPECT_EQ(verified.ends(0).sequence(), 1203);
  EXPECT_EQ(verified.ends(0).chain(), Event("a", 1203).chain);
  EXPECT_EQ(verified.ends(1).sequence(), 2);
}

TEST_F(AuditTrailCheck, AnEmptyTrailIsAsItWasWritten) {
  EXPECT_EQ(Verified().events(), 0);
  EXPECT_EQ(Verified().faults_size(), 0);
}

// 500 events are looked at at a time: also at the border of two pages.
TEST_F(AuditTrailCheck, EventsThatWereTakenOutAreMissedWhereverTheyStood) {
  for (const int64_t at : {2, 499, 500, 501, 502, 999, 1000}) {
    office.state->events.clear();
    Write("a", 1200);
    TakeOut("a", at, at);
    const auto verified = Verified();
    ASSERT_EQ(verified.faults_size(), 1) << at;
    EXPECT_EQ(verified.faults(0).sequence(), at + 1);
    EXPECT_EQ(verified.faults(0).kind(), v1::AUDIT_FAULT_KIND_MISSING);
  }
}

TEST_F(AuditTrailCheck, EachChangedEventIsNamedOfEveryWriter) {
  Write("a", 10);
  Write("b", 10);
  Event("a", 4).tenant = "gamma";
  Event("b", 7).body = "another";
  const auto verified = Verified();
  ASSERT_EQ(verified.faults_size(), 2);
  EXPECT_EQ(verified.faults(0).writer(), "a");
  EXPECT_EQ(verified.faults(0).sequence(), 4);
  EXPECT_EQ(verified.faults(1).writer(), "b");
  EXPECT_EQ(verified.faults(1).sequence(), 7);
  EXPECT_EQ(verified.faults(1).kind(), v1::AUDIT_FAULT_KIND_CHANGED);
}

TEST_F(AuditTrailCheck, WhatWasSweptFromTheBeginningIsNotMissed) {
  Write("a", 1200);
  TakeOut("a", 1, 700);
  EXPECT_EQ(Verified().faults_size(), 0);
}

TEST_F(AuditTrailCheck, FaultsAreBounded) {
  Write("a", 500);
  for (int i = 1; i <= 300; ++i) Event("a", i).body = "another";
  EXPECT_EQ(Verified().faults_size(), 100);
}

}  // namespace
}  // namespace inferwire::endpoints
