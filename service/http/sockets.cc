#include "http/sockets.h"

#include <unistd.h>

#include <utility>

namespace inferwire::http {

void Sockets::Add(int fd, Addresses addresses) {
  Forget(fd);
  const auto [place, added] = by_addresses_.try_emplace(std::move(addresses), fd);
  if (!added) by_fd_.erase(std::exchange(place->second, fd));  // closed behind our back
  by_fd_[fd] = place;
}

int Sockets::Find(const Addresses& addresses) const {
  const auto found = by_addresses_.find(addresses);
  return found == by_addresses_.end() ? -1 : found->second;
}

void Sockets::Close(int fd) {
  Forget(fd);
  close(fd);
}

void Sockets::Forget(int fd) {
  const auto found = by_fd_.find(fd);
  if (found == by_fd_.end()) return;
  by_addresses_.erase(found->second);
  by_fd_.erase(found);
}

}  // namespace inferwire::http
