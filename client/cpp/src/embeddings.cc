#include <memory>
#include <utility>

#include "client_state.h"
#include "inferwire/client.h"
#include "inferwire/v1/embeddings_service.grpc.pb.h"
#include "status.h"
#include "stream_source.h"

namespace inferwire::client {

bool IsLast(const v1::StreamEmbedResponse& message) { return message.has_completed(); }

EmbedStream Client::StreamEmbed(const v1::StreamEmbedRequest& request, const CallOptions& options) {
  using Source = ReaderSource<EmbedEvent, v1::StreamEmbedResponse>;
  return EmbedStream(std::make_unique<Source>(
      std::make_unique<Call>(state_->defaults, options), [&](auto* context) {
        const auto stub = v1::EmbeddingsService::NewStub(state_->channel);
        if (options.idempotency_key.empty()) return stub->StreamEmbed(context, request);
        return stub->StreamEmbed(context, WithKey(request, options));
      }));
}

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
