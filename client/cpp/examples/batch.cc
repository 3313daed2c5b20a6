// A batch: created, watched until it has ended, and its results. The request id makes a repetition
// of this program find the same batch again.
#include <inferwire/client.h>

#include <cstdlib>
#include <iostream>

int main() {
  using namespace inferwire;
  const char* server = std::getenv("INFERWIRE_SERVER");
  auto client = client::Client::Connect({.target = server ? server : "127.0.0.1:50051"});
  if (!client) return 2;

  std::vector<v1::BatchItem> items;
  for (int n = 0; n < 20; ++n) {
    auto& item = items.emplace_back();
    item.set_custom_id(std::to_string(n));
    *item.mutable_chat_completion() =
        client::Ask("What is the square of " + std::to_string(n) + "?");
  }
  v1::BatchHeader header;
  header.set_request_id("example-cpp");
  const auto created = client->CreateBatch(header, std::move(items));
  if (!created) {
    std::cerr << Describe(created.error()) << '\n';
    return 1;
  }
  const auto show = [](const v1::Batch& batch) {
    std::cout << v1::Batch::State_Name(batch.state()) << ' ' << batch.counts().succeeded() << " of "
              << batch.counts().total() << '\n';
  };
  const auto ended = client->WatchBatch(created->batch().batch_id(), show);
  if (!ended) return 1;
  auto results = client->BatchResults(ended->batch_id());
  for (const v1::BatchResult& result : results) {
    std::cout << result.custom_id() << ' '
              << (result.has_error() ? Describe(client::FromRpcStatus(result.error()))
                                     : result.chat_completion().choices(0).message().content())
              << '\n';
  }
  return results.status() ? 0 : 1;
}
