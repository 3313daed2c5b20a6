// A certificate authority for one test: made by openssl in a temporary folder, gone with the
// object.
#pragma once

#include <grpcpp/security/server_credentials.h>

#include <filesystem>
#include <memory>
#include <string>

namespace inferwire::testing_support {

// ca.pem signed server.pem (localhost, 127.0.0.1) and client.pem (CN backend-1); stranger.pem is
// another authority. The keys end in .key.
class Certificates {
 public:
  Certificates();
  ~Certificates();

  // name.pem and name.key, signed by the authority. alternatives: as openssl takes them, e.g.
  // DNS:backend-2; empty: there are none.
  void Issue(const std::string& name, const std::string& common_name,
             const std::string& alternatives) const;

  std::string path(const std::string& name) const { return folder_ / name; }
  std::string text(const std::string& name) const;
  std::shared_ptr<grpc::ServerCredentials> ServerCredentials(bool ask_client) const;

 private:
  std::filesystem::path folder_;
};

}  // namespace inferwire::testing_support
