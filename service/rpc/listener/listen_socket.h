// Opens the socket a Listener accepts from.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace inferwire::rpc {

struct ListenSocket {
  int fd = -1;
  int port = 0;              // 0 for a unix socket
  std::string address = {};  // as bound: 127.0.0.1:50051, [::1]:50051, unix:/path
  std::string path = {};     // of a unix socket
  uint64_t path_inode = 0;
};

// address: host:port, [v6]:port (port 0: any free one), or unix:/path. A name is resolved and its
// first address is bound; [::] takes IPv4 too. A unix socket nobody listens on any more is
// replaced.
Result<ListenSocket> OpenListenSocket(std::string_view address, int backlog);

// Closes the socket and removes the path, unless somebody else has bound it since.
void CloseListenSocket(ListenSocket& socket);

}  // namespace inferwire::rpc
