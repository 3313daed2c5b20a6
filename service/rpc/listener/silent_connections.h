// Connections on which the client has not begun to speak: candidates to go when there are too many.
// Who opens connections and says nothing would else keep newcomers out until the handshake's time
// is over, wave after wave. An honest client speaks within a round trip, so the oldest go first.
// Not thread-safe: belongs to the accept thread.
#pragma once

#include <sys/types.h>

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "base/clock.h"

namespace inferwire::rpc {

// False while the client has sent less than HTTP/2 begins with: its preface and one frame. True if
// the system does not say (unix sockets).
bool HasSpoken(int fd);

class SilentConnections {
 public:
  // Younger ones may be about to speak.
  static constexpr std::chrono::seconds kGrace{1};

  using Check = std::function<bool(int fd)>;
  explicit SilentConnections(Check spoken = HasSpoken) : spoken_(std::move(spoken)) {}

  void Add(int fd, ino_t socket, const std::string& peer, SteadyTime now) {
    waiting_.push_back({fd, socket, peer, now});
  }
  // Forgets those that have spoken, or are gone: alive says whether a descriptor still is that
  // socket.
  using Alive = std::function<bool(int fd, ino_t socket)>;
  void Sweep(const Alive& alive);
  // The one that has been silent longest, of this peer if one is given; it is forgotten.
  std::optional<int> TakeOldest(SteadyTime now, const Alive& alive, const std::string* peer);
  size_t size() const { return waiting_.size(); }

 private:
  struct Waiting {
    int fd;
    ino_t socket;
    std::string peer;
    SteadyTime since;
  };

  const Check spoken_;
  std::deque<Waiting> waiting_;  // the oldest first
};

}  // namespace inferwire::rpc
