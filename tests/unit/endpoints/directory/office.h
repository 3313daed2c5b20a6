// The administrators' endpoints with a directory in memory: calls of somebody, and what they get.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "../../rpc/fake_transport.h"
#include "base/random.h"
#include "base/timers.h"
#include "endpoints/administration.h"
#include "endpoints/directory/rows.h"
#include "memory_directory.h"
#include "support/manual_clock.h"
#include "telemetry/metrics.h"
#include "tenancy/principal.h"

namespace inferwire::endpoints {

inline tenancy::Principal Somebody(tenancy::Roles roles, std::string tenant = "",
                                   std::string key = "Admin001") {
  tenancy::Principal who;
  who.tenant = std::move(tenant);
  who.key = std::move(key);
  who.roles = roles;
  return who;
}

inline const tenancy::Principal kAdmin = Somebody({tenancy::Role::kAdmin});

class Office {
 public:
  Office() {
    auto configured = std::make_shared<ConfiguredDirectory>();
    v1::Tenant& tenant = configured->tenants.emplace_back();
    tenant.set_tenant_id("fixed");
    tenant.set_origin("config");
    v1::Key& key = configured->keys.emplace_back();
    key.set_key_id("Fixed001");
    key.set_tenant_id("fixed");
    configured->plans = {"standard"};
    configured_ = std::move(configured);
    std::vector<std::unique_ptr<store::Directory>> connections;
    connections.push_back(std::make_unique<MemoryDirectory>(state));
    executor.Serve(std::move(connections));
  }

  // A call that is made and has not ended, perhaps.
  class Running final : public gateway::Operation::Observer {
   public:
    bool Full() override { return full; }
    void OnMessage(google::protobuf::Message& message) override {
      messages.push_back(message.SerializeAsString());
    }
    void OnEnd(std::optional<Error> error) override {
      ended = true;
      failure = std::move(error);
    }

    bool full = false, ended = false;
    std::vector<std::string> messages;
    std::optional<Error> failure;
    std::unique_ptr<gateway::Operation> operation;
  };

  std::unique_ptr<Running> Begin(std::string_view method, const google::protobuf::Message& request,
                                 const tenancy::Principal& who) {
    auto running = std::make_unique<Running>();
    gateway::CallContext context{"r1", clock.Now() + std::chrono::hours(1)};
    context.principal = &who;
    context.method = "api_key";
    context.peer = "ipv4:10.0.0.1:4711";
    std::unique_ptr<google::protobuf::Message> copy(request.New());
    copy->CopyFrom(request);
    auto begun = SpecOf(method).begin.operation(*copy, runtime_, context, *running);
    if (!begun) {
      running->OnEnd(std::move(begun.error()));
      return running;
    }
    running->operation = std::move(*begun);
    running->operation->Start();
    return running;
  }

  // Until it has ended, or has so many messages.
  void Await(const Running& running, size_t messages = SIZE_MAX) {
    while (!running.ended && running.messages.size() < messages) {
      std::unique_lock lock(mutex_);
      if (!posted_.wait_for(lock, std::chrono::seconds(20), [&] { return has_post_; })) {
        ADD_FAILURE() << "nothing comes";
        return;
      }
      has_post_ = false;
      lock.unlock();
      mailbox.Run();
    }
  }

  template <class Response>
  Result<Response> Call(std::string_view method, const google::protobuf::Message& request,
                        const tenancy::Principal& who = kAdmin) {
    const auto running = Begin(method, request, who);
    Await(*running);
    if (running->failure) return *running->failure;
    Response response;
    if (running->messages.size() != 1 || !response.ParseFromString(running->messages.front())) {
      ADD_FAILURE() << method << ": no answer";
    }
    return response;
  }

  // Of an answer that has to be one.
  v1::Tenant MakeTenant(const std::string& id, const std::vector<std::string>& teams = {}) {
    v1::PutTenantRequest request;
    request.mutable_tenant()->set_tenant_id(id);
    for (const std::string& team : teams) {
      request.mutable_tenant()->add_teams()->set_team_id(team);
    }
    auto made = Call<v1::PutTenantResponse>("PutTenant", request);
    EXPECT_TRUE(made) << made.error().message;
    return made ? made->tenant() : v1::Tenant();
  }
  v1::CreateKeyResponse MakeKey(const std::string& tenant,
                                const std::vector<std::string>& roles = {}) {
    v1::CreateKeyRequest request;
    request.mutable_key()->set_tenant_id(tenant);
    for (const std::string& role : roles) request.mutable_key()->add_roles(role);
    auto made = Call<v1::CreateKeyResponse>("CreateKey", request);
    EXPECT_TRUE(made) << made.error().message;
    return made ? *made : v1::CreateKeyResponse();
  }
  v1::Key KeyNow(const std::string& id) {
    v1::GetKeyRequest request;
    request.set_key_id(id);
    auto found = Call<v1::GetKeyResponse>("GetKey", request);
    EXPECT_TRUE(found) << found.error().message;
    return found ? found->key() : v1::Key();
  }
  // Of the last change.
  v1::AuditEvent LastEvent() {
    std::lock_guard lock(state->mutex);
    if (state->events.empty()) return {};
    auto event = ToProto(state->events.back());
    return event ? *event : v1::AuditEvent();
  }
  size_t events() {
    std::lock_guard lock(state->mutex);
    return state->events.size();
  }
  void Advance(Duration duration) {
    clock.Advance(duration);
    timers_.FireDue();
  }

  ManualClock clock;
  const std::shared_ptr<DirectoryState> state = std::make_shared<DirectoryState>();
  std::vector<std::string> cut;  // keys whose calls were ended
  std::optional<Error> bad;      // what tenants and keys are found to be

 private:
  const rpc::EndpointSpec& SpecOf(std::string_view method) {
    const auto found = std::ranges::find(specs_, method, &rpc::EndpointSpec::method);
    if (found == specs_.end()) throw std::out_of_range(std::string(method));
    return *found;
  }
  Result<void> Check() const {
    if (bad) return *bad;
    return {};
  }

  std::mutex mutex_;
  std::condition_variable posted_;
  bool has_post_ = false;
  std::shared_ptr<const ConfiguredDirectory> configured_;
  http::FakeTransport transport_;
  Timers timers_{clock};
  Random random_{1};
  telemetry::Metrics metrics_;
  const upstream::Router router_;
  const upstream::AnswerLimits limits_;
  v1::StreamCompleteResponse chunk_;

 public:
  Mailbox mailbox{[this] {
    std::lock_guard lock(mutex_);
    has_post_ = true;
    posted_.notify_all();
  }};
  store::DirectoryExecutor executor{100};
  DirectoryBackend backend{executor,
                           tenancy::SystemRandomBytes,
                           [](std::string_view key) { return tenancy::KeyHasher().Of(key); },
                           [this] { return configured_; },
                           [this](const v1::Tenant&) { return Check(); },
                           [this](const v1::Key&) { return Check(); },
                           [this](const std::string& key) { cut.push_back(key); }};

 private:
  const upstream::Runtime runtime_{transport_, timers_, random_, upstream::RuntimeMetrics(metrics_),
                                   router_,    limits_, chunk_,  mailbox};
  const std::vector<rpc::EndpointSpec> specs_ = Administration(backend);
};

template <class Response>
std::string Outcome(const Result<Response>& result) {
  return result ? "OK" : std::string(ReasonName(result.error().reason));
}

}  // namespace inferwire::endpoints
