// For connections on whose end nothing depends.
#pragma once

#include <unistd.h>

#include "rpc/connection_closer.h"

namespace inferwire {

class CloseAtOnce final : public rpc::ConnectionCloser {
 public:
  void CloseGently(int fd) override { close(fd); }
  void CloseNow(int fd) override { close(fd); }
};

}  // namespace inferwire
