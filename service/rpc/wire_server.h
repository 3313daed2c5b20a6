// What the server does with its callers' connections.
#pragma once

#include "base/clock.h"

namespace inferwire::rpc {

class WireServer {
 public:
  virtual ~WireServer() = default;
  // Takes ownership of an accepted descriptor; on the accept thread.
  virtual void Adopt(int fd) = 0;
  // Asks callers to leave; their calls go on.
  virtual void Leave() = 0;
  // Returns when no call runs any more; at that time what is left is cancelled.
  virtual void Shutdown(WallTime until) = 0;
  // Any thread: what Shutdown waits for is cancelled now.
  virtual void CancelAll() = 0;
};

}  // namespace inferwire::rpc
