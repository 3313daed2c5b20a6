// Tenants and keys that are kept in the store, at a whole gateway: in force at once, taken back at
// once, and served as before while the store is away.
#include <gmock/gmock.h>
#include <grpcpp/impl/codegen/client_unary_call.h>

#include <algorithm>
#include <fstream>

#include "admin_page.h"
#include "gateway.h"
#include "grpc/health/v1/health.pb.h"
#include "inferwire/v1/tenants_service.pb.h"
#include "reloadable.h"
#include "store/audit_chain.h"
#include "store/sql_directory.h"
#include "support/audit_fault.h"
#include "support/postgres_cluster.h"
#include "support/temp_folder.h"
#include "tenancy/key_text.h"

namespace inferwire::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using SteadyClock = std::chrono::steady_clock;

testing_support::PostgresCluster* Cluster() {
  static const auto cluster = testing_support::PostgresCluster::Start();
  return cluster.get();
}

std::string NewKey(std::string_view id) {
  return tenancy::NewKey(id, tenancy::SystemRandomBytes).value();
}

std::string IdOf(const std::string& key) { return std::string(tenancy::IdOfKey(key).value()); }

store::KeyRow RowOf(const std::string& key, const std::string& tenant) {
  const tenancy::KeyHash hash = tenancy::KeyHasher().Of(key);
  store::KeyRow row;
  row.key = IdOf(key);
  row.tenant = tenant;
  row.secrets = {{std::string(hash.begin(), hash.end()), "wxyz", {}, {}}};
  return row;
}

std::vector<std::string> ActionsOf(store::SqlDirectory& directory) {
  std::vector<std::string> actions;
  const auto events = directory.ListAudit("", {}, WallTime::max(), 1000);
  if (!events) return actions;
  EXPECT_FALSE(testing_support::FindAuditFault(*events));
  for (const store::AuditRow& row : *events) {
    v1::AuditEvent event;
    event.ParseFromString(row.body);
    actions.push_back(event.action());
  }
  return actions;
}

class DirectoryTest : public ::testing::Test {
 protected:
  // With the store open and its directory read.
  void Start(const std::function<void(config::Config&)>& adjust = {}) {
    StartAnyway(adjust);
    ASSERT_TRUE(Gateway::Eventually(
        [this] { return gateway_->log().find("directory_changed") != std::string::npos; }, 40s));
  }
  void StartAnyway(const std::function<void(config::Config&)>& adjust = {}) {
    channel_.reset();
    gateway_.reset();
    gateway_ = std::make_unique<Gateway>([&](config::Config& config) {
      config.store.wait = 500ms;
      if (location_.kind == store::Location::Kind::kSqlite) {
        config.store.path = location_.path;
      } else {
        std::ofstream(folder_.File("url")) << location_.url;
        config.store.url_file = folder_.File("url");
      }
      config.directory.enabled = true;
      if (adjust) adjust(config);
    });
    channel_ = gateway_->NewChannel();
    chat_ = v1::ChatService::NewStub(channel_);
  }
  // False: PostgreSQL is not installed.
  bool UsePostgres() {
    if (Cluster() == nullptr) return false;
    location_.kind = store::Location::Kind::kPostgres;
    location_.url = Cluster()->NewDatabase();
    location_.wait = 2s;
    return true;
  }
  // As another replica has it.
  store::SqlDirectory& Elsewhere() {
    if (!elsewhere_) {
      auto connected = store::SqlDirectory::Connect(location_, {"elsewhere"});
      if (!connected) throw std::runtime_error(connected.error().message);
      elsewhere_ = std::move(*connected);
    }
    return *elsewhere_;
  }
  static void PutTenant(store::SqlDirectory& directory, const v1::Tenant& body = {}) {
    const auto put = directory.PutTenant({"acme", body.SerializeAsString(), false, 0}, {});
    ASSERT_TRUE(put) << put.error().message;
  }
  static void Create(store::SqlDirectory& directory, const std::string& key) {
    const auto made = directory.CreateKey(RowOf(key, "acme"), {});
    ASSERT_TRUE(made) << made.error().message;
  }
  static void Revoke(store::SqlDirectory& directory, const std::string& key) {
    const auto changed = directory.ChangeKey(IdOf(key),
                                             [](store::KeyRow& row) {
                                               row.revoked = std::chrono::system_clock::now();
                                               return Result<void>();
                                             },
                                             {});
    ASSERT_TRUE(changed) << changed.error().message;
  }

  grpc::Status Ask(const std::string& key, const std::string& model = "gpt-4.1-mini") {
    v1::CompleteRequest request;
    *request.mutable_params() = Prompt("Hi", model);
    v1::CompleteResponse response;
    return chat_->Complete(With(key).get(), request, &response);
  }
  static std::unique_ptr<grpc::ClientContext> With(const std::string& key) {
    auto context = NewContext();
    if (!key.empty()) context->AddMetadata("authorization", "Bearer " + key);
    return context;
  }
  std::string ReasonFor(const std::string& key) { return InfoOf(Ask(key)).reason(); }
  bool Serves(const std::string& key) { return Ask(key).ok(); }
  // Not by calls with a key that is not known yet: who tries too often is not looked at any more.
  bool TakesVersion(double version) {
    return Gateway::Eventually(
        [&] { return gateway_->Metric("inferwire_directory_version") >= version; });
  }

  testing_support::TempFolder folder_;
  store::Location location_{.path = folder_.File("store.db"), .url = {}};
  const std::string key_ = NewKey("AAAAAAAA"), other_ = NewKey("BBBBBBBB");
  std::unique_ptr<store::SqlDirectory> elsewhere_;
  std::unique_ptr<Gateway> gateway_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::ChatService::Stub> chat_;
};

TEST_F(DirectoryTest, AKeyThatIsMadeHereWorksAtOnceAndIsRefusedAtOnce) {
  Start([](config::Config& config) { config.directory.poll = 1min; });
  EXPECT_EQ(gateway_->Metric("inferwire_auth_asked"), 1) << "before there is any tenant";
  EXPECT_EQ(ReasonFor(""), "CREDENTIALS_REQUIRED");
  EXPECT_EQ(ReasonFor(key_), "INVALID_CREDENTIALS");
  auto own = gateway_->server().ConnectDirectory();
  ASSERT_TRUE(own) << own.error().message;
  PutTenant(**own);
  Create(**own, key_);
  auto begun = SteadyClock::now();
  ASSERT_TRUE(TakesVersion(2));
  EXPECT_TRUE(Gateway::Eventually([&] { return Serves(key_); }));
  EXPECT_LT(SteadyClock::now() - begun, 1s);
  EXPECT_EQ(gateway_->Metric("inferwire_caller_requests_total{caller=\"acme\",outcome=\"ok\"}"), 1);
  Revoke(**own, key_);
  begun = SteadyClock::now();
  EXPECT_TRUE(Gateway::Eventually([&] { return !Serves(key_); }));
  EXPECT_LT(SteadyClock::now() - begun, 1s);
  EXPECT_EQ(ReasonFor(key_), "INVALID_CREDENTIALS");
  EXPECT_TRUE(Gateway::Eventually(
      [&] { return gateway_->log().find("\"type\":\"audit\"") != std::string::npos; }));
}

TEST_F(DirectoryTest, WhatAnotherReplicaChangesIsInForceWithinMillisecondsWithPostgresql) {
  if (!UsePostgres()) GTEST_SKIP() << "PostgreSQL is not installed";
  Start([](config::Config& config) { config.directory.poll = 1min; });
  PutTenant(Elsewhere());
  Create(Elsewhere(), key_);
  auto begun = SteadyClock::now();
  ASSERT_TRUE(TakesVersion(2));
  EXPECT_TRUE(Gateway::Eventually([&] { return Serves(key_); }));
  EXPECT_LT(SteadyClock::now() - begun, 1s);
  Revoke(Elsewhere(), key_);
  begun = SteadyClock::now();
  EXPECT_TRUE(Gateway::Eventually([&] { return !Serves(key_); }));
  EXPECT_LT(SteadyClock::now() - begun, 1s);
}

// As with a pooler, or a notice that is lost: only looking is left.
TEST_F(DirectoryTest, WithoutANoticeARevokedKeyIsRefusedAfterTheNextLook) {
  Start();  // poll: 2s
  PutTenant(Elsewhere());
  Create(Elsewhere(), key_);
  ASSERT_TRUE(TakesVersion(2));
  ASSERT_TRUE(Gateway::Eventually([&] { return Serves(key_); }));
  Revoke(Elsewhere(), key_);
  const auto begun = SteadyClock::now();
  EXPECT_TRUE(Gateway::Eventually([&] { return !Serves(key_); }));
  EXPECT_LT(SteadyClock::now() - begun, 2500ms);
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(Serves(key_));
}

TEST_F(DirectoryTest, CallsThatRunGoOnWhenTheirKeyIsRevoked) {
  Start();
  auto own = gateway_->server().ConnectDirectory();
  ASSERT_TRUE(own);
  PutTenant(**own);
  Create(**own, key_);
  ASSERT_TRUE(TakesVersion(2));
  ASSERT_TRUE(Gateway::Eventually([&] { return Serves(key_); }));
  v1::StreamCompleteRequest request;
  *request.mutable_params() = Prompt("Hi", "gpt-4.1-mini+rate=20+tokens=40");
  const auto context = With(key_);
  const auto reader = chat_->StreamComplete(context.get(), request);
  v1::StreamCompleteResponse event;
  ASSERT_TRUE(reader->Read(&event));
  Revoke(**own, key_);
  ASSERT_TRUE(Gateway::Eventually([&] { return !Serves(key_); }));
  const StreamResult rest = ReadAll(*reader);
  EXPECT_TRUE(rest.status.ok()) << rest.status.error_message();
  ASSERT_FALSE(rest.events.empty());
  EXPECT_TRUE(rest.events.back().has_completed());
}

TEST_F(DirectoryTest, WhatATenantMayDoAndHowMuchIsTheStores) {
  Start();
  auto own = gateway_->server().ConnectDirectory();
  ASSERT_TRUE(own);
  v1::Tenant tenant;
  tenant.add_models("gpt-4.1-mini");
  tenant.mutable_limits()->set_requests_per_day(2);
  PutTenant(**own, tenant);
  Create(**own, key_);
  ASSERT_TRUE(TakesVersion(2));
  ASSERT_TRUE(Gateway::Eventually([&] { return Serves(key_); }));
  EXPECT_EQ(InfoOf(Ask(key_, "gpt-4.1")).reason(), "MODEL_NOT_ALLOWED");
  EXPECT_TRUE(Serves(key_));
  EXPECT_EQ(ReasonFor(key_), "TENANT_RATE_LIMITED");
  // What was counted stays when the directory changes.
  Create(**own, other_);
  ASSERT_TRUE(TakesVersion(3));
  EXPECT_EQ(ReasonFor(key_), "TENANT_RATE_LIMITED");
}

TEST_F(DirectoryTest, AStoreThatHangsChangesNothingForWhoIsKnown) {
  if (!UsePostgres()) GTEST_SKIP() << "PostgreSQL is not installed";
  Start([](config::Config& config) { config.directory.poll = 100ms; });
  PutTenant(Elsewhere());
  Create(Elsewhere(), key_);
  ASSERT_TRUE(TakesVersion(2));
  ASSERT_TRUE(Gateway::Eventually([&] { return Serves(key_); }));
  Cluster()->Freeze();
  // Until it has been noticed.
  EXPECT_TRUE(Gateway::Eventually([&] {
    EXPECT_TRUE(Serves(key_));
    return gateway_->Metric("inferwire_directory_age_seconds") > 2;
  }));
  EXPECT_EQ(ReasonFor(other_), "INVALID_CREDENTIALS");
  EXPECT_THAT(AdminPage(gateway_->server().admin_port(), "/readyz"), HasSubstr(" 200 "));
  Cluster()->Thaw();
  EXPECT_TRUE(Gateway::Eventually(
      [&] { return gateway_->Metric("inferwire_directory_age_seconds") < 1; }, 20s));
  Revoke(Elsewhere(), key_);
  EXPECT_TRUE(Gateway::Eventually([&] { return !Serves(key_); }));
}

TEST_F(DirectoryTest, AStartWhileTheDatabaseIsDownServesWhoWasKnown) {
  if (!UsePostgres()) GTEST_SKIP() << "PostgreSQL is not installed";
  const auto with_snapshot = [this](config::Config& config) {
    config.directory.snapshot = folder_.File("directory");
  };
  Start(with_snapshot);
  PutTenant(Elsewhere());
  Create(Elsewhere(), key_);
  ASSERT_TRUE(TakesVersion(2));
  gateway_.reset();
  Cluster()->Stop();
  StartAnyway(with_snapshot);
  EXPECT_TRUE(Serves(key_));
  EXPECT_THAT(AdminPage(gateway_->server().admin_port(), "/readyz"), HasSubstr(" 200 "));
  Cluster()->Restart();
  ASSERT_TRUE(Gateway::Eventually(
      [&] { return gateway_->log().find("store_opened") != std::string::npos; }, 40s));
  elsewhere_.reset();
  Create(Elsewhere(), other_);
  ASSERT_TRUE(TakesVersion(3));
  EXPECT_TRUE(Gateway::Eventually([&] { return Serves(other_); }));
}

TEST_F(DirectoryTest, WithoutASnapshotItIsNotReadyAndCallsNoKeyWrong) {
  if (!UsePostgres()) GTEST_SKIP() << "PostgreSQL is not installed";
  ASSERT_TRUE(store::Database::Open(location_));
  PutTenant(Elsewhere());
  Create(Elsewhere(), key_);
  elsewhere_.reset();
  Cluster()->Stop();
  StartAnyway();
  const auto serving = [&] {
    const grpc::health::v1::HealthCheckRequest whole_server;
    grpc::health::v1::HealthCheckResponse response;
    const grpc::internal::RpcMethod check("/grpc.health.v1.Health/Check",
                                          grpc::internal::RpcMethod::NORMAL_RPC);
    grpc::internal::BlockingUnaryCall<grpc::health::v1::HealthCheckRequest,
                                      grpc::health::v1::HealthCheckResponse>(
        channel_.get(), check, NewContext().get(), whole_server, &response);
    return response.status() == grpc::health::v1::HealthCheckResponse::SERVING;
  };
  EXPECT_THAT(AdminPage(gateway_->server().admin_port(), "/readyz"), HasSubstr(" 503 "));
  EXPECT_FALSE(serving());
  const grpc::Status unknown = Ask(key_);
  EXPECT_EQ(unknown.error_code(), grpc::UNAVAILABLE) << unknown.error_message();
  EXPECT_EQ(InfoOf(unknown).reason(), "STORE_UNAVAILABLE");
  EXPECT_EQ(InfoOf(unknown).metadata().at("safe_to_retry"), "true");
  EXPECT_EQ(ReasonFor(""), "CREDENTIALS_REQUIRED") << "nobody is served unasked";
  Cluster()->Restart();
  EXPECT_TRUE(Gateway::Eventually([&] { return Serves(key_); }, 40s));
  EXPECT_TRUE(serving());
  EXPECT_THAT(AdminPage(gateway_->server().admin_port(), "/readyz"), HasSubstr(" 200 "));
}

TEST_F(DirectoryTest, ABurstOfWrongKeysLeavesOneEventInTheTrail) {
  Start();
  auto own = gateway_->server().ConnectDirectory();
  ASSERT_TRUE(own);
  EXPECT_TRUE(Gateway::Eventually(
      [&] { return InfoOf(Ask(NewKey("AAAAAAAA"))).metadata().contains("retry_after_seconds"); }));
  for (int i = 0; i < 100; ++i) Ask(NewKey("AAAAAAAA"));
  EXPECT_TRUE(Gateway::Eventually([&] {
    const auto actions = ActionsOf(**own);
    return std::ranges::count(actions, "auth.refused_burst") >= 1;
  }));
  // A minute may have begun in between.
  EXPECT_LE(std::ranges::count(ActionsOf(**own), "auth.refused_burst"), 2);
  EXPECT_TRUE(Gateway::Eventually(
      [&] { return gateway_->log().find("\"peer\":\"127.0.0.1\"") != std::string::npos; }));
  EXPECT_THAT(gateway_->log(), Not(HasSubstr("iw_AAAAAAAA")));
}

TEST(DirectoryReload, AReloadKeepsTheStoresTenantsAndIsInTheTrail) {
  Reloadable world(/*watch=*/false);
  const testing_support::TempFolder folder;
  const std::string config = world.Head() + world.Upstream("one") +
                             "store: {path: " + folder.File("store.db") +
                             "}\ndirectory: {enabled: true}\n";
  world.Start(config);
  auto own = world.server().ConnectDirectory();
  ASSERT_TRUE(own) << own.error().message;
  const std::string key = NewKey("AAAAAAAA");
  ASSERT_TRUE((*own)->PutTenant({"acme", "", false, 0}, {}));
  ASSERT_TRUE((*own)->CreateKey(RowOf(key, "acme"), {}));
  ASSERT_TRUE(
      Gateway::Eventually([&] { return world.Metric("inferwire_directory_version") == 2; }));
  const auto stub = world.NewStub();
  const auto reason = [&] {
    v1::CompleteRequest request;
    *request.mutable_params() = Prompt("hi");
    v1::CompleteResponse response;
    const auto context = NewContext();
    context->AddMetadata("authorization", "Bearer " + key);
    return InfoOf(stub->Complete(context.get(), request, &response)).reason();
  };
  EXPECT_TRUE(Gateway::Eventually([&] { return reason().empty(); }));
  EXPECT_EQ(world.Reload(config + "limits: {max_in_flight: 77}\n"),
            telemetry::ReloadResult::kApplied);
  EXPECT_EQ(reason(), "");
  EXPECT_TRUE(Gateway::Eventually([&] {
    const auto actions = ActionsOf(**own);
    return std::ranges::count(actions, "config.reload") == 1;
  }));
  // The file's tenant of the same id counts.
  EXPECT_EQ(world.Reload(config + "tenants: [{id: acme, disabled: true}]\n"),
            telemetry::ReloadResult::kApplied);
  EXPECT_TRUE(Gateway::Eventually([&] { return reason() == "TENANT_DISABLED"; }));
  EXPECT_EQ(world.Metric("inferwire_directory_ignored{reason=\"in_file\"}"), 1);
}

}  // namespace
}  // namespace inferwire::e2e
