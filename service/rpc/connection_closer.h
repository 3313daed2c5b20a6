// Who closes the connections of callers: whoever serves them gives the descriptors back here.
#pragma once

namespace inferwire::rpc {

// Any thread. Both functions take over the descriptor.
class ConnectionCloser {
 public:
  virtual ~ConnectionCloser() = default;
  // The caller can still read what was sent last, even if it sends on.
  virtual void CloseGently(int fd) = 0;
  virtual void CloseNow(int fd) = 0;
};

}  // namespace inferwire::rpc
