// Tokens as they arrive; leaving the loop and letting the stream go cancels the call, here and
// upstream.
#include <inferwire/client.h>

#include <cstdlib>
#include <iostream>

int main() {
  using namespace inferwire::client;
  const char* from_environment = std::getenv("INFERWIRE_SERVER");
  const std::string server = from_environment ? from_environment : "127.0.0.1:50051";
  // [rosetta]
  auto client = Client::Connect({.target = server});
  if (!client) return 2;
  auto stream = client->Stream("Why is the sky blue?");
  for (const Event& event : stream) {
    std::cout << event.text() << std::flush;
  }
  if (auto status = stream.status(); !status) {
    const Error& error = status.error();
    std::cerr << error.reason << ", retry is " << (error.safe_to_retry ? "safe" : "not safe")
              << ": " << Describe(error) << '\n';
    return 1;
  }
  // [rosetta]
}
