// Administrators at a whole gateway: what they change in the store is what callers meet.
#include <gmock/gmock.h>

#include "gateway.h"
#include "inferwire/v1/keys_service.grpc.pb.h"
#include "inferwire/v1/tenants_service.grpc.pb.h"
#include "support/temp_folder.h"
#include "tenancy/key_text.h"

namespace inferwire::e2e {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

config::ApiKeyConfig AdminEntry(const std::string& key) {
  config::ApiKeyConfig entry;
  entry.id = std::string(tenancy::IdOfKey(key).value());
  entry.hash = tenancy::HexOf(tenancy::KeyHasher().Of(key));
  entry.roles = {tenancy::Role::kAdmin};
  return entry;
}

std::unique_ptr<grpc::ClientContext> With(const std::string& key) {
  auto context = NewContext();
  if (!key.empty()) context->AddMetadata("authorization", "Bearer " + key);
  return context;
}

std::string ReasonOf(const grpc::Status& status) {
  return status.ok() ? "OK" : InfoOf(status).reason();
}

class AdminApiTest : public ::testing::Test {
 protected:
  AdminApiTest()
      : gateway_([this](config::Config& config) {
          config.store.path = folder_.File("store.db");
          config.directory.enabled = true;
          config.directory.poll = std::chrono::milliseconds(100);
          config.admin_api.listen = "127.0.0.1:0";
          config.identity.keys.entries = {AdminEntry(admin_)};
          // A key that is asked for before it is in force is a wrong one.
          config.identity.keys.max_wrong_per_minute = 1'000'000;
        }),
        channel_(gateway_.NewChannel()),
        chat_(v1::ChatService::NewStub(channel_)),
        admin_channel_(
            grpc::CreateChannel("127.0.0.1:" + std::to_string(gateway_.server().admin_api_port()),
                                grpc::InsecureChannelCredentials())),
        keys_(v1::KeysService::NewStub(admin_channel_)),
        tenants_(v1::TenantsService::NewStub(admin_channel_)) {}

  grpc::Status PutTenant(const std::string& id, int64_t version = 0) {
    v1::PutTenantRequest request;
    request.mutable_tenant()->set_tenant_id(id);
    request.mutable_tenant()->set_version(version);
    v1::PutTenantResponse response;
    const auto context = With(admin_);
    context->set_wait_for_ready(true);
    return tenants_->PutTenant(context.get(), request, &response);
  }
  v1::CreateKeyResponse NewKey(const std::string& tenant) {
    v1::CreateKeyRequest request;
    request.mutable_key()->set_tenant_id(tenant);
    v1::CreateKeyResponse response;
    const grpc::Status status = keys_->CreateKey(With(admin_).get(), request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }
  grpc::Status Revoke(const std::string& id, bool cut) {
    v1::RevokeKeyRequest request;
    request.set_key_id(id);
    request.set_reason("lost");
    request.set_cut_calls(cut);
    v1::RevokeKeyResponse response;
    return keys_->RevokeKey(With(admin_).get(), request, &response);
  }
  std::string Ask(const std::string& key) {
    v1::CompleteRequest request;
    *request.mutable_params() = Prompt("Hi");
    v1::CompleteResponse response;
    return ReasonOf(chat_->Complete(With(key).get(), request, &response));
  }
  bool Soon(const std::string& key, const std::string& outcome) {
    return Gateway::Eventually([&] { return Ask(key) == outcome; });
  }

  const testing_support::TempFolder folder_;
  const std::string admin_ = tenancy::NewKey("Boss0001", tenancy::SystemRandomBytes).value();
  Gateway gateway_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::ChatService::Stub> chat_;
  std::shared_ptr<grpc::Channel> admin_channel_;
  std::unique_ptr<v1::KeysService::Stub> keys_;
  std::unique_ptr<v1::TenantsService::Stub> tenants_;
};

TEST_F(AdminApiTest, AKeyThatIsMadeIsServedAndOneThatIsRevokedIsNot) {
  ASSERT_TRUE(PutTenant("acme").ok());
  const v1::CreateKeyResponse made = NewKey("acme");
  EXPECT_TRUE(Soon(made.secret(), "OK"));
  ASSERT_TRUE(Revoke(made.key().key_id(), /*cut=*/false).ok());
  EXPECT_TRUE(Soon(made.secret(), "INVALID_CREDENTIALS"));
  EXPECT_THAT(gateway_.log(), Not(HasSubstr(made.secret())));
}

TEST_F(AdminApiTest, BothSecretsOfAKeyAreGoodWhileItIsRotated) {
  ASSERT_TRUE(PutTenant("acme").ok());
  const v1::CreateKeyResponse made = NewKey("acme");
  v1::RotateKeyRequest request;
  request.set_key_id(made.key().key_id());
  v1::RotateKeyResponse rotated;
  ASSERT_TRUE(keys_->RotateKey(With(admin_).get(), request, &rotated).ok());
  EXPECT_TRUE(Soon(rotated.secret(), "OK"));
  EXPECT_EQ(Ask(made.secret()), "OK");
  v1::RevokeKeyRequest old;
  old.set_key_id(made.key().key_id());
  old.set_hint(made.key().secrets(0).hint());
  v1::RevokeKeyResponse ignored;
  ASSERT_TRUE(keys_->RevokeKey(With(admin_).get(), old, &ignored).ok());
  EXPECT_TRUE(Soon(made.secret(), "INVALID_CREDENTIALS"));
  EXPECT_EQ(Ask(rotated.secret()), "OK");
}

TEST_F(AdminApiTest, ATenantThatIsDisabledIsRefusedUntilItIsEnabled) {
  ASSERT_TRUE(PutTenant("acme").ok());
  const std::string key = NewKey("acme").secret();
  EXPECT_TRUE(Soon(key, "OK"));
  v1::DisableTenantRequest request;
  request.set_tenant_id("acme");
  v1::DisableTenantResponse response;
  ASSERT_TRUE(tenants_->DisableTenant(With(admin_).get(), request, &response).ok());
  EXPECT_TRUE(Soon(key, "TENANT_DISABLED"));
  request.set_enable(true);
  ASSERT_TRUE(tenants_->DisableTenant(With(admin_).get(), request, &response).ok());
  EXPECT_TRUE(Soon(key, "OK"));
}

TEST_F(AdminApiTest, SaysWhatIsUsedOfATenantsLimitsAndAddsToOneForAWhile) {
  v1::PutTenantRequest put;
  put.mutable_tenant()->set_tenant_id("acme");
  put.mutable_tenant()->mutable_limits()->set_requests_per_day(1);
  v1::PutTenantResponse ignored;
  ASSERT_TRUE(tenants_->PutTenant(With(admin_).get(), put, &ignored).ok());
  const std::string key = NewKey("acme").secret();
  EXPECT_TRUE(Soon(key, "OK"));
  EXPECT_EQ(Ask(key), "TENANT_RATE_LIMITED");
  v1::GetTenantRequest get;
  get.set_tenant_id("acme");
  v1::GetTenantResponse got;
  ASSERT_TRUE(tenants_->GetTenant(With(admin_).get(), get, &got).ok());
  ASSERT_EQ(got.limits_size(), 1);
  EXPECT_EQ(got.limits(0).meter(), v1::METER_REQUESTS_PER_DAY);
  EXPECT_EQ(got.limits(0).used(), 1);
  EXPECT_EQ(got.limits(0).remaining(), 0);

  v1::BoostLimitRequest boost;
  boost.mutable_scope()->set_tenant_id("acme");
  boost.mutable_boost()->set_meter(v1::METER_REQUESTS_PER_DAY);
  boost.mutable_boost()->set_amount(1);
  boost.mutable_boost()->mutable_until()->set_seconds(std::time(nullptr) + 3600);
  v1::BoostLimitResponse boosted;
  ASSERT_TRUE(tenants_->BoostLimit(With(admin_).get(), boost, &boosted).ok());
  EXPECT_TRUE(Soon(key, "OK"));
  EXPECT_EQ(Ask(key), "TENANT_RATE_LIMITED");
}

TEST_F(AdminApiTest, CallsOfARevokedKeyAreCutWhereThatIsAskedAndOthersGoOn) {
  ASSERT_TRUE(PutTenant("acme").ok());
  const v1::CreateKeyResponse made = NewKey("acme"), other = NewKey("acme");
  EXPECT_TRUE(Soon(other.secret(), "OK"));
  EXPECT_TRUE(Soon(made.secret(), "OK"));
  v1::StreamCompleteRequest request;
  *request.mutable_params() = Prompt("Hi", "gpt-4.1-mini+rate=50+tokens=5000");
  const auto context = With(made.secret()), others = With(other.secret());
  const auto stream = chat_->StreamComplete(context.get(), request);
  const auto goes_on = chat_->StreamComplete(others.get(), request);
  v1::StreamCompleteResponse event;
  ASSERT_TRUE(stream->Read(&event));
  ASSERT_TRUE(goes_on->Read(&event));
  ASSERT_TRUE(Revoke(made.key().key_id(), /*cut=*/true).ok());
  while (stream->Read(&event)) {
  }
  EXPECT_EQ(ReasonOf(stream->Finish()), "INVALID_CREDENTIALS");
  EXPECT_TRUE(goes_on->Read(&event));
  others->TryCancel();
  goes_on->Finish();
}

TEST_F(AdminApiTest, AnAdministratorCallsNoModelsAndCallersFindNoAdministration) {
  EXPECT_EQ(Ask(admin_), "OPERATION_NOT_ALLOWED");
  v1::ListKeysResponse response;
  EXPECT_EQ(
      v1::KeysService::NewStub(channel_)->ListKeys(With(admin_).get(), {}, &response).error_code(),
      grpc::StatusCode::UNIMPLEMENTED);
  EXPECT_EQ(ReasonOf(keys_->ListKeys(With("").get(), {}, &response)), "CREDENTIALS_REQUIRED");
}

TEST_F(AdminApiTest, WhatIsNotAsItMustBeIsNotKept) {
  ASSERT_TRUE(PutTenant("acme").ok());
  v1::PutTenantRequest request;
  request.mutable_tenant()->set_tenant_id("beta");
  request.mutable_tenant()->set_time_zone("Moon/Base");
  v1::PutTenantResponse response;
  EXPECT_EQ(ReasonOf(tenants_->PutTenant(With(admin_).get(), request, &response)),
            "INVALID_PARAMETER");
  EXPECT_EQ(ReasonOf(PutTenant("acme", 99)), "CONFLICT");
}

TEST_F(AdminApiTest, TheTrailSaysWhoDidWhat) {
  ASSERT_TRUE(PutTenant("acme").ok());
  const std::string id = NewKey("acme").key().key_id();
  ASSERT_TRUE(Revoke(id, /*cut=*/false).ok());
  const auto context = With(admin_);
  v1::ListAuditEventsRequest request;
  request.mutable_scope()->set_tenant_id("acme");
  const auto reader = tenants_->ListAuditEvents(context.get(), request);
  std::vector<std::string> actions;
  v1::ListAuditEventsResponse response;
  while (reader->Read(&response)) {
    for (const v1::AuditEvent& event : response.events()) {
      actions.push_back(event.action());
      EXPECT_EQ(event.actor().key_id(), "Boss0001");
      EXPECT_EQ(event.chain().size(), 32u);
    }
  }
  EXPECT_TRUE(reader->Finish().ok());
  EXPECT_THAT(actions, ElementsAre("tenant.put", "key.create", "key.revoke"));
}

TEST_F(AdminApiTest, WhoFollowsHearsThatTheGatewayDrains) {
  ASSERT_TRUE(PutTenant("acme").ok());
  const auto context = With(admin_);
  v1::ListAuditEventsRequest request;
  request.set_follow(true);
  const auto reader = tenants_->ListAuditEvents(context.get(), request);
  v1::ListAuditEventsResponse response;
  ASSERT_TRUE(reader->Read(&response));
  gateway_.Stop();
  while (reader->Read(&response)) {
  }
  EXPECT_EQ(ReasonOf(reader->Finish()), "GATEWAY_DRAINING");
}

}  // namespace
}  // namespace inferwire::e2e
