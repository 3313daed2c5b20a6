// TLS and mutual TLS from files, and their replacement while calls run.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "gateway.h"
#include "support/certificates.h"

namespace inferwire::e2e {
namespace {

using inferwire::testing_support::Certificates;

// The files that the server watches.
class WatchedFiles {
 public:
  WatchedFiles() : folder_(::testing::TempDir() + "/inferwire-tls-" + std::to_string(getpid())) {
    std::filesystem::create_directories(folder_);
  }
  ~WatchedFiles() { std::filesystem::remove_all(folder_); }
  std::string path(const std::string& name) const { return folder_ / name; }
  // Replaced as a whole, as Kubernetes does it.
  void Install(const Certificates& from, const std::string& name, const std::string& as) {
    const std::string fresh = path(as + ".new");
    std::ofstream(fresh) << from.text(name);
    std::filesystem::rename(fresh, path(as));
  }
  void InstallAll(const Certificates& from) {
    Install(from, "server.key", "server.key");
    Install(from, "server.pem", "server.pem");
    Install(from, "ca.pem", "ca.pem");
  }

 private:
  std::filesystem::path folder_;
};

grpc::Status CallOnce(const std::string& target, const std::string& ca, const std::string& key,
                      const std::string& certificate, v1::CompleteResponse* answer = nullptr) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetSslTargetNameOverride("localhost");
  auto stub = v1::ChatService::NewStub(
      grpc::CreateCustomChannel(target, grpc::SslCredentials({ca, key, certificate}), arguments));
  v1::CompleteRequest request;
  *request.mutable_params() = Prompt("hi");
  v1::CompleteResponse response;
  return stub->Complete(NewContext(10s).get(), request, answer != nullptr ? answer : &response);
}

TEST(Tls, MutualTlsServesACallerWithACertificateAndNoOther) {
  const Certificates certificates;
  Gateway gateway([&](config::Config& config) {
    config.tls = config::TlsConfig{certificates.path("server.pem"), certificates.path("server.key"),
                                   certificates.path("ca.pem"), config::ClientAuth::kRequire, 1s};
  });
  const std::string ca = certificates.text("ca.pem");
  const auto good = CallOnce(gateway.target(), ca, certificates.text("client.key"),
                             certificates.text("client.pem"));
  EXPECT_TRUE(good.ok()) << good.error_message();
  EXPECT_FALSE(CallOnce(gateway.target(), ca, "", "").ok());
  EXPECT_FALSE(CallOnce(gateway.target(), ca, certificates.text("stranger.key"),
                        certificates.text("stranger.pem"))
                   .ok());
}

TEST(Tls, WhatACallerWithACertificateUsedIsCountedByItsName) {
  const Certificates certificates;
  Gateway gateway([&](config::Config& config) {
    config.tls = config::TlsConfig{certificates.path("server.pem"), certificates.path("server.key"),
                                   certificates.path("ca.pem"), config::ClientAuth::kRequire, 1s};
  });
  v1::CompleteResponse answer;
  const auto good =
      CallOnce(gateway.target(), certificates.text("ca.pem"), certificates.text("client.key"),
               certificates.text("client.pem"), &answer);
  ASSERT_TRUE(good.ok()) << good.error_message();
  const std::string caller = R"({caller="backend-1")";
  EXPECT_EQ(gateway.Metric("inferwire_caller_requests_total" + caller + ",outcome=\"ok\"}"), 1);
  EXPECT_EQ(
      gateway.Metric("inferwire_caller_tokens_total" + caller + ",gen_ai_token_type=\"output\"}"),
      static_cast<double>(answer.completion().usage().output_tokens()));
  EXPECT_NEAR(gateway.Metric("inferwire_caller_cost_usd_total" + caller + "}"),
              static_cast<double>(answer.gateway().cost().total_picousd()) * 1e-12, 1e-15);
}

TEST(Tls, ServesWithoutAClientCertificateIfNoneIsAskedFor) {
  const Certificates certificates;
  Gateway gateway([&](config::Config& config) {
    config.tls = config::TlsConfig{certificates.path("server.pem"), certificates.path("server.key"),
                                   "", config::ClientAuth::kNone, 1s};
  });
  const auto status = CallOnce(gateway.target(), certificates.text("ca.pem"), "", "");
  EXPECT_TRUE(status.ok()) << status.error_message();
}

TEST(Tls, TakesANewAuthorityAndCertificateWithoutARestart) {
  const Certificates before, after;
  WatchedFiles files;
  files.InstallAll(before);
  Gateway gateway([&](config::Config& config) {
    config.tls = config::TlsConfig{files.path("server.pem"), files.path("server.key"),
                                   files.path("ca.pem"), config::ClientAuth::kRequire, 1s};
  });
  const auto call_as = [&](const Certificates& who) {
    return CallOnce(gateway.target(), who.text("ca.pem"), who.text("client.key"),
                    who.text("client.pem"));
  };
  EXPECT_TRUE(call_as(before).ok());
  EXPECT_FALSE(call_as(after).ok());
  files.InstallAll(after);
  EXPECT_TRUE(Gateway::Eventually([&] { return call_as(after).ok(); }, 20s));
  EXPECT_FALSE(call_as(before).ok()) << "the old authority is still trusted";
}

}  // namespace
}  // namespace inferwire::e2e
