// A certificate for 127.0.0.1 that vouches for itself, made anew for each test, and the server's
// side of TLS over a scripted connection.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <string_view>

#include "support/scripted_server.h"

namespace inferwire::http {

class TestCertificate {
 public:
  TestCertificate();
  ~TestCertificate();
  TestCertificate(const TestCertificate&) = delete;
  TestCertificate& operator=(const TestCertificate&) = delete;

  const std::string& file() const { return file_; }  // PEM
  SSL_CTX* context() const { return context_.get(); }

 private:
  struct FreeContext {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  };
  std::unique_ptr<SSL_CTX, FreeContext> context_;
  std::string file_;
};

class TlsPeer {
 public:
  TlsPeer(const TestCertificate& certificate, Peer& peer);
  ~TlsPeer() { SSL_free(ssl_); }
  TlsPeer(const TlsPeer&) = delete;
  TlsPeer& operator=(const TlsPeer&) = delete;

  bool Accept() { return SSL_accept(ssl_) == 1; }
  bool resumed() const { return SSL_session_reused(ssl_) == 1; }
  std::string ReadHead();
  void Send(std::string_view bytes);
  void Shutdown() { SSL_shutdown(ssl_); }
  SSL* ssl() const { return ssl_; }

 private:
  SSL* ssl_;
};

}  // namespace inferwire::http
