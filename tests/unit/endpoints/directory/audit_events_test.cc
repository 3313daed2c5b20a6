// ListAuditEvents: reading and following the trail.
#include "office.h"

namespace inferwire::endpoints {
namespace {

using ::testing::ElementsAre;

class AuditEvents : public ::testing::Test {
 protected:
  // An event of this replica, at so many seconds after the test's beginning.
  void Write(const std::string& writer, int64_t sequence, int seconds,
             const std::string& tenant = "acme", const std::string& key = "") {
    v1::AuditEvent event;
    event.set_action(writer + std::to_string(sequence));
    event.mutable_scope()->set_key_id(key);
    store::AuditRow row{writer, sequence,      start + std::chrono::seconds(seconds),
                        tenant, BodyOf(event), ""};
    std::lock_guard lock(office.state->mutex);
    office.state->events.push_back(std::move(row));
  }
  static std::vector<std::string> ActionsOf(const Office::Running& running) {
    std::vector<std::string> actions;
    for (const std::string& bytes : running.messages) {
      v1::ListAuditEventsResponse message;
      EXPECT_TRUE(message.ParseFromString(bytes));
      for (const v1::AuditEvent& event : message.events()) actions.push_back(event.action());
    }
    return actions;
  }
  std::vector<std::string> Listed(const v1::ListAuditEventsRequest& request) {
    const auto running = office.Begin("ListAuditEvents", request, kAdmin);
    office.Await(*running);
    EXPECT_FALSE(running->failure);
    return ActionsOf(*running);
  }

  Office office;
  const WallTime start = office.clock.WallNow();
};

TEST_F(AuditEvents, ComeInTheirOrderWithWhoWroteThem) {
  Write("b", 1, 2);
  Write("a", 1, 1);
  Write("a", 2, 3);
  EXPECT_THAT(Listed({}), ElementsAre("a1", "b1", "a2"));
}

TEST_F(AuditEvents, AreThoseOfATimeOfATenantAndOfAKey) {
  for (int i = 1; i <= 4; ++i) Write("a", i, i, i < 4 ? "acme" : "beta", i == 2 ? "Key00002" : "");
  v1::ListAuditEventsRequest request;
  SetTime(start + std::chrono::seconds(2), *request.mutable_start());
  EXPECT_THAT(Listed(request), ElementsAre("a2", "a3", "a4"));
  SetTime(start + std::chrono::seconds(4), *request.mutable_end());
  EXPECT_THAT(Listed(request), ElementsAre("a2", "a3"));
  request.Clear();
  request.mutable_scope()->set_tenant_id("beta");
  EXPECT_THAT(Listed(request), ElementsAre("a4"));
  request.mutable_scope()->set_tenant_id("acme");
  request.mutable_scope()->set_key_id("Key00002");
  EXPECT_THAT(Listed(request), ElementsAre("a2"));
}

TEST_F(AuditEvents, ComeInPiecesOfABoundedSizeHoweverManyThereAre) {
  for (int i = 1; i <= 450; ++i) Write("a", i, i / 10);
  const auto running = office.Begin("ListAuditEvents", v1::ListAuditEventsRequest(), kAdmin);
  office.Await(*running);
  EXPECT_EQ(running->messages.size(), 5u);
  EXPECT_EQ(ActionsOf(*running).size(), 450u);
}

TEST_F(AuditEvents, WaitForAReaderWhoIsSlow) {
  for (int i = 1; i <= 250; ++i) Write("a", i, i);
  const auto running = office.Begin("ListAuditEvents", v1::ListAuditEventsRequest(), kAdmin);
  running->full = true;
  office.Await(*running, 1);
  EXPECT_EQ(running->messages.size(), 1u);
  EXPECT_FALSE(running->ended);
  running->full = false;
  running->operation->Resume();
  office.Await(*running);
  EXPECT_EQ(ActionsOf(*running).size(), 250u);
}

TEST_F(AuditEvents, AreFollowedAndEachIsToldOnce) {
  v1::ListAuditEventsRequest request;
  request.set_follow(true);
  Write("a", 1, 1);
  const auto running = office.Begin("ListAuditEvents", request, kAdmin);
  office.Await(*running, 1);
  Write("a", 2, 2);
  office.Advance(std::chrono::seconds(1));
  office.Await(*running, 2);
  Write("a", 3, 3);
  office.Advance(std::chrono::seconds(1));
  office.Await(*running, 3);
  EXPECT_THAT(ActionsOf(*running), ElementsAre("a1", "a2", "a3"));
  EXPECT_FALSE(running->ended);
}

TEST_F(AuditEvents, OfAReplicaWhoseClockIsBehindAreFollowedToo) {
  v1::ListAuditEventsRequest request;
  request.set_follow(true);
  Write("a", 1, 20);
  const auto running = office.Begin("ListAuditEvents", request, kAdmin);
  office.Await(*running, 1);
  Write("b", 1, 15);  // five seconds before what was told already
  office.Advance(std::chrono::seconds(1));
  office.Await(*running, 2);
  EXPECT_THAT(ActionsOf(*running), ElementsAre("a1", "b1"));
}

TEST_F(AuditEvents, AreFollowedUntilTheCallsDeadline) {
  v1::ListAuditEventsRequest request;
  request.set_follow(true);
  Write("a", 1, 1);
  const auto running = office.Begin("ListAuditEvents", request, kAdmin);
  office.Await(*running, 1);
  office.Advance(std::chrono::hours(2));
  ASSERT_TRUE(running->ended);
  EXPECT_EQ(running->failure->reason, v1::ERROR_REASON_DEADLINE);
}

TEST_F(AuditEvents, AreNotAskedForByWhoHasLeft) {
  v1::ListAuditEventsRequest request;
  request.set_follow(true);
  Write("a", 1, 1);
  {
    const auto running = office.Begin("ListAuditEvents", request, kAdmin);
    running->operation.reset();
  }
  office.Advance(std::chrono::seconds(5));
  office.mailbox.Run();
}

}  // namespace
}  // namespace inferwire::endpoints
