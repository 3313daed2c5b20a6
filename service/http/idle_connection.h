// What a kept connection holds before it is used again. HTTP/1.1 answers carry no name of their
// request: whatever is there by then (a second answer, a late 408, bytes beyond an answer's end)
// would be taken for the answer to the next one, and one caller would read another's.
#pragma once

#include <openssl/ssl.h>

namespace inferwire::http {

enum class IdleState {
  kEmpty,        // as it should be
  kClosed,       // by the upstream, or broken
  kUnsolicited,  // bytes that nobody has asked for
};

// tls: of the connection, null if it is plain. Never blocks; a TLS record that carries no data (a
// session ticket of TLS 1.3, an update of keys) is worked off and is nothing that was sent to us.
IdleState Inspect(int fd, SSL* tls);

}  // namespace inferwire::http
