#include "rpc/listener/send_batch.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <utility>

namespace inferwire::rpc {
namespace {

constexpr int kSendsToSkip = 16;

// gRPC's call of sendmsg() cannot be given an argument.
thread_local SendBatch* open_batch = nullptr;

}  // namespace

void SendBatch::Begin() { open_batch = this; }

void SendBatch::End() {
  open_batch = nullptr;
  Flush();
}

bool SendBatch::HoldBack(int fd) { return open_batch != nullptr && open_batch->Note(fd); }

bool SendBatch::Note(int fd) {
  if (sends_to_skip_ > 0) {
    --sends_to_skip_;
    return false;
  }
  if (sends_ >= kMaxSends) Flush();
  const auto end = fds_.begin() + connections_;
  if (std::find(fds_.begin(), end, fd) == end) fds_[connections_++] = fd;
  ++sends_;
  return true;
}

void SendBatch::Flush() {
  // Sets what is set already and sends what waits; a descriptor that was closed in between may be
  // another connection's by now, which loses nothing by it.
  const int on = 1;
  for (const int fd : std::span(fds_).first(connections_)) {
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  const size_t flushed = std::exchange(connections_, 0);
  const size_t sends = std::exchange(sends_, 0);
  if (flushed * 2 > sends) sends_to_skip_ = kSendsToSkip;
}

}  // namespace inferwire::rpc
