#include "rpc/http2/socket.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <utility>

#include "rpc/http2/tls.h"

namespace inferwire::rpc::http2 {
namespace {

std::string PeerOf(int fd) {
  sockaddr_storage name{};
  socklen_t length = sizeof name;
  if (getpeername(fd, reinterpret_cast<sockaddr*>(&name), &length) != 0) return {};
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (name.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(name);
    inet_ntop(AF_INET, &v4.sin_addr, text.data(), text.size());
    return std::string("ipv4:") + text.data() + ":" + std::to_string(ntohs(v4.sin_port));
  }
  if (name.ss_family != AF_INET6) return "unix:";
  const auto& v6 = reinterpret_cast<const sockaddr_in6&>(name);
  if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) {
    inet_ntop(AF_INET, &v6.sin6_addr.s6_addr[12], text.data(), text.size());
    return std::string("ipv4:") + text.data() + ":" + std::to_string(ntohs(v6.sin6_port));
  }
  inet_ntop(AF_INET6, &v6.sin6_addr, text.data(), text.size());
  return std::string("ipv6:%5B") + text.data() + "%5D:" + std::to_string(ntohs(v6.sin6_port));
}

// The socket as OpenSSL sees it. Its own raises SIGPIPE where the caller is gone.
int FdOf(BIO* bio) { return static_cast<int>(reinterpret_cast<intptr_t>(BIO_get_data(bio))); }

bool MayRetry() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

int BioWrite(BIO* bio, const char* from, int size) {
  BIO_clear_retry_flags(bio);
  const ssize_t sent = send(FdOf(bio), from, static_cast<size_t>(size), MSG_NOSIGNAL);
  if (sent < 0 && MayRetry()) BIO_set_retry_write(bio);
  return static_cast<int>(sent);
}

int BioRead(BIO* bio, char* to, int most) {
  BIO_clear_retry_flags(bio);
  const ssize_t got = recv(FdOf(bio), to, static_cast<size_t>(most), 0);
  if (got < 0 && MayRetry()) BIO_set_retry_read(bio);
  return static_cast<int>(got);
}

long BioControl(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

BIO* NewBio(int fd) {
  static BIO_METHOD* const method = [] {
    BIO_METHOD* const made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket");
    BIO_meth_set_write(made, BioWrite);
    BIO_meth_set_read(made, BioRead);
    BIO_meth_set_ctrl(made, BioControl);
    return made;
  }();
  BIO* const bio = BIO_new(method);
  BIO_set_data(bio, reinterpret_cast<void*>(static_cast<intptr_t>(fd)));
  BIO_set_init(bio, 1);
  return bio;
}

Socket::State StateOfErrno() {
  if (MayRetry()) return Socket::State::kWantRead;
  return Socket::State::kOver;
}

}  // namespace

Socket::Socket(int fd, Ssl ssl, ConnectionCloser& closer)
    : fd_(fd), ssl_(std::move(ssl)), peer_(PeerOf(fd)), closer_(closer), ready_(!ssl_) {
  if (!ssl_) return;
  BIO* const bio = NewBio(fd_);
  SSL_set_bio(ssl_.get(), bio, bio);
}

Socket::~Socket() { shut_ ? closer_.CloseGently(fd_) : closer_.CloseNow(fd_); }

Socket::State Socket::StateOf(int result) const {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return State::kWantRead;
    case SSL_ERROR_WANT_WRITE:
      return State::kWantWrite;
    default:
      ERR_clear_error();
      return State::kOver;
  }
}

Socket::State Socket::Handshake() {
  if (ready_) return State::kGood;
  ERR_clear_error();
  if (const int result = SSL_do_handshake(ssl_.get()); result != 1) return StateOf(result);
  ready_ = true;
  identity_ = IdentityOf(*ssl_);
  return State::kGood;
}

Socket::State Socket::Read(char* to, size_t most, size_t& size) {
  if (!ssl_) {
    const ssize_t got = recv(fd_, to, most, 0);
    if (got < 0) return StateOfErrno();
    size = static_cast<size_t>(got);
    return got > 0 ? State::kGood : State::kOver;
  }
  ERR_clear_error();
  const int result = SSL_read_ex(ssl_.get(), to, most, &size);
  return result == 1 ? State::kGood : StateOf(result);
}

Socket::State Socket::Write(const char* from, size_t most, size_t& size) {
  if (!ssl_) {
    const ssize_t sent = send(fd_, from, most, MSG_NOSIGNAL);
    if (sent < 0) {
      const State state = StateOfErrno();
      return state == State::kWantRead ? State::kWantWrite : state;
    }
    size = static_cast<size_t>(sent);
    return State::kGood;
  }
  ERR_clear_error();
  const int result = SSL_write_ex(ssl_.get(), from, most, &size);
  return result == 1 ? State::kGood : StateOf(result);
}

bool Socket::HasUnread() const {
  int unread = 0;
  return ioctl(fd_, FIONREAD, &unread) == 0 && unread > 0;
}

void Socket::ShutDown() {
  if (ssl_ && ready_) {
    ERR_clear_error();
    SSL_shutdown(ssl_.get());
    ERR_clear_error();
  }
  shut_ = true;
}

}  // namespace inferwire::rpc::http2
