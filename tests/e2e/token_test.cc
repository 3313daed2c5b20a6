// Tokens of an issuer at a whole gateway: its keys come from a file, from their URL or from where
// its configuration says, and change while the gateway runs.
#include <gmock/gmock.h>
#include <unistd.h>

#include <atomic>
#include <mutex>

#include "reloadable.h"
#include "support/child_process.h"
#include "support/scripted_server.h"
#include "support/tokens.h"
#include "tenancy/key_text.h"

namespace inferwire::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing_support::Jwks;
using testing_support::TokenKey;

// Publishes what a test gives it, by path; anything else is not found.
class Issuer {
 public:
  ~Issuer() {
    stopping_ = true;
    const testing_support::Socket wakes_the_listener = testing_support::Connect(server_.port());
  }
  void Publish(const std::string& path, const std::string& body) {
    const std::lock_guard lock(mutex_);
    answers_[path] = body;
  }
  std::string name() const { return server_.Url("http", ""); }
  int asked() const { return asked_; }

 private:
  void Serve(http::Listener& listener) {
    for (;;) {
      http::Peer peer = listener.Accept();
      if (stopping_) return;
      const std::string head = peer.ReadRequest();
      const size_t begin = head.find(' ') + 1, end = head.find(' ', begin);
      if (end == std::string::npos) continue;
      ++asked_;
      const std::lock_guard lock(mutex_);
      const auto found = answers_.find(head.substr(begin, end - begin));
      peer.Send(found == answers_.end() ? "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
                                        : http::Answer(found->second));
    }
  }

  std::mutex mutex_;
  std::map<std::string, std::string> answers_;
  std::atomic<bool> stopping_{false};
  std::atomic<int> asked_{0};
  http::ScriptedServer server_{[this](http::Listener& listener) { Serve(listener); }};
};

std::string TokenOf(const TokenKey& key, const std::string& issuer, const std::string& sub,
                    const std::string& kid = "one", std::chrono::seconds life = 3600s) {
  const auto now =
      std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch());
  return key.TokenOf(kid, R"({"iss":")" + issuer + R"(","aud":["inferwire"],"iat":)" +
                              std::to_string((now - 60s).count()) + ",\"exp\":" +
                              std::to_string((now + life).count()) + ",\"sub\":\"" + sub + "\"}");
}

constexpr const char* kRanker = "system:serviceaccount:search:ranker";

// acme's are the service accounts of the namespace `search`.
std::string Tenants(const std::string& issuer, const std::string& more) {
  return "tenants: [{id: acme}, {id: beta}]\nidentity:\n  jwt:\n    - issuer: " + issuer +
         "\n      audiences: [inferwire]\n" + (more.empty() ? "" : "      " + more + "\n") +
         "      rules: [{claims: {sub: \"system:serviceaccount:search:*\"}, tenant: acme}]\n";
}

grpc::Status CallWith(v1::ChatService::Stub& stub, const std::string& token) {
  const auto context = NewContext();
  context->AddMetadata("authorization", "Bearer " + token);
  v1::CompleteRequest request;
  *request.mutable_params() = Prompt("hi", "gpt-4.1-mini");
  v1::CompleteResponse response;
  return stub.Complete(context.get(), request, &response);
}

std::string ReasonOf(const grpc::Status& status) { return InfoOf(status).reason(); }

class TokensOfAFile : public ::testing::Test {
 protected:
  void Start(const std::string& issuer = "kubernetes") {
    world_.Write("jwks.json", Jwks({key_.Jwk("one")}));
    world_.Start(world_.Head() + world_.Upstream("one") +
                 Tenants(issuer, "keys: " + (world_.folder() / "jwks.json").string()));
    stub_ = world_.NewStub();
  }

  Reloadable world_{/*watch=*/true};
  const TokenKey key_ = TokenKey::Rsa();
  std::unique_ptr<v1::ChatService::Stub> stub_;
};

TEST_F(TokensOfAFile, AServiceAccountOfKubernetesIsServed) {
  Start();
  const std::string token = TokenOf(key_, "kubernetes", kRanker);
  for (int i = 0; i < 3; ++i) {
    const grpc::Status status = CallWith(*stub_, token);
    EXPECT_TRUE(status.ok()) << status.error_message();
  }
  EXPECT_EQ(world_.Metric("inferwire_auth_total{method=\"jwt\",outcome=\"accepted\",reason=\"\"}"),
            3);
  EXPECT_EQ(world_.Metric("inferwire_jwt_verifications_total"), 1) << "the loop knows it";
  EXPECT_EQ(world_.Metric("inferwire_caller_requests_total{caller=\"acme\",outcome=\"ok\"}"), 3);
  EXPECT_TRUE(Gateway::Eventually(
      [&] { return world_.log().find("\"caller\":\"acme\"") != std::string::npos; }));
  EXPECT_THAT(world_.log(), Not(HasSubstr(token)));
}

TEST_F(TokensOfAFile, WhatIsNoGoodIsToldAsLittleAsOfAKey) {
  Start();
  const grpc::Status wrong = CallWith(*stub_, TokenOf(TokenKey::Rsa(), "kubernetes", kRanker));
  EXPECT_EQ(wrong.error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(ReasonOf(wrong), "INVALID_CREDENTIALS");
  const grpc::Status foreign = CallWith(*stub_, TokenOf(key_, "somebody", kRanker));
  EXPECT_EQ(foreign.error_message(), wrong.error_message());
  EXPECT_EQ(CallWith(*stub_, TokenOf(key_, "kubernetes", kRanker, "two")).error_message(),
            wrong.error_message());
  const grpc::Status expired = CallWith(*stub_, TokenOf(key_, "kubernetes", kRanker, "one", -61s));
  EXPECT_EQ(expired.error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(ReasonOf(expired), "CREDENTIALS_EXPIRED");
  const grpc::Status nobody =
      CallWith(*stub_, TokenOf(key_, "kubernetes", "system:serviceaccount:other:x"));
  EXPECT_EQ(nobody.error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(ReasonOf(nobody), "CALLER_NOT_ALLOWED");
  EXPECT_EQ(InfoOf(nobody).metadata().at("safe_to_retry"), "false");
}

TEST_F(TokensOfAFile, OtherKeysInItAreTakenOverAndATokenOfTheOldOnesIsGoodNoMore) {
  Start();
  const TokenKey next = TokenKey::Ec();
  const std::string old_token = TokenOf(key_, "kubernetes", kRanker),
                    new_token = TokenOf(next, "kubernetes", kRanker, "two");
  EXPECT_TRUE(CallWith(*stub_, old_token).ok());
  EXPECT_EQ(ReasonOf(CallWith(*stub_, new_token)), "INVALID_CREDENTIALS");
  world_.Write("jwks.json", Jwks({next.Jwk("two")}));
  EXPECT_TRUE(Gateway::Eventually([&] { return CallWith(*stub_, new_token).ok(); }));
  EXPECT_EQ(ReasonOf(CallWith(*stub_, old_token)), "INVALID_CREDENTIALS")
      << "however well the loop knew it";
}

TEST_F(TokensOfAFile, AFileWithoutAKeyChangesNothing) {
  Start();
  world_.Write("jwks.json", "{\"keys\":[]}");
  EXPECT_EQ(world_.server().Reload(), telemetry::ReloadResult::kRejected);
  EXPECT_TRUE(CallWith(*stub_, TokenOf(key_, "kubernetes", kRanker)).ok());
}

TEST(TokensOfASource, KeysAreFetchedFromTheirUrlAndStayOverAReload) {
  Reloadable world(/*watch=*/false);
  Issuer issuer;
  const TokenKey key = TokenKey::Ec();
  issuer.Publish("/keys", Jwks({key.Jwk("one")}));
  const std::string config =
      world.Head() + world.Upstream("one") +
      Tenants("https://issuer.example", "jwks_url: " + issuer.name() + "/keys");
  world.Start(config);
  const auto stub = world.NewStub();
  const std::string token = TokenOf(key, "https://issuer.example", kRanker);
  EXPECT_TRUE(Gateway::Eventually([&] { return CallWith(*stub, token).ok(); }));
  EXPECT_THAT(world.server().MetricsPage(false),
              HasSubstr("inferwire_jwks_age_seconds{issuer=\"https://issuer.example\"} "));
  EXPECT_EQ(world.Reload(config + "log: {level: debug}\n"), telemetry::ReloadResult::kApplied);
  EXPECT_TRUE(CallWith(*stub, token).ok());
  EXPECT_EQ(issuer.asked(), 1);
}

TEST(TokensOfASource, KeysAreFoundByTheIssuersOwnConfiguration) {
  Reloadable world(/*watch=*/false);
  Issuer issuer;
  const TokenKey key = TokenKey::Rsa();
  issuer.Publish("/.well-known/openid-configuration",
                 R"({"issuer":")" + issuer.name() + R"(","jwks_uri":")" + issuer.name() +
                     R"(/keys?v=1","response_types_supported":["id_token"]})");
  issuer.Publish("/keys?v=1", Jwks({key.Jwk("one")}));
  world.Start(world.Head() + world.Upstream("one") + Tenants(issuer.name(), ""));
  const auto stub = world.NewStub();
  const std::string token = TokenOf(key, issuer.name(), kRanker);
  EXPECT_TRUE(Gateway::Eventually([&] { return CallWith(*stub, token).ok(); }));
  EXPECT_EQ(issuer.asked(), 2);
}

// The first line of what the admin port answers.
std::string AskAdmin(int port, const std::string& path) {
  const testing_support::Socket socket = testing_support::Connect(port);
  http::Peer admin(dup(socket.fd()));
  admin.Send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  const std::string head = admin.ReadHead();
  return head.substr(0, head.find('\r'));
}

TEST(TokensOfASource, AGatewayIsReadyWhenItHasTriedToFetchThem) {
  Reloadable world(/*watch=*/false);
  http::Listener silent;
  const TokenKey key = TokenKey::Ec();
  world.Start(world.Head() + world.Upstream("one") +
              Tenants("https://issuer.example", "jwks_url: " + silent.Url("http", "/keys")));
  http::Peer asked = silent.Accept();
  EXPECT_THAT(asked.ReadRequest(), HasSubstr("GET /keys"));
  const int port = world.server().admin_port();
  EXPECT_THAT(AskAdmin(port, "/readyz"), HasSubstr(" 503"));
  EXPECT_THAT(AskAdmin(port, "/livez"), HasSubstr(" 200"));
  asked.Send(http::Answer(Jwks({key.Jwk("one")})));
  EXPECT_TRUE(Gateway::Eventually(
      [&] { return AskAdmin(port, "/readyz").find(" 200") != std::string::npos; }));
  const auto stub = world.NewStub();
  EXPECT_TRUE(CallWith(*stub, TokenOf(key, "https://issuer.example", kRanker)).ok());
}

TEST(TokensOfASource, WithoutItApiKeysAreServedAndTokensAreRefused) {
  Reloadable world(/*watch=*/false);
  const std::string api_key = tenancy::NewKey("AAAAAAAA", tenancy::SystemRandomBytes).value();
  Issuer issuer;  // without keys
  world.Start(world.Head() + world.Upstream("one") +
              Tenants("https://issuer.example", "jwks_url: " + issuer.name() + "/keys") +
              "  keys: {entries: [{id: AAAAAAAA, tenant: beta, hash: " +
              tenancy::HexOf(tenancy::KeyHasher().Of(api_key)) + "}]}\n");
  const auto stub = world.NewStub();
  EXPECT_TRUE(CallWith(*stub, api_key).ok());
  const TokenKey key = TokenKey::Ec();
  const std::string token = TokenOf(key, "https://issuer.example", kRanker);
  EXPECT_EQ(ReasonOf(CallWith(*stub, token)), "INVALID_CREDENTIALS");
  EXPECT_TRUE(Gateway::Eventually(
      [&] { return world.log().find("signing_keys_not_fetched") != std::string::npos; }));
  // It is asked again by itself.
  issuer.Publish("/keys", Jwks({key.Jwk("one")}));
  EXPECT_TRUE(Gateway::Eventually([&] { return CallWith(*stub, token).ok(); }));
}

}  // namespace
}  // namespace inferwire::e2e
