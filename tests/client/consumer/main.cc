// Uses headers, messages and code of an installed inferwire. Port 9 is discard: nobody answers.
#include <inferwire/client.h>

#include <iostream>

int main() {
  using namespace inferwire::client;
  auto client = Client::Connect({.target = "127.0.0.1:9", .max_attempts = 1});
  if (!client) return 1;
  const auto answer = client->Complete("hi");
  if (answer || answer.error().reason != kUnreachable) return 2;
  std::cout << Describe(answer.error()) << '\n';
  return Ask("hi").messages_size() == 1 ? 0 : 3;
}
