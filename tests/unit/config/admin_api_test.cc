// The administrators' port, and the roles of who may call there.
#include "config/change.h"
#include "config_fixture.h"

namespace inferwire::config {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

const std::string kHash(64, 'a');
const std::string kStored = kGood + "store: {path: /tmp/store.db}\n";

std::string Keys(const std::string& entry) {
  return kGood +
         "tenants: [{id: acme}]\nidentity: {keys: {entries: [{id: AbCd1234, hash: " + kHash + ", " +
         entry + "}]}}\n";
}

TEST(AdminApi, IsNotServedUnlessAnAddressIsGiven) {
  EXPECT_FALSE(Parsed(kGood).admin_api.served());
  const Config config = Parsed(kStored + "admin_api: {listen: \"127.0.0.1:50052\"}\n");
  EXPECT_TRUE(config.admin_api.served());
  EXPECT_FALSE(config.admin_api.tls);
  EXPECT_EQ(config.admin_api.max_connections, 100);
  EXPECT_EQ(config.admin_api.max_connections_per_peer, 20);
  EXPECT_EQ(config.admin_api.max_in_flight, 50);
}

TEST(AdminApi, NeedsAStore) {
  EXPECT_THAT(FaultsOf(kGood + "admin_api: {listen: \"127.0.0.1:50052\"}\n"),
              ElementsAre(AllOf(StartsWith("admin_api.listen"), HasSubstr("needs a store"))));
}

TEST(AdminApi, InPlainTextForOthersNeedsAWord) {
  const std::string open = kStored + "admin_api: {listen: \"0.0.0.0:50052\"";
  EXPECT_THAT(FaultsOf(open + "}\n"), ElementsAre(AllOf(StartsWith("admin_api.listen"),
                                                        HasSubstr("admin_api.insecure: true"))));
  EXPECT_THAT(FaultsOf(open + ", insecure: true}\n"), IsEmpty());
}

TEST(AdminApi, HasTlsOfItsOwn) {
  const auto faults = FaultsOf(kStored +
                               "admin_api: {listen: \"0.0.0.0:50052\", tls: {certificate: "
                               "/nowhere/crt, client_auth: require}}\n");
  EXPECT_THAT(faults,
              ElementsAre(HasSubstr("admin_api.tls.key"), HasSubstr("admin_api.tls.client_ca"),
                          HasSubstr("admin_api.tls.certificate")));
}

TEST(AdminApi, StaysAsItWasStarted) {
  const Config running = Parsed(kStored + "admin_api: {listen: \"127.0.0.1:50052\"}\n");
  Config wanted = running;
  wanted.admin_api.max_in_flight = 7;
  EXPECT_EQ(Reloaded(running, wanted).admin_api.max_in_flight, running.admin_api.max_in_flight);
}

TEST(Roles, AreNamedForKeysAndCertificates) {
  const Config config = Parsed(Keys("tenant: acme, roles: [caller, tenant_admin]"));
  const tenancy::Roles roles = RolesOf(config.identity.keys.entries[0].roles);
  EXPECT_TRUE(roles.Has(tenancy::Role::kCaller));
  EXPECT_TRUE(roles.Has(tenancy::Role::kTenantAdmin));
  EXPECT_FALSE(roles.Has(tenancy::Role::kAdmin));
  EXPECT_THAT(FaultsOf(Keys("tenant: acme, roles: [emperor]")),
              ElementsAre(HasSubstr("identity.keys.entries[0].roles")));
}

TEST(Roles, WhoIsSaidToBeNothingIsACaller) {
  EXPECT_EQ(RolesOf(Parsed(Keys("tenant: acme")).identity.keys.entries[0].roles),
            tenancy::Roles{tenancy::Role::kCaller});
}

TEST(Roles, ThatReachEverywhereNeedNoTenantAndOthersDo) {
  EXPECT_THAT(FaultsOf(Keys("roles: [admin]")), IsEmpty());
  EXPECT_THAT(FaultsOf(Keys("roles: [viewer, admin]")), IsEmpty());
  EXPECT_THAT(FaultsOf(Keys("hint: wxyz")),
              ElementsAre(AllOf(HasSubstr("entries[0].tenant"), HasSubstr("is missing"))));
  EXPECT_THAT(FaultsOf(Keys("roles: [admin, caller]")),
              ElementsAre(AllOf(HasSubstr("entries[0].tenant"), HasSubstr("caller"))));
  const std::string rule = kGood + "tenants: [{id: acme}]\nidentity: {certificates: [{is: a";
  EXPECT_THAT(FaultsOf(rule + "}]}\n"), ElementsAre(HasSubstr("certificates[0].tenant")));
  EXPECT_THAT(FaultsOf(rule + ", roles: [admin]}]}\n"), IsEmpty());
}

}  // namespace
}  // namespace inferwire::config
