// Tokens as they arrive; enough is enough after 200 characters: leaving the loop cancels the call,
// here and upstream.
#include <llmgate/client.h>

#include <iostream>

int main() {
  using namespace llmgate::client;
  auto client = Client::Connect();
  if (!client) return 2;

  std::size_t printed = 0;
  auto stream = client->Stream("Tell me a long story.");
  for (const Event& event : stream) {
    std::cout << event.text() << std::flush;
    printed += event.text().size();
    if (printed > 200) return 0;
  }
  if (auto status = stream.status(); !status) {
    std::cerr << Describe(status.error()) << '\n';
    return 1;
  }
}
