// The administrators' port of a gateway in the test's own process: each RPC scripted by the test,
// or answered with what was asked.
#pragma once

#include <grpcpp/server_builder.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "inferwire/v1/keys_service.grpc.pb.h"
#include "inferwire/v1/tenants_service.grpc.pb.h"

namespace inferwire::testing_support {

class FakeAdmin final : public v1::KeysService::Service, public v1::TenantsService::Service {
 public:
  FakeAdmin() {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
    builder.RegisterService(static_cast<v1::KeysService::Service*>(this));
    builder.RegisterService(static_cast<v1::TenantsService::Service*>(this));
    server_ = builder.BuildAndStart();
  }
  ~FakeAdmin() override { server_->Shutdown(std::chrono::system_clock::now()); }

  std::string target() const { return "127.0.0.1:" + std::to_string(port_); }

  // --- What there is; set before calls. ---
  std::vector<v1::Key> keys;                        // of ListKeys, one on each page
  std::vector<v1::Tenant> tenants;                  // the same of ListTenants; GetTenant knows them
  std::vector<std::vector<v1::AuditEvent>> events;  // one message each
  int follow_calls = 0;  // of ListAuditEvents; the first one ends with its deadline
  std::string authorization;
  grpc::Status failure = grpc::Status::OK;

  // --- What came. ---
  v1::CreateKeyRequest created;
  v1::RotateKeyRequest rotated;
  v1::RevokeKeyRequest revoked;
  v1::ListKeysRequest listed;
  v1::PutTenantRequest put;
  v1::DisableTenantRequest disabled;
  v1::BoostLimitRequest boosted;
  v1::ListAuditEventsRequest audited;
  v1::VerifyAuditTrailResponse verified;

  grpc::Status CreateKey(grpc::ServerContext* context, const v1::CreateKeyRequest* request,
                         v1::CreateKeyResponse* response) override {
    const auto found = context->client_metadata().find("authorization");
    if (found != context->client_metadata().end()) {
      authorization = {found->second.data(), found->second.size()};
    }
    created = *request;
    *response->mutable_key() = request->key();
    response->mutable_key()->set_key_id("AbCd1234");
    if (request->request_id() != "again") response->set_secret("iw_AbCd1234_secret");
    return failure;
  }
  grpc::Status RotateKey(grpc::ServerContext*, const v1::RotateKeyRequest* request,
                         v1::RotateKeyResponse* response) override {
    rotated = *request;
    response->mutable_key()->set_key_id(request->key_id());
    v1::KeySecret& old = *response->mutable_key()->add_secrets();
    old.set_hint("wxyz");
    old.mutable_ends()->set_seconds(1'800'000'000);
    response->set_secret("iw_AbCd1234_second");
    return failure;
  }
  grpc::Status RevokeKey(grpc::ServerContext*, const v1::RevokeKeyRequest* request,
                         v1::RevokeKeyResponse* response) override {
    revoked = *request;
    response->mutable_key()->set_key_id(request->key_id());
    response->mutable_key()->mutable_revoked()->set_seconds(1'700'000'000);
    return failure;
  }
  grpc::Status GetKey(grpc::ServerContext*, const v1::GetKeyRequest* request,
                      v1::GetKeyResponse* response) override {
    for (const v1::Key& key : keys) {
      if (key.key_id() == request->key_id()) *response->mutable_key() = key;
    }
    return failure;
  }
  grpc::Status ListKeys(grpc::ServerContext*, const v1::ListKeysRequest* request,
                        v1::ListKeysResponse* response) override {
    listed = *request;
    Page(keys, request->page_token(), *response->mutable_keys(),
         *response->mutable_next_page_token());
    return failure;
  }
  grpc::Status ListTenants(grpc::ServerContext*, const v1::ListTenantsRequest* request,
                           v1::ListTenantsResponse* response) override {
    Page(tenants, request->page_token(), *response->mutable_tenants(),
         *response->mutable_next_page_token());
    return failure;
  }
  grpc::Status GetTenant(grpc::ServerContext*, const v1::GetTenantRequest* request,
                         v1::GetTenantResponse* response) override {
    for (const v1::Tenant& tenant : tenants) {
      if (tenant.tenant_id() == request->tenant_id()) *response->mutable_tenant() = tenant;
    }
    v1::LimitState& limit = *response->add_limits();
    limit.set_meter(v1::METER_TOKENS_PER_MINUTE);
    limit.set_limit(200'000);
    limit.set_used(123'456);
    return failure;
  }
  grpc::Status PutTenant(grpc::ServerContext*, const v1::PutTenantRequest* request,
                         v1::PutTenantResponse* response) override {
    put = *request;
    *response->mutable_tenant() = request->tenant();
    return failure;
  }
  grpc::Status DisableTenant(grpc::ServerContext*, const v1::DisableTenantRequest* request,
                             v1::DisableTenantResponse* response) override {
    disabled = *request;
    response->mutable_tenant()->set_tenant_id(request->tenant_id());
    response->mutable_tenant()->set_disabled(!request->enable());
    return failure;
  }
  grpc::Status BoostLimit(grpc::ServerContext*, const v1::BoostLimitRequest* request,
                          v1::BoostLimitResponse*) override {
    boosted = *request;
    return failure;
  }
  grpc::Status ListAuditEvents(grpc::ServerContext*, const v1::ListAuditEventsRequest* request,
                               grpc::ServerWriter<v1::ListAuditEventsResponse>* writer) override {
    audited = *request;
    for (const auto& some : events) {
      v1::ListAuditEventsResponse message;
      for (const v1::AuditEvent& event : some) *message.add_events() = event;
      writer->Write(message);
    }
    if (request->follow() && ++follow_calls == 1) {
      return {grpc::StatusCode::DEADLINE_EXCEEDED, "the call's deadline passed"};
    }
    return failure;
  }

  grpc::Status VerifyAuditTrail(grpc::ServerContext*, const v1::VerifyAuditTrailRequest*,
                                v1::VerifyAuditTrailResponse* response) override {
    *response = verified;
    return failure;
  }

 private:
  // The token is the number of the next one.
  template <class T>
  static void Page(const std::vector<T>& all, const std::string& token,
                   google::protobuf::RepeatedPtrField<T>& page, std::string& next) {
    const size_t at = token.empty() ? 0 : std::stoul(token);
    if (at < all.size()) *page.Add() = all[at];
    if (at + 1 < all.size()) next = std::to_string(at + 1);
  }

  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace inferwire::testing_support
