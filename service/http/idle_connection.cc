#include "http/idle_connection.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <sys/socket.h>

#include <cerrno>

namespace inferwire::http {
namespace {

IdleState InspectSocket(int fd) {
  char byte;
  const ssize_t got = recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  if (got > 0) return IdleState::kUnsolicited;
  if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) {
    return IdleState::kEmpty;
  }
  return IdleState::kClosed;
}

// libcurl's BIO works only from within libcurl: while we look, the connection reads and writes
// through one of its own.
class OwnBio {
 public:
  OwnBio(SSL* tls, int fd) : tls_(tls), read_(SSL_get_rbio(tls)), write_(SSL_get_wbio(tls)) {
    BIO* socket = BIO_new_socket(fd, BIO_NOCLOSE);
    if (socket == nullptr) return;
    BIO_up_ref(read_);
    BIO_up_ref(write_);
    BIO_up_ref(socket);
    SSL_set0_rbio(tls_, socket);
    SSL_set0_wbio(tls_, socket);
    good_ = true;
  }
  ~OwnBio() {
    if (!good_) return;
    SSL_set0_rbio(tls_, read_);
    SSL_set0_wbio(tls_, write_);
  }
  OwnBio(const OwnBio&) = delete;
  OwnBio& operator=(const OwnBio&) = delete;
  bool good() const { return good_; }

 private:
  SSL* const tls_;
  BIO* const read_;
  BIO* const write_;
  bool good_ = false;
};

IdleState InspectTls(int fd, SSL* tls) {
  const OwnBio bio(tls, fd);
  if (!bio.good()) return IdleState::kClosed;
  char byte;
  ERR_clear_error();
  const int got = SSL_peek(tls, &byte, 1);
  const int error = SSL_get_error(tls, got);
  ERR_clear_error();
  if (got > 0) return IdleState::kUnsolicited;
  return error == SSL_ERROR_WANT_READ ? IdleState::kEmpty : IdleState::kClosed;
}

}  // namespace

IdleState Inspect(int fd, SSL* tls) {
  const IdleState plain = InspectSocket(fd);
  if (tls == nullptr || plain == IdleState::kClosed) return plain;
  if (plain == IdleState::kEmpty && SSL_has_pending(tls) == 0) return plain;
  return InspectTls(fd, tls);
}

}  // namespace inferwire::http
