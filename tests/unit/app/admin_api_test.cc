// The administrators' port with real gRPC: who gets in, what is served there and what is not, its
// bounds, and its end. The directory is one in memory.
#include "app/admin_api.h"

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/codegen/client_unary_call.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "../endpoints/directory/memory_directory.h"
#include "app/identity_rules.h"
#include "endpoints/directory/rows.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "grpc/health/v1/health.pb.h"
#include "grpc/reflection/v1/reflection.pb.h"
#include "identity/jwks_metrics.h"
#include "identity/key_fetcher.h"
#include "inferwire/v1/chat_service.grpc.pb.h"
#include "inferwire/v1/keys_service.grpc.pb.h"
#include "inferwire/v1/tenants_service.grpc.pb.h"
#include "store/fault.h"
#include "tenancy/key_text.h"

namespace inferwire::app {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::string NewKeyOf(std::string_view id) {
  return tenancy::NewKey(id, tenancy::SystemRandomBytes).value();
}

// A directory whose list of tenants takes until the test lets it go.
class SlowDirectory final : public store::Directory {
 public:
  struct Gate {
    std::mutex mutex;
    std::condition_variable changed;
    bool open = true;
    int waiting = 0;

    void Pass() {
      std::unique_lock lock(mutex);
      ++waiting;
      changed.notify_all();
      changed.wait(lock, [this] { return open; });
      --waiting;
    }
    void Open() {
      std::lock_guard lock(mutex);
      open = true;
      changed.notify_all();
    }
    bool AwaitWaiting() {
      std::unique_lock lock(mutex);
      return changed.wait_for(lock, std::chrono::seconds(20), [this] { return waiting > 0; });
    }
  };

  SlowDirectory(std::shared_ptr<endpoints::DirectoryState> state, Gate& gate)
      : memory_(std::move(state)), gate_(gate) {}

  Result<std::vector<store::TenantRow>> ListTenants(std::string_view after, int limit) override {
    gate_.Pass();
    return memory_.ListTenants(after, limit);
  }
  Result<int64_t> Version() override { return memory_.Version(); }
  Result<std::vector<store::TenantRow>> TenantsAfter(int64_t version, int limit) override {
    return memory_.TenantsAfter(version, limit);
  }
  Result<std::vector<store::KeyRow>> KeysAfter(int64_t version, int limit) override {
    return memory_.KeysAfter(version, limit);
  }
  Result<std::optional<store::TenantRow>> FindTenant(std::string_view tenant) override {
    return memory_.FindTenant(tenant);
  }
  Result<std::optional<store::KeyRow>> FindKey(std::string_view key) override {
    return memory_.FindKey(key);
  }
  Result<std::vector<store::KeyRow>> ListKeys(std::string_view tenant, std::string_view team,
                                              bool with_revoked, std::string_view after,
                                              int limit) override {
    return memory_.ListKeys(tenant, team, with_revoked, after, limit);
  }
  Result<store::TenantRow> PutTenant(const store::TenantRow& row,
                                     const store::AuditRow& event) override {
    return memory_.PutTenant(row, event);
  }
  Result<Created> CreateKey(const store::KeyRow& row, const store::AuditRow& event) override {
    return memory_.CreateKey(row, event);
  }
  Result<store::KeyRow> ChangeKey(std::string_view key,
                                  const std::function<Result<void>(store::KeyRow&)>& change,
                                  const store::AuditRow& event) override {
    return memory_.ChangeKey(key, change, event);
  }
  Result<void> KeysUsed(const std::vector<std::string>& keys, WallTime now) override {
    return memory_.KeysUsed(keys, now);
  }
  Result<void> Audit(const store::AuditRow& event) override { return memory_.Audit(event); }
  Result<std::vector<store::AuditRow>> ListAudit(std::string_view tenant, const AuditPlace& after,
                                                 WallTime until, int limit) override {
    return memory_.ListAudit(tenant, after, until, limit);
  }
  Result<std::vector<store::AuditRow>> ListAuditChains(std::string_view writer, int64_t sequence,
                                                       int limit) override {
    return memory_.ListAuditChains(writer, sequence, limit);
  }

 private:
  endpoints::MemoryDirectory memory_;
  Gate& gate_;
};

class AdminApiTest : public ::testing::Test {
 protected:
  AdminApiTest() {
    config_.admin_api.listen = "127.0.0.1:0";
    config_.tenants.emplace_back().id = "acme";
    config_.identity.keys.entries = {EntryOf(admin_, "", {tenancy::Role::kAdmin}),
                                     EntryOf(viewer_, "acme", {tenancy::Role::kTenantViewer}),
                                     EntryOf(caller_, "acme", {})};
  }
  ~AdminApiTest() override { gate_.Open(); }

  static config::ApiKeyConfig EntryOf(const std::string& key, const std::string& tenant,
                                      std::vector<tenancy::Role> roles) {
    config::ApiKeyConfig entry;
    entry.id = std::string(tenancy::IdOfKey(key).value());
    entry.hash = tenancy::HexOf(tenancy::KeyHasher().Of(key));
    entry.tenant = tenant;
    entry.roles = std::move(roles);
    return entry;
  }

  // Null, as callers are not asked in these tests, is what the port makes rules of its own of.
  Result<std::unique_ptr<AdminApi>> TryStart() {
    return AdminApi::Start(
        config_,
        {clock_, metrics_, log_, transfer_limits_, nullptr, memory_, refusals_, signing_keys_,
         [this] { return Connect(); }, [](const v1::Tenant&) { return Result<void>(); },
         [](const v1::Key&) { return Result<void>(); },
         [this](const std::string& key) { cut_.push_back(key); }},
        nullptr);
  }
  void Start() {
    auto started = TryStart();
    ASSERT_TRUE(started) << started.error().message;
    api_ = std::move(*started);
    channel_ = NewChannel();
    keys_ = v1::KeysService::NewStub(channel_);
    tenants_ = v1::TenantsService::NewStub(channel_);
  }
  // With a connection of its own.
  std::shared_ptr<grpc::Channel> NewChannel() {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
    return grpc::CreateCustomChannel("127.0.0.1:" + std::to_string(api_->port()),
                                     grpc::InsecureChannelCredentials(), arguments);
  }
  static std::unique_ptr<grpc::ClientContext> With(const std::string& key) {
    auto context = std::make_unique<grpc::ClientContext>();
    context->set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    context->set_wait_for_ready(true);
    if (!key.empty()) context->AddMetadata("authorization", "Bearer " + key);
    return context;
  }
  static std::string ReasonOf(const grpc::Status& status) {
    google::rpc::Status rich;
    rich.ParseFromString(status.error_details());
    for (const auto& detail : rich.details()) {
      google::rpc::ErrorInfo info;
      if (detail.UnpackTo(&info)) return info.reason();
    }
    return status.ok() ? "OK" : "";
  }
  std::string Listed(const std::string& key) {
    v1::ListKeysResponse response;
    return ReasonOf(keys_->ListKeys(With(key).get(), {}, &response));
  }
  std::string Tenants(const std::string& key) {
    v1::ListTenantsResponse response;
    return ReasonOf(tenants_->ListTenants(With(key).get(), {}, &response));
  }
  // By its path, without a key.
  template <class Request, class Response>
  grpc::Status Call(const char* path, const Request& request, Response& response) {
    const grpc::internal::RpcMethod rpc(path, grpc::internal::RpcMethod::NORMAL_RPC);
    return grpc::internal::BlockingUnaryCall<Request, Response>(channel_.get(), rpc, With("").get(),
                                                                request, &response);
  }
  // Waits for events, not for time to pass.
  static bool Eventually(const std::function<bool()>& condition) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > until) return false;
      std::this_thread::yield();
    }
    return true;
  }
  static Error Draining() {
    Error error;
    error.code = Code::kUnavailable;
    error.reason = v1::ERROR_REASON_GATEWAY_DRAINING;
    return error;
  }

  Result<std::unique_ptr<store::Directory>> Connect() {
    std::lock_guard lock(gate_.mutex);
    if (!store_is_there_) return store::StoreError(store::Fault::kConnection, "not there");
    return std::unique_ptr<store::Directory>(std::make_unique<SlowDirectory>(state_, gate_));
  }

  const std::string admin_ = NewKeyOf("Admin001"), viewer_ = NewKeyOf("Viewer01"),
                    caller_ = NewKeyOf("Caller01");
  config::Config config_;
  const SystemClock clock_;
  telemetry::Metrics metrics_;
  std::ostringstream lines_;
  telemetry::Log log_{{telemetry::LogLevel::kInfo, true}, clock_, telemetry::AsyncSink(lines_)};
  const http::TransferLimits transfer_limits_;
  gateway::MemoryBudget memory_{1 << 30};
  identity::Refusals refusals_;
  identity::KeyFetcher signing_keys_{
      {clock_, metrics_.Of<identity::JwksMetrics>(), log_, transfer_limits_, 1}};
  const std::shared_ptr<endpoints::DirectoryState> state_ =
      std::make_shared<endpoints::DirectoryState>();
  SlowDirectory::Gate gate_;
  bool store_is_there_ = true;
  std::vector<std::string> cut_;
  std::unique_ptr<AdminApi> api_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::KeysService::Stub> keys_;
  std::unique_ptr<v1::TenantsService::Stub> tenants_;
};

TEST_F(AdminApiTest, IsForWhoHasARoleThere) {
  Start();
  EXPECT_EQ(Listed(admin_), "OK");
  EXPECT_EQ(Listed(viewer_), "OK");
  EXPECT_EQ(Listed(caller_), "OPERATION_NOT_ALLOWED");
  EXPECT_EQ(Listed(""), "CREDENTIALS_REQUIRED");
  EXPECT_EQ(Listed(NewKeyOf("Admin001")), "INVALID_CREDENTIALS");
}

TEST_F(AdminApiTest, AsksAlsoWhereCallersAreNotAsked) {
  config_.tenants.clear();
  config_.identity.keys.entries.resize(1);
  ASSERT_EQ(*MakeIdentityRules(config_, signing_keys_), nullptr);
  Start();
  EXPECT_EQ(Listed(admin_), "OK");
  EXPECT_EQ(Listed(""), "CREDENTIALS_REQUIRED");
}

TEST_F(AdminApiTest, LetsNobodyInWhomItNeedNotKnowElsewhere) {
  config_.identity.required = false;
  Start();
  EXPECT_EQ(Listed(""), "CREDENTIALS_REQUIRED");
  config_.identity.anonymous = "acme";
  ASSERT_TRUE(api_->Use(config_, nullptr));
  EXPECT_TRUE(Eventually([&] { return Listed("") == "OPERATION_NOT_ALLOWED"; }));
}

TEST_F(AdminApiTest, MakesAKeyWhoseSecretIsInTheAnswerAndInNoLogLine) {
  Start();
  v1::CreateKeyRequest request;
  request.mutable_key()->set_tenant_id("acme");
  v1::CreateKeyResponse response;
  ASSERT_TRUE(keys_->CreateKey(With(admin_).get(), request, &response).ok());
  EXPECT_EQ(tenancy::IdOfKey(response.secret()), response.key().key_id());
  api_.reset();
  std::lock_guard lock(state_->mutex);
  ASSERT_EQ(state_->events.size(), 1u);
  v1::AuditEvent event = endpoints::ToProto(state_->events[0]).value();
  EXPECT_EQ(event.actor().key_id(), "Admin001");
  EXPECT_THAT(event.peer(), HasSubstr("127.0.0.1"));
  EXPECT_THAT(event.SerializeAsString(), Not(HasSubstr(response.secret())));
}

TEST_F(AdminApiTest, ListsWhatTheConfigurationHas) {
  Start();
  v1::ListTenantsResponse tenants;
  ASSERT_TRUE(tenants_->ListTenants(With(admin_).get(), {}, &tenants).ok());
  ASSERT_EQ(tenants.tenants_size(), 1);
  EXPECT_EQ(tenants.tenants(0).tenant_id(), "acme");
  EXPECT_EQ(tenants.tenants(0).origin(), "config");
  v1::ListKeysResponse keys;
  ASSERT_TRUE(keys_->ListKeys(With(admin_).get(), {}, &keys).ok());
  EXPECT_EQ(keys.keys_size(), 3);
}

TEST_F(AdminApiTest, KnowsNothingOfTheCallersServices) {
  Start();
  v1::CompleteResponse response;
  const auto status =
      v1::ChatService::NewStub(channel_)->Complete(With(admin_).get(), {}, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNIMPLEMENTED);
}

TEST_F(AdminApiTest, SaysWhetherItServesAndWhat) {
  config_.server.reflection = true;
  Start();
  grpc::health::v1::HealthCheckRequest request;
  request.set_service("inferwire.v1.KeysService");
  grpc::health::v1::HealthCheckResponse health;
  ASSERT_TRUE(Call("/grpc.health.v1.Health/Check", request, health).ok());
  EXPECT_EQ(health.status(), grpc::health::v1::HealthCheckResponse::SERVING);
  request.set_service("inferwire.v1.ChatService");
  EXPECT_EQ(Call("/grpc.health.v1.Health/Check", request, health).error_code(),
            grpc::StatusCode::NOT_FOUND);

  grpc::reflection::v1::ServerReflectionRequest list;
  list.set_list_services("");
  grpc::reflection::v1::ServerReflectionResponse services;
  ASSERT_TRUE(
      Call("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", list, services).ok());
  const std::string text = services.DebugString();
  EXPECT_THAT(text, HasSubstr("inferwire.v1.KeysService"));
  EXPECT_THAT(text, HasSubstr("inferwire.v1.TenantsService"));
  EXPECT_THAT(text, Not(HasSubstr("inferwire.v1.ChatService")));
}

TEST_F(AdminApiTest, TakesNoMoreCallsAtOnceThanItMay) {
  config_.admin_api.max_in_flight = 1;
  gate_.open = false;
  Start();
  std::thread first([this] { EXPECT_EQ(Tenants(admin_), "OK"); });
  EXPECT_TRUE(gate_.AwaitWaiting());
  // By a connection of its own: on the first one there is room for one stream.
  const auto second = v1::TenantsService::NewStub(NewChannel());
  v1::ListTenantsResponse response;
  const auto status = second->ListTenants(With(admin_).get(), {}, &response);
  EXPECT_EQ(ReasonOf(status), "GATEWAY_OVERLOADED");
  gate_.Open();
  first.join();
}

TEST_F(AdminApiTest, TakesNoMoreConnectionsThanItMay) {
  config_.admin_api.max_connections = 1;
  Start();
  EXPECT_EQ(Listed(admin_), "OK");
  const auto second = v1::KeysService::NewStub(NewChannel());
  auto context = With(admin_);
  context->set_wait_for_ready(false);
  v1::ListKeysResponse response;
  EXPECT_EQ(second->ListKeys(context.get(), {}, &response).error_code(),
            grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(Listed(admin_), "OK");
}

TEST_F(AdminApiTest, WaitsForItsStoreAndSaysSo) {
  store_is_there_ = false;
  Start();
  EXPECT_EQ(Listed(admin_), "STORE_UNAVAILABLE");
  {
    std::lock_guard lock(gate_.mutex);
    store_is_there_ = true;
  }
  EXPECT_TRUE(Eventually([&] { return Listed(admin_) == "OK"; }));
}

TEST_F(AdminApiTest, TakesAChangedConfigurationOver) {
  Start();
  EXPECT_EQ(Listed(caller_), "OPERATION_NOT_ALLOWED");
  config_.identity.keys.entries[2].roles = {tenancy::Role::kTenantAdmin};
  config_.tenants.emplace_back().id = "beta";
  ASSERT_TRUE(api_->Use(config_, *MakeIdentityRules(config_, signing_keys_)));
  EXPECT_TRUE(Eventually([&] { return Listed(caller_) == "OK"; }));
  v1::ListTenantsResponse tenants;
  ASSERT_TRUE(tenants_->ListTenants(With(admin_).get(), {}, &tenants).ok());
  EXPECT_EQ(tenants.tenants_size(), 2);
}

TEST_F(AdminApiTest, AnAddressThatIsTakenIsAFaultAtTheStart) {
  Start();
  config_.admin_api.listen = "127.0.0.1:" + std::to_string(api_->port());
  const auto again = TryStart();
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().metadata.at("startup"), "address");
  EXPECT_THAT(again.error().message, HasSubstr("admin_api"));
}

TEST_F(AdminApiTest, ACertificateThatCannotBeReadIsAFaultAtTheStart) {
  config_.admin_api.tls.emplace().certificate = "/nowhere/tls.crt";
  const auto started = TryStart();
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().metadata.at("startup"), "secret");
}

TEST_F(AdminApiTest, EndsWithTheCallsThatItHas) {
  gate_.open = false;
  Start();
  std::thread call([this] { EXPECT_EQ(Tenants(admin_), "OK"); });
  EXPECT_TRUE(gate_.AwaitWaiting());
  std::thread end([this] { api_->Stop(std::chrono::seconds(20), Draining()); });
  gate_.Open();
  call.join();
  end.join();
}

TEST_F(AdminApiTest, TellsWhoFollowsThatItEnds) {
  Start();
  v1::ListAuditEventsRequest request;
  request.set_follow(true);
  v1::PutTenantRequest put;
  put.mutable_tenant()->set_tenant_id("beta");
  v1::PutTenantResponse ignored;
  ASSERT_TRUE(tenants_->PutTenant(With(admin_).get(), put, &ignored).ok());
  const auto context = With(admin_);
  const auto reader = tenants_->ListAuditEvents(context.get(), request);
  v1::ListAuditEventsResponse events;
  ASSERT_TRUE(reader->Read(&events));
  api_->Stop(std::chrono::milliseconds(10), Draining());
  EXPECT_FALSE(reader->Read(&events));
  EXPECT_EQ(ReasonOf(reader->Finish()), "GATEWAY_DRAINING");
}

}  // namespace
}  // namespace inferwire::app
