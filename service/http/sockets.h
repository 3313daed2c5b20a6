// The sockets of one loop's upstream connections, found again by their two addresses: libcurl tells
// a request which addresses it is about to go between, and not on which socket. Not thread-safe.
#pragma once

#include <compare>
#include <map>
#include <string>

namespace inferwire::http {

class Sockets {
 public:
  struct Addresses {
    int local_port, port;
    std::string local_ip, ip;
    // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 sees a 0 in what the compiler generates
    auto operator<=>(const Addresses&) const = default;
  };

  // The connection on this socket; it is forgotten when the socket is closed.
  void Add(int fd, Addresses addresses);
  // -1: not one of ours.
  int Find(const Addresses& addresses) const;
  void Close(int fd);
  size_t size() const { return by_fd_.size(); }

 private:
  void Forget(int fd);

  std::map<Addresses, int> by_addresses_;
  std::map<int, std::map<Addresses, int>::iterator> by_fd_;
};

}  // namespace inferwire::http
