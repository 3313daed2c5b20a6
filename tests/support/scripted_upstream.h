// An HTTP upstream on 127.0.0.1 that answers every request with the bytes a test gave it, right or
// wrong, and then closes, resets or holds the connection. One connection at a time, on one thread.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "support/scripted_server.h"

namespace inferwire::testing_support {

struct WireAnswer {
  // Sent so many times in a row: a body of 100 MB is one piece.
  struct Piece {
    std::string bytes;
    size_t times = 1;
  };
  enum class End {
    kClose,  // FIN
    kReset,  // RST
    kHold,   // nothing until the other side closes
  };

  WireAnswer() = default;
  WireAnswer(std::string bytes, End ending = End::kClose) : end(ending) {  // NOLINT: as the bytes
    pieces.push_back({std::move(bytes)});
  }

  std::vector<Piece> pieces;
  End end = End::kClose;
};

class ScriptedUpstream {
 public:
  ScriptedUpstream();
  ~ScriptedUpstream();
  ScriptedUpstream(const ScriptedUpstream&) = delete;
  ScriptedUpstream& operator=(const ScriptedUpstream&) = delete;

  // For every request from now on.
  void Answer(WireAnswer answer);
  std::string base_url() const { return server_.Url("http", "/v1"); }
  size_t requests() const { return requests_; }
  // Held connections that the other side closed.
  size_t closed_by_peer() const { return closed_by_peer_; }

 private:
  void Serve(http::Listener& listener);
  void ServeOne(http::Peer peer);

  std::mutex mutex_;
  std::shared_ptr<const WireAnswer> answer_;
  std::atomic<bool> stopping_{false};
  std::atomic<size_t> requests_{0}, closed_by_peer_{0};
  http::ScriptedServer server_;  // last: its thread uses the others
};

}  // namespace inferwire::testing_support
