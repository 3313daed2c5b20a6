// What the models cost and can do, and what a request would cost; no provider is called.
#include <inferwire/client.h>

#include <cstdlib>
#include <iostream>

int main() {
  using namespace inferwire;
  const char* server = std::getenv("INFERWIRE_SERVER");
  auto client = client::Client::Connect({.target = server ? server : "127.0.0.1:50051"});
  if (!client) return 2;

  v1::ListModelsRequest request;
  request.set_filter("features:structured_outputs");
  request.set_order_by("price.input");
  do {
    const auto page = client->ListModels(request);
    if (!page) {
      std::cerr << Describe(page.error()) << '\n';
      return 1;
    }
    for (const auto& model : page->models()) {
      for (const auto& price : model.prices()) {
        if (price.service_tier() != "standard" || price.kind() != "input") continue;
        std::cout << model.model_id() << ' '
                  << static_cast<double>(price.micro_usd_per_million_tokens()) / 1e6
                  << " USD per million input tokens\n";
      }
    }
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());

  v1::EstimateRequest question;
  *question.mutable_params() = client::Ask("Why is the sky blue?");
  const auto estimate = client->Estimate(question);
  if (!estimate) return 1;
  std::cout << estimate->input_tokens() << " input tokens\n";
}
