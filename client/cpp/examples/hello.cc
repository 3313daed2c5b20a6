// The shortest program: one question, one answer.
#include <inferwire/client.h>

#include <cstdlib>
#include <iostream>

int main() {
  const char* server = std::getenv("INFERWIRE_SERVER");
  auto client = inferwire::client::Client::Connect({.target = server ? server : "127.0.0.1:50051"});
  if (!client) {
    std::cerr << Describe(client.error()) << '\n';
    return 2;
  }
  const auto answer = client->Complete("Say hello in five languages.");
  if (!answer) {
    std::cerr << Describe(answer.error()) << '\n';
    return 1;
  }
  std::cout << *answer << '\n';
}
