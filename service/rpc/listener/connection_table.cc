#include "rpc/listener/connection_table.h"

#include <sys/stat.h>

namespace inferwire::rpc {

std::optional<ino_t> ConnectionTable::InodeOf(int fd) {
  struct stat status {};
  if (fstat(fd, &status) != 0 || !S_ISSOCK(status.st_mode)) {
    return std::nullopt;
  }
  return status.st_ino;
}

void ConnectionTable::Add(int fd, const std::string& peer) {
  // The kernel gave this number away again: whatever had it is closed.
  if (auto old = open_.find(fd); old != open_.end()) {
    Forget(old);
  }
  if (const auto inode = inode_(fd)) {
    open_.emplace(fd, Connection{*inode, peer});
    if (!peer.empty()) {
      ++peers_[peer];
    }
  }
}

void ConnectionTable::Sweep() {
  for (auto connection = open_.begin(); connection != open_.end();) {
    const bool alive = inode_(connection->first) == connection->second.inode;
    connection = alive ? std::next(connection) : Forget(connection);
  }
}

std::optional<ino_t> ConnectionTable::SocketOf(int fd) const {
  const auto found = open_.find(fd);
  if (found == open_.end()) return std::nullopt;
  return found->second.inode;
}

void ConnectionTable::Remove(int fd) {
  if (const auto found = open_.find(fd); found != open_.end()) Forget(found);
}

size_t ConnectionTable::FromPeer(const std::string& peer) const {
  const auto found = peers_.find(peer);
  return found == peers_.end() ? 0 : found->second;
}

ConnectionTable::Open::iterator ConnectionTable::Forget(Open::iterator connection) {
  if (const auto peer = peers_.find(connection->second.peer); peer != peers_.end()) {
    if (--peer->second == 0) {
      peers_.erase(peer);
    }
  }
  return open_.erase(connection);
}

}  // namespace inferwire::rpc
