// TLS and mutual TLS, with certificates made by openssl for this run.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "client/fake_gateway.h"
#include "inferwire/client.h"
#include "support/certificates.h"

namespace inferwire::client {
namespace {

using testing_support::Certificates;
using testing_support::FakeGateway;

std::function<grpc::Status(grpc::ServerContext&, const v1::CompleteRequest&, v1::CompleteResponse&)>
Says(const std::string& text) {
  return [text](auto&, const auto&, auto& response) {
    *response.mutable_completion() = testing_support::Completion(text);
    return grpc::Status::OK;
  };
}

class Tls : public ::testing::Test {
 protected:
  // With one attempt, because no retry helps a refused handshake.
  Result<std::string> Ask(const FakeGateway& gateway, const TlsOptions& tls) {
    auto client = Client::Connect({.target = gateway.target(), .tls = tls, .max_attempts = 1});
    if (!client) return client.error();
    return client->Complete("hi");
  }

  const Certificates certificates_;
};

TEST_F(Tls, TrustsTheGivenRootOnly) {
  FakeGateway gateway(certificates_.ServerCredentials(/*ask_client=*/false));
  gateway.on_complete = Says("over TLS");
  const auto tls = ReadTlsFiles(certificates_.path("ca.pem"), "", "");
  ASSERT_TRUE(tls);
  const auto text = Ask(gateway, *tls);
  ASSERT_TRUE(text) << Describe(text.error());
  EXPECT_EQ(*text, "over TLS");

  const auto stranger = Ask(gateway, {.ca_pem = certificates_.text("stranger.pem")});
  ASSERT_FALSE(stranger);
  EXPECT_EQ(stranger.error().reason, kUnreachable);
}

TEST_F(Tls, ChecksTheServersName) {
  FakeGateway gateway(certificates_.ServerCredentials(/*ask_client=*/false));
  gateway.on_complete = Says("x");
  TlsOptions tls{.ca_pem = certificates_.text("ca.pem"), .server_name = "somebody.example"};
  EXPECT_FALSE(Ask(gateway, tls));
  tls.server_name = "localhost";
  EXPECT_TRUE(Ask(gateway, tls));
}

TEST_F(Tls, PlainTextDoesNotReachATlsServer) {
  FakeGateway gateway(certificates_.ServerCredentials(/*ask_client=*/false));
  auto client = Client::Connect({.target = gateway.target(), .max_attempts = 1});
  const auto text = client->Complete("hi", kDefaultModel, {.timeout = std::chrono::seconds(5)});
  ASSERT_FALSE(text);
  EXPECT_NE(text.error().code, grpc::StatusCode::OK);
}

TEST_F(Tls, MutualTlsShowsTheClientsCertificate) {
  FakeGateway gateway(certificates_.ServerCredentials(/*ask_client=*/true));
  std::string identity;
  gateway.on_complete = [&](auto& context, const auto&, auto&) {
    const auto names = context.auth_context()->FindPropertyValues("x509_common_name");
    if (!names.empty()) identity.assign(names[0].data(), names[0].size());
    return grpc::Status::OK;
  };
  const auto tls = ReadTlsFiles(certificates_.path("ca.pem"), certificates_.path("client.pem"),
                                certificates_.path("client.key"));
  ASSERT_TRUE(tls);
  EXPECT_TRUE(Ask(gateway, *tls));
  EXPECT_EQ(identity, "backend-1");

  EXPECT_FALSE(Ask(gateway, {.ca_pem = certificates_.text("ca.pem")}));
}

TEST_F(Tls, FilesThatCannotBeReadAreNamed) {
  const auto tls = ReadTlsFiles("/does/not/exist.pem", "", "");
  ASSERT_FALSE(tls);
  EXPECT_EQ(tls.error().message, "cannot read /does/not/exist.pem");
}

}  // namespace
}  // namespace inferwire::client
