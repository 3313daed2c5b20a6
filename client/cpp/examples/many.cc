// A thousand questions over one stream, at most 32 at a time; those that a broken stream left open
// are named at the end.
#include <inferwire/client.h>

#include <cstdlib>
#include <iostream>
#include <optional>

int main() {
  using namespace inferwire::client;
  const char* server = std::getenv("INFERWIRE_SERVER");
  auto client = Client::Connect({.target = server ? server : "127.0.0.1:50051"});
  if (!client) return 2;

  int next = 0;
  const auto produce = [&]() -> std::optional<inferwire::v1::CompleteManyItem> {
    if (next == 1000) return std::nullopt;
    inferwire::v1::CompleteManyItem item;
    item.set_item_id(std::to_string(next));
    *item.mutable_params() = Ask("What is the square of " + std::to_string(next++) + "?");
    return item;
  };
  auto many = client->CompleteMany({.max_in_flight = 32});
  const auto outcome = many.Run(
      produce, {.on_result = [](const inferwire::v1::CompleteManyResult& result) {
        if (result.has_error()) {
          std::cerr << result.item_id() << ": " << Describe(FromRpcStatus(result.error())) << '\n';
          return;
        }
        std::cout << result.item_id() << ": " << result.completion().choices(0).message().content()
                  << '\n';
      }});
  for (const auto& id : outcome.unfinished) std::cerr << "ask again: " << id << '\n';
  return outcome.status && outcome.progress.failed == 0 ? 0 : 1;
}
