// Who may do what on the administrators' port: one table of RPCs and callers.
#include <map>

#include "office.h"
#include "policy/administrators/administrators.h"

namespace inferwire::endpoints {
namespace {

using tenancy::Role;

// What each caller gets for each RPC: o = OK, d = OPERATION_NOT_ALLOWED, n = RESOURCE_NOT_FOUND,
// c = WRONG_STATE (of the configuration, or not to be had here).
struct Row {
  const char* method;
  const char*
      whose;  // own, foreign, fixed (in the configuration), or an admin's key of its own tenant
  // caller, tenant_viewer, tenant_admin, viewer, admin
  const char* outcomes;
};

constexpr Row kTable[] = {
    {"CreateKey", "own", "ddodo"},         {"CreateKey", "foreign", "ddndo"},
    {"CreateKey", "fixed", "ddndo"},       {"RotateKey", "own", "ddodo"},
    {"RotateKey", "foreign", "ddndo"},     {"RotateKey", "fixed", "ddndc"},
    {"RotateKey", "admin's", "ddddo"},     {"RevokeKey", "own", "ddodo"},
    {"RevokeKey", "foreign", "ddndo"},     {"RevokeKey", "fixed", "ddndc"},
    {"RevokeKey", "admin's", "ddddo"},     {"UpdateKey", "own", "ddodo"},
    {"UpdateKey", "foreign", "ddndo"},     {"UpdateKey", "fixed", "ddndc"},
    {"UpdateKey", "admin's", "ddddo"},     {"GetKey", "own", "doooo"},
    {"GetKey", "foreign", "dnnoo"},        {"GetKey", "fixed", "dnnoo"},
    {"ListKeys", "own", "doooo"},          {"ListKeys", "foreign", "dnnoo"},
    {"ListTenants", "", "doooo"},          {"GetTenant", "own", "doooo"},
    {"GetTenant", "foreign", "dnnoo"},     {"GetTenant", "fixed", "dnnoo"},
    {"PutTenant", "own", "ddodo"},         {"PutTenant", "foreign", "ddndo"},
    {"PutTenant", "fixed", "ddndc"},       {"DisableTenant", "own", "ddddo"},
    {"DisableTenant", "foreign", "ddddo"}, {"DisableTenant", "fixed", "ddddc"},
    {"BoostLimit", "own", "ddddo"},        {"BoostLimit", "foreign", "ddddo"},
    {"BoostLimit", "fixed", "ddddc"},      {"ResolveDoubt", "own", "ddddc"},
    {"ListAuditEvents", "own", "doooo"},   {"ListAuditEvents", "foreign", "dnnoo"},
    {"VerifyAuditTrail", "", "dddoo"},
};

constexpr Role kRoles[] = {Role::kCaller, Role::kTenantViewer, Role::kTenantAdmin, Role::kViewer,
                           Role::kAdmin};

char LetterOf(const std::optional<Error>& failure) {
  if (!failure) return 'o';
  switch (failure->reason) {
    case v1::ERROR_REASON_OPERATION_NOT_ALLOWED:
      return 'd';
    case v1::ERROR_REASON_RESOURCE_NOT_FOUND:
      return 'n';
    case v1::ERROR_REASON_WRONG_STATE:
      return 'c';
    default:
      ADD_FAILURE() << failure->message;
      return '?';
  }
}

class Roles : public ::testing::Test {
 protected:
  // A fresh world for each cell: changes of one are not seen by the next.
  char Try(const Row& row, Role role) {
    Office office;
    const std::string whose = row.whose;
    office.MakeTenant("acme", {"search"});
    office.MakeTenant("beta");
    std::map<std::string, std::string> tenants{
        {"own", "acme"}, {"admin's", "acme"}, {"foreign", "beta"}, {"fixed", "fixed"}};
    std::map<std::string, std::string> keys{
        {"own", office.MakeKey("acme").key().key_id()},
        {"admin's", office.MakeKey("acme", {"admin"}).key().key_id()},
        {"foreign", office.MakeKey("beta").key().key_id()},
        {"fixed", "Fixed001"}};
    const auto request = RequestOf(office, row.method, tenants[whose], keys[whose]);
    const bool of_tenant = role != Role::kViewer && role != Role::kAdmin;
    const tenancy::Principal who = Somebody({role}, of_tenant ? "acme" : "");
    const auto running = office.Begin(row.method, *request, who);
    office.Await(*running);
    return LetterOf(running->failure);
  }

 private:
  static std::unique_ptr<google::protobuf::Message> RequestOf(Office& office,
                                                              std::string_view method,
                                                              const std::string& tenant,
                                                              const std::string& key) {
    const auto made = [](auto request) {
      return std::unique_ptr<google::protobuf::Message>(
          std::make_unique<decltype(request)>(std::move(request)));
    };
    if (method == "CreateKey") {
      v1::CreateKeyRequest request;
      request.mutable_key()->set_tenant_id(tenant);
      return made(request);
    }
    if (method == "RotateKey") {
      v1::RotateKeyRequest request;
      request.set_key_id(key);
      return made(request);
    }
    if (method == "RevokeKey") {
      v1::RevokeKeyRequest request;
      request.set_key_id(key);
      return made(request);
    }
    if (method == "UpdateKey") {
      v1::UpdateKeyRequest request;
      request.mutable_key()->set_key_id(key);
      request.mutable_key()->set_version(office.KeyNow(key).version());
      request.mutable_key()->set_description("new");
      return made(request);
    }
    if (method == "GetKey") {
      v1::GetKeyRequest request;
      request.set_key_id(key);
      return made(request);
    }
    if (method == "ListKeys") {
      v1::ListKeysRequest request;
      request.mutable_scope()->set_tenant_id(tenant);
      return made(request);
    }
    if (method == "ListTenants") return made(v1::ListTenantsRequest());
    if (method == "GetTenant") {
      v1::GetTenantRequest request;
      request.set_tenant_id(tenant);
      return made(request);
    }
    if (method == "PutTenant") {
      v1::PutTenantRequest request;
      v1::GetTenantRequest get;
      get.set_tenant_id(tenant);
      auto now = office.Call<v1::GetTenantResponse>("GetTenant", get);
      if (now) *request.mutable_tenant() = now->tenant();
      request.mutable_tenant()->add_teams()->set_team_id("more");
      return made(request);
    }
    if (method == "DisableTenant") {
      v1::DisableTenantRequest request;
      request.set_tenant_id(tenant);
      return made(request);
    }
    if (method == "BoostLimit") {
      v1::BoostLimitRequest request;
      request.mutable_scope()->set_tenant_id(tenant);
      request.mutable_boost()->set_meter(v1::METER_REQUESTS_PER_MINUTE);
      request.mutable_boost()->set_amount(10);
      SetTime(office.clock.WallNow() + std::chrono::hours(1),
              *request.mutable_boost()->mutable_until());
      return made(request);
    }
    if (method == "VerifyAuditTrail") return made(v1::VerifyAuditTrailRequest());
    if (method == "ResolveDoubt") {
      v1::ResolveDoubtRequest request;
      request.mutable_scope()->set_tenant_id(tenant);
      return made(request);
    }
    v1::ListAuditEventsRequest request;
    request.mutable_scope()->set_tenant_id(tenant);
    return made(request);
  }
};

TEST_F(Roles, EachMayDoWhatTheTableSaysAndNothingElse) {
  for (const Row& row : kTable) {
    for (size_t i = 0; i < std::size(kRoles); ++i) {
      EXPECT_EQ(Try(row, kRoles[i]), row.outcomes[i])
          << row.method << ", " << row.whose << ", " << Name(kRoles[i]);
    }
  }
}

TEST_F(Roles, ATenantsAdminWithoutATenantHasNothing) {
  Office office;
  office.MakeTenant("acme");
  for (const Role role : {Role::kTenantViewer, Role::kTenantAdmin}) {
    const auto seen = office.Call<v1::ListTenantsResponse>("ListTenants", v1::ListTenantsRequest(),
                                                           Somebody({role}, ""));
    EXPECT_EQ(Outcome(seen), "OPERATION_NOT_ALLOWED");
  }
}

TEST_F(Roles, ATenantsAdminGivesNobodyMoreThanItHas) {
  Office office;
  office.MakeTenant("acme");
  const tenancy::Principal who = Somebody({Role::kTenantAdmin}, "acme");
  for (const char* role : {"viewer", "admin"}) {
    v1::CreateKeyRequest create;
    create.mutable_key()->set_tenant_id("acme");
    create.mutable_key()->add_roles(role);
    EXPECT_EQ(Outcome(office.Call<v1::CreateKeyResponse>("CreateKey", create, who)),
              "OPERATION_NOT_ALLOWED");
    v1::UpdateKeyRequest update;
    *update.mutable_key() = office.MakeKey("acme").key();
    update.mutable_key()->add_roles(role);
    EXPECT_EQ(Outcome(office.Call<v1::UpdateKeyResponse>("UpdateKey", update, who)),
              "OPERATION_NOT_ALLOWED");
  }
}

TEST_F(Roles, ATenantsAdminChangesTeamsAndNothingElseOfItsTenant) {
  Office office;
  v1::PutTenantRequest request;
  *request.mutable_tenant() = office.MakeTenant("acme", {"search"});
  const tenancy::Principal who = Somebody({Role::kTenantAdmin}, "acme");
  request.mutable_tenant()->mutable_teams(0)->mutable_limits()->set_requests_per_minute(5);
  auto changed = office.Call<v1::PutTenantResponse>("PutTenant", request, who);
  ASSERT_TRUE(changed) << changed.error().message;
  EXPECT_EQ(changed->tenant().teams(0).limits().requests_per_minute(), 5);

  for (const bool disable : {false, true}) {
    *request.mutable_tenant() = changed->tenant();
    if (disable) request.mutable_tenant()->set_disabled(true);
    if (!disable) request.mutable_tenant()->mutable_limits()->set_requests_per_minute(1'000'000);
    EXPECT_EQ(Outcome(office.Call<v1::PutTenantResponse>("PutTenant", request, who)),
              "OPERATION_NOT_ALLOWED");
  }
}

TEST_F(Roles, TheListsOfATenantsViewerHaveItsOwnAlone) {
  Office office;
  office.MakeTenant("acme");
  office.MakeTenant("beta");
  office.MakeKey("beta");
  const std::string own = office.MakeKey("acme").key().key_id();
  const tenancy::Principal who = Somebody({Role::kTenantViewer}, "acme");

  auto tenants = office.Call<v1::ListTenantsResponse>("ListTenants", v1::ListTenantsRequest(), who);
  ASSERT_TRUE(tenants);
  ASSERT_EQ(tenants->tenants_size(), 1);
  EXPECT_EQ(tenants->tenants(0).tenant_id(), "acme");
  auto keys = office.Call<v1::ListKeysResponse>("ListKeys", v1::ListKeysRequest(), who);
  ASSERT_TRUE(keys);
  ASSERT_EQ(keys->keys_size(), 1);
  EXPECT_EQ(keys->keys(0).key_id(), own);
  auto events = office.Call<v1::ListAuditEventsResponse>("ListAuditEvents",
                                                         v1::ListAuditEventsRequest(), who);
  ASSERT_TRUE(events);
  for (const v1::AuditEvent& event : events->events()) EXPECT_EQ(event.scope().tenant_id(), "acme");
  EXPECT_EQ(events->events_size(), 2);
}

// The same of policy/administrators: who is not there at all.
class Administrators : public ::testing::Test {
 protected:
  std::string Admitted(const tenancy::Principal* who) {
    policy::Call call;
    call.principal = who;
    const auto admitted = policy_.Admit(call);
    return admitted ? "OK" : std::string(ReasonName(admitted.error().reason));
  }

  telemetry::Metrics metrics_;
  policy::Administrators policy_{metrics_.Of<telemetry::AccessMetrics>()};
};

TEST_F(Administrators, LetInWhoHasARoleThere) {
  for (const Role role : kRoles) {
    const tenancy::Principal who = Somebody({role}, "acme");
    EXPECT_EQ(Admitted(&who), role == Role::kCaller ? "OPERATION_NOT_ALLOWED" : "OK") << Name(role);
  }
  const tenancy::Principal both = Somebody({Role::kCaller, Role::kTenantAdmin}, "acme");
  EXPECT_EQ(Admitted(&both), "OK");
}

TEST_F(Administrators, KeepOutWhoProvesNothingAndWhoseTenantIsDisabled) {
  EXPECT_EQ(Admitted(nullptr), "CREDENTIALS_REQUIRED");
  tenancy::Principal who = Somebody({Role::kAdmin}, "acme");
  who.disabled = true;
  EXPECT_EQ(Admitted(&who), "TENANT_DISABLED");
}

}  // namespace
}  // namespace inferwire::endpoints
