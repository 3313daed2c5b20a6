// The client connections that were handed over. Who serves them closes their descriptors on threads
// of its own (gRPC tells nobody), so a connection counts as open while its descriptor still is the
// same socket: same inode.
// Not thread-safe: belongs to the accept thread.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/clock.h"

namespace inferwire::rpc {

class ConnectionTable {
 public:
  // The socket behind a descriptor; nothing if it is closed or no socket.
  using SocketInode = std::function<std::optional<ino_t>(int fd)>;
  static std::optional<ino_t> InodeOf(int fd);

  explicit ConnectionTable(SocketInode inode = InodeOf) : inode_(std::move(inode)) {}

  // peer: the client's IP address; empty if it has none (unix sockets), then it is not counted.
  void Add(int fd, const std::string& peer);
  // Forgets what has been closed.
  void Sweep();
  // The descriptor still is that socket.
  bool IsAlive(int fd, ino_t socket) const { return inode_(fd) == socket; }
  // Of what was just added; nothing if it was closed meanwhile.
  std::optional<ino_t> SocketOf(int fd) const;
  // For a connection that is about to be closed.
  void Remove(int fd);
  size_t size() const { return open_.size(); }
  size_t FromPeer(const std::string& peer) const;

 private:
  struct Connection {
    ino_t inode;
    std::string peer;
  };
  using Open = std::unordered_map<int, Connection>;

  Open::iterator Forget(Open::iterator connection);

  const SocketInode inode_;
  Open open_;  // by descriptor
  std::map<std::string, size_t, std::less<>> peers_;
};

}  // namespace inferwire::rpc
