#include "http/tls_client.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace inferwire::http {
namespace {

// A WebSocket needs HTTP/1.1.
constexpr unsigned char kProtocols[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
constexpr std::chrono::hours kContextLife{24};

bool IsAddress(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  return inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 ||
         inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

Error Unusable(std::string message) {
  ERR_clear_error();
  Error error;
  error.message = std::move(message);
  return error;
}

}  // namespace

Result<std::shared_ptr<TlsContext>> TlsContext::Make(const std::string& file,
                                                     const std::string& directory) {
  ERR_clear_error();
  SSL_CTX* const raw = SSL_CTX_new(TLS_client_method());
  if (raw == nullptr) return Unusable("TLS cannot be had");
  std::shared_ptr<TlsContext> context(new TlsContext(raw));
  SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
  SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_mode(raw, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                            SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_verify(raw, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_alpn_protos(raw, kProtocols, sizeof kProtocols);
  if (!file.empty() && SSL_CTX_load_verify_file(raw, file.c_str()) != 1) {
    return Unusable(file + ": it holds no certificates of an authority");
  }
  if (!directory.empty() && SSL_CTX_load_verify_dir(raw, directory.c_str()) != 1) {
    return Unusable(directory + ": it holds no certificates of an authority");
  }
  return context;
}

TlsContext::TlsContext(SSL_CTX* context) : context_(context) {
  SSL_CTX_set_app_data(context, this);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL_STORE);
  SSL_CTX_sess_set_new_cb(context, &OnNewSession);
}

TlsContext::~TlsContext() = default;

// OpenSSL's reference becomes ours.
int TlsContext::OnNewSession(SSL* ssl, SSL_SESSION* session) {
  auto* const context = static_cast<TlsContext*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
  const auto* const socket = static_cast<const TlsSocket*>(SSL_get_app_data(ssl));
  if (context == nullptr || socket == nullptr) return 0;
  context->Keep(socket->server_, session);
  return 1;
}

void TlsContext::Keep(const std::string& server, SSL_SESSION* session) {
  auto& kept = sessions_[server];
  if (!kept) servers_.push_back(server);
  kept.reset(session);
  if (sessions_.size() <= kMostSessions) return;
  sessions_.erase(servers_.front());
  servers_.pop_front();
}

SSL_SESSION* TlsContext::SessionWith(const std::string& server) const {
  const auto found = sessions_.find(server);
  return found == sessions_.end() ? nullptr : found->second.get();
}

Result<std::shared_ptr<TlsContext>> TlsContexts::Of(const std::string& file,
                                                    const std::string& directory) {
  Entry& entry = entries_[{file, directory}];
  if (entry.context && clock_.Now() - entry.made < kContextLife) return entry.context;
  auto made = TlsContext::Make(file, directory);
  if (made) entry = {*made, clock_.Now()};
  return made;
}

TlsSocket::TlsSocket(std::shared_ptr<TlsContext> context, int fd, const std::string& host, int port)
    : context_(std::move(context)),
      server_(host + ' ' + std::to_string(port)),
      ssl_(SSL_new(context_->get())) {
  SSL* const ssl = ssl_.get();
  const bool named =
      ssl != nullptr && SSL_set_fd(ssl, fd) == 1 &&
      (IsAddress(host) ? X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str()) == 1
                       : SSL_set1_host(ssl, host.c_str()) == 1 &&
                             SSL_set_tlsext_host_name(ssl, host.c_str()) == 1);
  if (!named) {
    failed_ = true;
    problem_ = "TLS cannot be had for this host";
    ERR_clear_error();
    return;
  }
  SSL_set_app_data(ssl, this);
  SSL_set_connect_state(ssl);
  if (SSL_SESSION* session = context_->SessionWith(server_)) SSL_set_session(ssl, session);
}

// Without the word that it was shut down, OpenSSL would take the session for a bad one.
TlsSocket::~TlsSocket() {
  if (!ssl_) return;
  if (ready_ && !failed_) SSL_shutdown(ssl_.get());
  if (ready_ && !failed_) {
    SSL_set_shutdown(ssl_.get(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
  }
  ERR_clear_error();
}

TlsSocket::Status TlsSocket::Handshake() {
  if (failed_) return Status::kFailed;
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_.get());
  ready_ = result == 1;
  return ready_ ? Status::kDone : StatusOf(result);
}

TlsSocket::Moved TlsSocket::Read(char* buffer, size_t size) {
  if (failed_) return {};
  ERR_clear_error();
  size_t bytes = 0;
  const int result = SSL_read_ex(ssl_.get(), buffer, size, &bytes);
  return result == 1 ? Moved{Status::kDone, bytes} : Moved{StatusOf(result)};
}

TlsSocket::Moved TlsSocket::Write(std::string_view bytes) {
  if (failed_) return {};
  ERR_clear_error();
  size_t written = 0;
  const int result = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &written);
  return result == 1 ? Moved{Status::kDone, written} : Moved{StatusOf(result)};
}

TlsSocket::Status TlsSocket::StatusOf(int result) {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
      return Status::kWait;
    case SSL_ERROR_ZERO_RETURN:
      return Status::kEnd;
    default:
      break;
  }
  failed_ = true;
  const long verdict = SSL_get_verify_result(ssl_.get());
  const char* const reason = ERR_reason_error_string(ERR_peek_error());
  problem_ = verdict != X509_V_OK ? X509_verify_cert_error_string(verdict)
             : reason != nullptr  ? reason
                                  : "the connection ended";
  ERR_clear_error();
  return Status::kFailed;
}

}  // namespace inferwire::http
