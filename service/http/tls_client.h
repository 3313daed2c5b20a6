// TLS over a connected socket, for what libcurl only connects. OpenSSL's buffers are given back
// while a connection is idle: with them it would hold 34 KB more. OpenSSL writes without
// MSG_NOSIGNAL: the process ignores SIGPIPE.
#pragma once

#include <openssl/ssl.h>

#include <cstddef>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace inferwire::http {

// What all connections share that trust the same authorities: reading the system's bundle takes
// some 16 ms. Keeps the last session with each server, so that a new connection resumes it.
class TlsContext {
 public:
  // PEM; a file and a directory, either may be empty.
  static Result<std::shared_ptr<TlsContext>> Make(const std::string& file,
                                                  const std::string& directory);
  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  SSL_CTX* get() const { return context_.get(); }
  // Null: there is none. server: host and port.
  SSL_SESSION* SessionWith(const std::string& server) const;

 private:
  struct Free {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    void operator()(SSL_SESSION* session) const { SSL_SESSION_free(session); }
  };
  explicit TlsContext(SSL_CTX* context);
  void Keep(const std::string& server, SSL_SESSION* session);
  static int OnNewSession(SSL* ssl, SSL_SESSION* session);

  static constexpr size_t kMostSessions = 64;
  std::unique_ptr<SSL_CTX, Free> context_;
  std::map<std::string, std::unique_ptr<SSL_SESSION, Free>> sessions_;
  std::list<std::string> servers_;  // of the sessions, the oldest first
};

// The contexts of one loop, by what they trust.
class TlsContexts {
 public:
  explicit TlsContexts(const Clock& clock) : clock_(clock) {}
  // Read anew once it is a day old, as libcurl does.
  Result<std::shared_ptr<TlsContext>> Of(const std::string& file, const std::string& directory);

 private:
  struct Entry {
    std::shared_ptr<TlsContext> context;
    SteadyTime made;
  };
  const Clock& clock_;
  std::map<std::pair<std::string, std::string>, Entry> entries_;
};

class TlsSocket {
 public:
  enum class Status {
    kDone,
    kWait,    // until the socket can be read, or written
    kEnd,     // the other side has ended
    kFailed,  // problem() says how
  };
  struct Moved {
    Status status = Status::kFailed;
    size_t bytes = 0;  // with kDone
  };

  // The socket stays the caller's. host: whose certificate is expected, a name or an IP address.
  TlsSocket(std::shared_ptr<TlsContext> context, int fd, const std::string& host, int port);
  // Says close_notify if it can.
  ~TlsSocket();
  TlsSocket(const TlsSocket&) = delete;
  TlsSocket& operator=(const TlsSocket&) = delete;

  Status Handshake();
  // Until kWait: what is decrypted already wakes nobody.
  Moved Read(char* buffer, size_t size);
  // A retry may be of other bytes.
  Moved Write(std::string_view bytes);
  bool resumed() const { return SSL_session_reused(ssl_.get()) == 1; }
  const std::string& problem() const { return problem_; }

 private:
  friend class TlsContext;
  struct Free {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };
  Status StatusOf(int result);

  const std::shared_ptr<TlsContext> context_;
  const std::string server_;
  std::unique_ptr<SSL, Free> ssl_;
  bool ready_ = false, failed_ = false;
  std::string problem_;
};

}  // namespace inferwire::http
