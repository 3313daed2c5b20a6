#include <utility>

#include "inferwire/client.h"
#include "status.h"

namespace inferwire::client {

Result<v1::EmbedResponse> Client::Embed(const v1::EmbedRequest& request,
                                        const CallOptions& options) {
  return CallRpc<v1::EmbedResponse>("EmbeddingsService/Embed", request, options);
}

Result<std::vector<std::vector<float>>> Client::Embed(const std::vector<std::string>& texts,
                                                      std::string_view model,
                                                      const CallOptions& options) {
  v1::EmbedRequest request;
  request.mutable_params()->set_model(std::string(model));
  for (const std::string& text : texts) request.mutable_params()->add_input(text);
  const auto response = Embed(request, options);
  if (!response) return response.error();
  std::vector<std::vector<float>> vectors(texts.size());
  for (const v1::Embedding& embedding : response->result().embeddings()) {
    const auto index = static_cast<std::size_t>(embedding.index());
    if (embedding.index() < 0 || index >= vectors.size()) continue;
    vectors[index].assign(embedding.values().begin(), embedding.values().end());
  }
  for (const auto& vector : vectors) {
    if (!vector.empty()) continue;
    return OddAnswer("the answer lacks the embedding of a text");
  }
  return vectors;
}

}  // namespace inferwire::client
