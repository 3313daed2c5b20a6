#include "app/server_credentials.h"

#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_credentials_options.h>

#include <algorithm>

namespace inferwire::app {
namespace {

grpc_ssl_client_certificate_request_type RequestType(config::ClientAuth auth) {
  switch (auth) {
    case config::ClientAuth::kNone:
      return GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE;
    case config::ClientAuth::kRequest:
      return GRPC_SSL_REQUEST_CLIENT_CERTIFICATE_AND_VERIFY;
    case config::ClientAuth::kRequire:
      return GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY;
  }
  return GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY;
}

}  // namespace

std::shared_ptr<grpc::ServerCredentials> MakeCredentials(
    const std::optional<config::TlsConfig>& tls) {
  if (!tls) return grpc::InsecureServerCredentials();
  const auto refresh = std::chrono::duration_cast<std::chrono::seconds>(tls->refresh);
  const auto seconds = static_cast<unsigned>(std::max<int64_t>(refresh.count(), 1));
  const auto files = std::make_shared<grpc::experimental::FileWatcherCertificateProvider>(
      tls->key, tls->certificate, tls->client_ca, seconds);
  grpc::experimental::TlsServerCredentialsOptions options(files);
  options.watch_identity_key_cert_pairs();
  if (!tls->client_ca.empty()) options.watch_root_certs();
  options.set_cert_request_type(RequestType(tls->client_auth));
  return grpc::experimental::TlsServerCredentials(options);
}

}  // namespace inferwire::app
