// Pages of the admin port.
#pragma once

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>

namespace inferwire::e2e {

// The status line of a page.
inline std::string AdminPage(int port, const std::string& path) {
  const int connection = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
  std::string answer(64, ' ');
  if (connect(connection, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    const std::string request =
        "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    (void)!write(connection, request.data(), request.size());
    (void)!read(connection, answer.data(), answer.size());
  }
  close(connection);
  return answer.substr(0, answer.find('\r'));
}

}  // namespace inferwire::e2e
