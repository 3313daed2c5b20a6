#include "support/certificates.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>
#include <iterator>

namespace inferwire::testing_support {
namespace {

void Run(const std::string& command) {
  EXPECT_EQ(std::system(("(" + command + ") >/dev/null 2>&1").c_str()), 0) << command;
}

std::string Authority(const std::string& name) {
  return "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=" +
         name + " -keyout " + name + ".key -out " + name + ".pem";
}

std::string Signed(const std::string& name, const std::string& common_name,
                   const std::string& names) {
  return "openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=" + common_name +
         " -keyout " + name + ".key -out " + name + ".csr && printf '" +
         (names.empty() ? "" : "subjectAltName=" + names) + "' > " + name +
         ".ext && openssl x509 -req -days 2 -in " + name +
         ".csr -CA ca.pem -CAkey ca.key -CAcreateserial -extfile " + name + ".ext -out " + name +
         ".pem";
}

}  // namespace

Certificates::Certificates() {
  std::string pattern = ::testing::TempDir() + "inferwire-certificates-XXXXXX";
  EXPECT_NE(mkdtemp(pattern.data()), nullptr);
  folder_ = pattern;
  Run("cd " + pattern + " && " + Authority("ca") + " && " + Authority("stranger") + " && " +
      Signed("server", "localhost", "DNS:localhost,IP:127.0.0.1") + " && " +
      Signed("client", "backend-1", "DNS:backend-1"));
}

void Certificates::Issue(const std::string& name, const std::string& common_name,
                         const std::string& alternatives) const {
  Run("cd " + folder_.string() + " && " + Signed(name, common_name, alternatives));
}

Certificates::~Certificates() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::string Certificates::text(const std::string& name) const {
  std::ifstream file(path(name));
  return {std::istreambuf_iterator<char>(file), {}};
}

std::shared_ptr<grpc::ServerCredentials> Certificates::ServerCredentials(bool ask_client) const {
  grpc::SslServerCredentialsOptions options(
      ask_client ? GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY
                 : GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE);
  options.pem_root_certs = text("ca.pem");
  options.pem_key_cert_pairs.push_back({text("server.key"), text("server.pem")});
  return grpc::SslServerCredentials(options);
}

}  // namespace inferwire::testing_support
