// Texts as vectors: which of them is nearest to a question.
#include <inferwire/client.h>

#include <cstdlib>
#include <iostream>
#include <numeric>

int main() {
  using namespace inferwire::client;
  const char* from_environment = std::getenv("INFERWIRE_SERVER");
  auto client =
      Client::Connect({.target = from_environment ? from_environment : "127.0.0.1:50051"});
  if (!client) return 2;
  const std::vector<std::string> texts = {"Where is the station?", "The train leaves at nine.",
                                          "Bread needs flour, water and salt.",
                                          "The station is behind the church."};
  const auto vectors = client->Embed(texts);
  if (!vectors) {
    std::cerr << Describe(vectors.error()) << '\n';
    return 1;
  }
  const auto nearness = [&](std::size_t i) {
    const auto &a = (*vectors)[0], &b = (*vectors)[i];
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
  };
  std::size_t best = 1;
  for (std::size_t i = 2; i < texts.size(); ++i) best = nearness(i) > nearness(best) ? i : best;
  std::cout << texts[best] << '\n';
}
