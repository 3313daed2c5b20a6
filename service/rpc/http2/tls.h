// The server's side of TLS: certificate, key and the authority of clients, read again when their
// files change, and who a client proved to be.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <mutex>
#include <string>

#include "base/result.h"

namespace inferwire::rpc::http2 {

enum class ClientCertificate { kNone, kRequest, kRequire };

struct TlsFiles {
  std::string certificate, key;  // PEM
  std::string client_ca;         // empty: no client is asked for a certificate
  ClientCertificate client = ClientCertificate::kNone;
};

class Tls {
 public:
  // Reads the files; the error says which cannot be used.
  static Result<std::unique_ptr<Tls>> Load(TlsFiles files);

  // Any thread. Connections that exist keep what they have; on an error so do new ones. Files that
  // say the same change nothing: tickets of sessions stay good.
  Result<void> Reload();
  // Of a new connection; its handshake is to come.
  std::unique_ptr<SSL, void (*)(SSL*)> NewConnection() const;

  const TlsFiles& files() const { return files_; }

 private:
  explicit Tls(TlsFiles files) : files_(std::move(files)) {}

  const TlsFiles files_;
  std::string fingerprint_;   // of what was read last; of the thread that reloads
  mutable std::mutex mutex_;  // of context_
  std::shared_ptr<SSL_CTX> context_;
};

// After the handshake: the first of the alternative names of the client's certificate, its common
// name with "CN=" before it if there are none, empty without a certificate.
std::string IdentityOf(const SSL& ssl);

}  // namespace inferwire::rpc::http2
