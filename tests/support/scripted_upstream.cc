#include "support/scripted_upstream.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "support/child_process.h"

namespace inferwire::testing_support {

ScriptedUpstream::ScriptedUpstream()
    : server_([this](http::Listener& listener) { Serve(listener); }) {}

ScriptedUpstream::~ScriptedUpstream() {
  stopping_ = true;
  const Socket wakes_the_listener = Connect(server_.port());
}

void ScriptedUpstream::Answer(WireAnswer answer) {
  auto next = std::make_shared<const WireAnswer>(std::move(answer));
  std::lock_guard lock(mutex_);
  answer_ = std::move(next);
}

void ScriptedUpstream::Serve(http::Listener& listener) {
  for (;;) {
    http::Peer peer = listener.Accept();
    if (stopping_ || peer.fd() < 0) return;
    ServeOne(std::move(peer));
  }
}

void ScriptedUpstream::ServeOne(http::Peer peer) {
  // Each piece is a segment of its own, as far as that is ours to say.
  const int on = 1;
  setsockopt(peer.fd(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (peer.ReadRequest().empty()) return;
  ++requests_;
  std::shared_ptr<const WireAnswer> answer;
  {
    std::lock_guard lock(mutex_);
    answer = answer_;
  }
  for (const WireAnswer::Piece& piece : answer->pieces) {
    for (size_t i = 0; i < piece.times; ++i) {
      if (!peer.Send(piece.bytes)) return;
    }
  }
  if (answer->end == WireAnswer::End::kReset) return peer.Reset();
  if (answer->end == WireAnswer::End::kHold && peer.SawClose()) ++closed_by_peer_;
}

}  // namespace inferwire::testing_support
