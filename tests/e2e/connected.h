// A channel that has its connection.
#pragma once

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <memory>
#include <stdexcept>

namespace inferwire::e2e {

// gRPC 1.51 looks at errno only after it has allocated memory: now and then a connection that is on
// its way counts as failed, and so does the first call. The next attempt follows within a second.
inline std::shared_ptr<grpc::Channel> Connected(std::shared_ptr<grpc::Channel> channel) {
  if (!channel->WaitForConnected(std::chrono::system_clock::now() + std::chrono::seconds(20))) {
    throw std::runtime_error("no connection to the gateway");
  }
  return channel;
}

}  // namespace inferwire::e2e
