// inferwire keys, tenants and audit, at the administrators' port.
#include <google/protobuf/util/time_util.h>

#include "client/cli_fixture.h"
#include "client/fake_admin.h"

namespace inferwire {
namespace {

using google::protobuf::util::TimeUtil;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class CliAdmin : public testing_support::CliTest {
 protected:
  testing_support::Finished Run(std::vector<std::string> args,
                                const std::string& input = "") const {
    args.insert(args.end(), {"--admin", admin_.target()});
    return testing_support::Command(std::move(args), input).Wait();
  }
  static v1::AuditEvent Event(int64_t sequence, const std::string& action) {
    v1::AuditEvent event;
    event.set_sequence(sequence);
    event.set_writer("replica-1");
    event.mutable_time()->set_seconds(1'800'000'000 + sequence);
    event.set_action(action);
    event.set_peer("ipv4:10.0.0.1:4711");
    event.mutable_actor()->set_key_id("Boss0001");
    event.mutable_scope()->set_tenant_id("acme");
    event.mutable_scope()->set_key_id("AbCd1234");
    return event;
  }

  testing_support::FakeAdmin admin_;
};

TEST_F(CliAdmin, AKeyThatIsMadeIsTheFirstLineAndNothingElseIsOnIt) {
  const auto done = Run({"keys", "create", "--tenant", "acme", "--team", "search", "--role",
                         "caller", "--role", "tenant_viewer", "--model", "gpt-5", "--rpm", "60",
                         "--expires", "2027-01-31", "--description", "nightly"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_EQ(done.out, "iw_AbCd1234_secret\n");
  EXPECT_THAT(done.err, HasSubstr("shown this once"));
  const v1::Key& key = admin_.created.key();
  EXPECT_EQ(key.tenant_id(), "acme");
  EXPECT_EQ(key.team_id(), "search");
  EXPECT_THAT(key.roles(), ElementsAre("caller", "tenant_viewer"));
  EXPECT_THAT(key.models(), ElementsAre("gpt-5"));
  EXPECT_EQ(key.limits().requests_per_minute(), 60);
  EXPECT_FALSE(key.limits().has_tokens_per_minute());
  EXPECT_EQ(TimeUtil::ToString(key.expires()), "2027-01-31T00:00:00Z");
}

TEST_F(CliAdmin, AKeyThatWasMadeBeforeHasNoSecretToShow) {
  const auto done = Run({"keys", "create", "--tenant", "acme", "--request-id", "again"});
  EXPECT_EQ(done.exit_code, 0);
  EXPECT_EQ(done.out, "");
  EXPECT_THAT(done.err, HasSubstr("keys rotate"));
}

TEST_F(CliAdmin, TheKeyOfTheCallerGoesAlong) {
  const std::string file = File("token", "iw_Boss0001_secret\n");
  EXPECT_EQ(Run({"keys", "create", "--tenant", "acme", "--token-file", file}).exit_code, 0);
  EXPECT_EQ(admin_.authorization, "Bearer iw_Boss0001_secret");
}

TEST_F(CliAdmin, KeysAreListedWholeHoweverManyPagesThereAre) {
  for (const char* id : {"Key00001", "Key00002", "Key00003"}) {
    v1::Key& key = admin_.keys.emplace_back();
    key.set_key_id(id);
    key.set_tenant_id("acme");
  }
  admin_.keys[1].mutable_revoked()->set_seconds(1);
  const auto done = Run({"keys", "list", "--tenant", "acme", "--revoked"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_THAT(done.out, HasSubstr("Key00001  acme    caller  works"));
  EXPECT_THAT(done.out, HasSubstr("Key00002  acme    caller  revoked"));
  EXPECT_THAT(done.out, HasSubstr("Key00003"));
  EXPECT_EQ(admin_.listed.scope().tenant_id(), "acme");
  EXPECT_TRUE(admin_.listed.revoked());
  const auto json = Parse(Run({"keys", "list", "--json"}).out);
  EXPECT_EQ(json["keys"].size(), 3u);
}

TEST_F(CliAdmin, AKeyIsShown) {
  v1::Key& key = admin_.keys.emplace_back();
  key.set_key_id("Key00001");
  key.set_tenant_id("acme");
  key.set_version(7);
  const auto done = Run({"keys", "show", "Key00001"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_THAT(done.out, HasSubstr("version     7"));
  EXPECT_EQ(Parse(Run({"keys", "show", "Key00001", "--json"}).out)["key_id"], "Key00001");
}

TEST_F(CliAdmin, ASecondSecretIsShownWithTheEndOfTheFirst) {
  const auto done = Run({"keys", "rotate", "AbCd1234", "--overlap", "2d"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_EQ(done.out, "iw_AbCd1234_second\n");
  EXPECT_THAT(done.err, HasSubstr("(wxyz) ends 2027-01-15 08:00 UTC"));
  EXPECT_EQ(admin_.rotated.overlap().seconds(), 2 * 86400);
}

TEST_F(CliAdmin, AKeyIsTakenBackWithItsCalls) {
  const auto done = Run({"keys", "revoke", "AbCd1234", "--reason", "lost", "--cut-calls"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_THAT(done.out, HasSubstr("revoked"));
  EXPECT_EQ(admin_.revoked.key_id(), "AbCd1234");
  EXPECT_EQ(admin_.revoked.reason(), "lost");
  EXPECT_TRUE(admin_.revoked.cut_calls());
}

TEST_F(CliAdmin, WhatIsRefusedEndsWithOne) {
  admin_.failure = {grpc::StatusCode::PERMISSION_DENIED, "needs the role admin"};
  const auto done = Run({"keys", "revoke", "AbCd1234"});
  EXPECT_EQ(done.exit_code, 1);
  EXPECT_THAT(done.err, HasSubstr("needs the role admin"));
}

TEST_F(CliAdmin, WhereNobodyListensItEndsWithThree) {
  const auto done = testing_support::Command({"tenants", "list", "--admin", "127.0.0.1:1"}).Wait();
  EXPECT_EQ(done.exit_code, 3) << done.err;
  EXPECT_THAT(done.err, HasSubstr("the server was 127.0.0.1:1\n"));
}

TEST_F(CliAdmin, AnImpossibleDayIsWrongUsage) {
  const auto done = Run({"keys", "create", "--tenant", "acme", "--expires", "tomorrow"});
  EXPECT_EQ(done.exit_code, 2);
  EXPECT_THAT(done.err, HasSubstr("--expires"));
}

TEST_F(CliAdmin, TenantsAreListedWithTheirLimits) {
  v1::Tenant& tenant = admin_.tenants.emplace_back();
  tenant.set_tenant_id("acme");
  tenant.set_origin("store");
  tenant.mutable_limits()->set_tokens_per_minute(200'000);
  v1::Budget& budget = *tenant.add_budgets();
  budget.set_period(v1::METER_MONEY_PER_MONTH);
  budget.set_limit_picousd(5'000'000'000'000'000);
  tenant.add_teams()->set_team_id("search");
  admin_.tenants.emplace_back().set_tenant_id("beta");
  admin_.tenants[1].set_disabled(true);
  const auto done = Run({"tenants", "list"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_THAT(done.out, HasSubstr("tpm 200,000"));
  EXPECT_THAT(done.out, HasSubstr("month USD 5,000.00"));
  EXPECT_THAT(done.out, HasSubstr("disabled"));
}

TEST_F(CliAdmin, ATenantIsShownAndPutBackAsItWasShown) {
  v1::Tenant& tenant = admin_.tenants.emplace_back();
  tenant.set_tenant_id("acme");
  tenant.set_origin("store");
  tenant.set_version(3);
  tenant.mutable_limits()->set_requests_per_minute(600);
  const auto shown = Run({"tenants", "show", "acme"});
  EXPECT_THAT(shown.out, HasSubstr("rpm 600"));
  EXPECT_THAT(shown.out, HasSubstr("123,456"));  // what is used

  const auto json = Run({"tenants", "show", "acme", "--json"});
  const auto done = Run({"tenants", "put", "-"}, json.out);
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_EQ(admin_.put.tenant().version(), 3);
  EXPECT_EQ(admin_.put.tenant().limits().requests_per_minute(), 600);
  EXPECT_EQ(admin_.put.tenant().origin(), "");
}

TEST_F(CliAdmin, WhatIsNoTenantIsNotSent) {
  const auto done = Run({"tenants", "put", File("tenant.json", R"({"tenant_idd": "acme"})")});
  EXPECT_EQ(done.exit_code, 2);
  EXPECT_THAT(done.err, HasSubstr("tenant_idd"));
  EXPECT_EQ(admin_.put.tenant().tenant_id(), "");
}

TEST_F(CliAdmin, TenantsAreDisabledAndEnabled) {
  EXPECT_THAT(Run({"tenants", "disable", "acme", "--reason", "unpaid"}).out, HasSubstr("disabled"));
  EXPECT_EQ(admin_.disabled.reason(), "unpaid");
  EXPECT_THAT(Run({"tenants", "enable", "acme"}).out, HasSubstr("served"));
  EXPECT_TRUE(admin_.disabled.enable());
}

TEST_F(CliAdmin, ALimitIsBoostedForAWhile) {
  const auto done = Run({"tenants", "boost", "acme", "--meter", "month", "--amount", "50", "--for",
                         "2h", "--reason", "launch"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_THAT(done.out, HasSubstr("acme: month +USD 50"));
  const v1::Boost& boost = admin_.boosted.boost();
  EXPECT_EQ(boost.meter(), v1::METER_MONEY_PER_MONTH);
  EXPECT_EQ(boost.amount(), 50'000'000'000'000);
  EXPECT_EQ(boost.reason(), "launch");
  const auto left = boost.until() - TimeUtil::GetCurrentTime();
  EXPECT_NEAR(static_cast<double>(left.seconds()), 7200, 60);
}

TEST_F(CliAdmin, TheTrailHasALineForEachChange) {
  admin_.events = {{Event(1, "key.create"), Event(2, "key.revoke")}};
  const auto done = Run({"audit", "--tenant", "acme", "--since", "1d"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_THAT(done.out, HasSubstr("2027-01-15 08:00  key.create        acme, key AbCd1234"));
  EXPECT_THAT(done.out, HasSubstr("key Boss0001 from ipv4:10.0.0.1:4711"));
  EXPECT_EQ(std::ranges::count(done.out, '\n'), 2);
  EXPECT_EQ(admin_.audited.scope().tenant_id(), "acme");
  EXPECT_TRUE(admin_.audited.has_start());
}

TEST_F(CliAdmin, TheTrailIsVerifiedAndItsExitCodeSaysHow) {
  admin_.verified.set_events(1200);
  v1::AuditEnd& end = *admin_.verified.add_ends();
  end.set_writer("host-1");
  end.set_sequence(1200);
  end.set_chain("\x01\xab");
  auto done = Run({"audit", "--verify"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_THAT(done.out, HasSubstr("1,200 events, as they were written"));
  EXPECT_THAT(done.out, HasSubstr("01ab"));
  v1::AuditFault& fault = *admin_.verified.add_faults();
  fault.set_writer("host-1");
  fault.set_sequence(17);
  fault.set_kind(v1::AUDIT_FAULT_KIND_MISSING);
  done = Run({"audit", "--verify"});
  EXPECT_EQ(done.exit_code, 1) << done.err;
  EXPECT_THAT(done.out, HasSubstr("host-1 17: events before it are gone"));
  EXPECT_EQ(Run({"audit", "--verify", "--follow"}).exit_code, 2);
}

TEST_F(CliAdmin, FollowingGoesOnBehindTheDeadlineOfACallAndTellsNothingTwice) {
  admin_.events = {{Event(1, "key.create")}, {Event(2, "key.revoke")}};
  const auto done = Run({"audit", "--follow", "--json"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_EQ(admin_.follow_calls, 2);
  EXPECT_EQ(admin_.audited.start().seconds(), 1'800'000'002 - 10);
  EXPECT_EQ(std::ranges::count(done.out, '\n'), 2);
  EXPECT_EQ(Parse(done.out.substr(0, done.out.find('\n')))["action"], "key.create");
}

}  // namespace
}  // namespace inferwire
