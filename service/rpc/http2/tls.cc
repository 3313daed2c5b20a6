#include "rpc/http2/tls.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <array>
#include <string_view>

#include "base/sha256.h"
#include "base/small_file.h"

namespace inferwire::rpc::http2 {
namespace {

Error Unusable(const std::string& file, const char* what) {
  Error error;
  error.code = Code::kFailedPrecondition;
  error.message = file + ": " + what;
  std::array<char, 256> why{};
  if (const unsigned long code = ERR_get_error(); code != 0) {
    ERR_error_string_n(code, why.data(), why.size());
    error.message += std::string(" (") + why.data() + ")";
  }
  ERR_clear_error();
  return error;
}

// HTTP/2 or nothing.
int SelectProtocol(SSL*, const unsigned char** out, unsigned char* size, const unsigned char* in,
                   unsigned int in_size, void*) {
  static constexpr unsigned char kHttp2[] = {2, 'h', '2'};
  unsigned char* chosen = nullptr;
  const int result = SSL_select_next_proto(&chosen, size, kHttp2, sizeof kHttp2, in, in_size);
  *out = chosen;
  return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

int VerifyMode(ClientCertificate client) {
  switch (client) {
    case ClientCertificate::kNone:
      return SSL_VERIFY_NONE;
    case ClientCertificate::kRequest:
      return SSL_VERIFY_PEER;
    case ClientCertificate::kRequire:
      break;
  }
  return SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
}

Result<std::shared_ptr<SSL_CTX>> NewContext(const TlsFiles& files) {
  ERR_clear_error();
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  if (!context) return Unusable(files.certificate, "TLS cannot be had");
  SSL_CTX* const raw = context.get();
  SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
  SSL_CTX_set_options(
      raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_mode(raw, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                            SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_alpn_select_cb(raw, SelectProtocol, nullptr);
  if (SSL_CTX_use_certificate_chain_file(raw, files.certificate.c_str()) != 1) {
    return Unusable(files.certificate, "it holds no certificate that can be used");
  }
  if (SSL_CTX_use_PrivateKey_file(raw, files.key.c_str(), SSL_FILETYPE_PEM) != 1) {
    return Unusable(files.key, "it holds no key that can be used");
  }
  if (SSL_CTX_check_private_key(raw) != 1) {
    return Unusable(files.key, "it is not the key of the certificate");
  }
  if (!files.client_ca.empty()) {
    if (SSL_CTX_load_verify_file(raw, files.client_ca.c_str()) != 1) {
      return Unusable(files.client_ca, "it holds no certificates of an authority");
    }
    SSL_CTX_set_client_CA_list(raw, SSL_load_client_CA_file(files.client_ca.c_str()));
  }
  SSL_CTX_set_verify(raw, VerifyMode(files.client), nullptr);
  // A ticket is good for those only who were asked for the same.
  static constexpr unsigned char kSession[] = "inferwire";
  SSL_CTX_set_session_id_context(raw, kSession, sizeof kSession - 1);
  return context;
}

Result<std::string> FingerprintOf(const TlsFiles& files) {
  constexpr size_t kMostBytes = 16u << 20;
  Sha256 hash;
  for (const std::string* path : {&files.certificate, &files.key, &files.client_ca}) {
    if (path->empty()) continue;
    auto content = ReadSmallFile(*path, kMostBytes);
    if (!content) return content.error();
    hash.Add(std::to_string(content->size()) + ":");
    hash.Add(*content);
  }
  return hash.Hex();
}

std::string_view TextOf(const ASN1_STRING* text) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<size_t>(ASN1_STRING_length(text))};
}

std::string AddressOf(const ASN1_OCTET_STRING* address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const int family = ASN1_STRING_length(address) == 4 ? AF_INET : AF_INET6;
  const bool known = family == AF_INET || ASN1_STRING_length(address) == 16;
  if (!known || !inet_ntop(family, ASN1_STRING_get0_data(address), text.data(), text.size())) {
    return {};
  }
  return text.data();
}

// Empty for kinds of names that nobody is known by.
std::string NameOf(const GENERAL_NAME& name) {
  switch (name.type) {
    case GEN_DNS:
    case GEN_EMAIL:
    case GEN_URI:
      return std::string(TextOf(name.d.ia5));
    case GEN_IPADD:
      return AddressOf(name.d.iPAddress);
    default:
      return {};
  }
}

std::string FirstAlternativeName(X509& certificate) {
  const std::unique_ptr<GENERAL_NAMES, void (*)(GENERAL_NAMES*)> names(
      static_cast<GENERAL_NAMES*>(
          X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr)),
      GENERAL_NAMES_free);
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    if (std::string name = NameOf(*sk_GENERAL_NAME_value(names.get(), i)); !name.empty()) {
      return name;
    }
  }
  return {};
}

std::string CommonName(X509& certificate) {
  X509_NAME* const subject = X509_get_subject_name(&certificate);
  const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (at < 0) return {};
  return std::string(TextOf(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at))));
}

}  // namespace

Result<std::unique_ptr<Tls>> Tls::Load(TlsFiles files) {
  std::unique_ptr<Tls> tls(new Tls(std::move(files)));
  if (auto loaded = tls->Reload(); !loaded) return loaded.error();
  return tls;
}

Result<void> Tls::Reload() {
  auto fingerprint = FingerprintOf(files_);
  if (!fingerprint) return fingerprint.error();
  if (*fingerprint == fingerprint_) return {};
  auto context = NewContext(files_);
  if (!context) return context.error();
  fingerprint_ = std::move(*fingerprint);
  std::lock_guard lock(mutex_);
  context_ = std::move(*context);
  return {};
}

std::unique_ptr<SSL, void (*)(SSL*)> Tls::NewConnection() const {
  std::lock_guard lock(mutex_);
  std::unique_ptr<SSL, void (*)(SSL*)> ssl(SSL_new(context_.get()), SSL_free);
  if (ssl) SSL_set_accept_state(ssl.get());
  return ssl;
}

std::string IdentityOf(const SSL& ssl) {
  const std::unique_ptr<X509, void (*)(X509*)> certificate(SSL_get1_peer_certificate(&ssl),
                                                           X509_free);
  if (!certificate || SSL_get_verify_result(&ssl) != X509_V_OK) return {};
  std::string name = FirstAlternativeName(*certificate);
  if (!name.empty()) return name;
  name = CommonName(*certificate);
  return name.empty() ? name : "CN=" + name;
}

}  // namespace inferwire::rpc::http2
