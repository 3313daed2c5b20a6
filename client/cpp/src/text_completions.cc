// Text completions, the API before chats.
#include <memory>

#include "client_state.h"
#include "inferwire/v1/text_completions_service.grpc.pb.h"
#include "stream_source.h"

namespace inferwire::client {
namespace {

template <class Request>
Request RequestOf(std::string_view prompt, std::string_view model) {
  Request request;
  request.mutable_params()->set_model(std::string(model));
  request.mutable_params()->add_prompt(std::string(prompt));
  return request;
}

}  // namespace

bool IsLast(const v1::StreamCompleteTextResponse& message) { return message.has_completed(); }

std::string_view TextEvent::text() const {
  if (!message.has_chunk()) return {};
  for (const auto& choice : message.chunk().choices()) {
    if (choice.index() == 0) return choice.text();
  }
  return {};
}

Result<std::string> ReadText(TextStream stream) {
  std::string text;
  for (const TextEvent& event : stream) text += event.text();
  if (auto status = stream.status(); !status) return status.error();
  return text;
}

Result<v1::CompleteTextResponse> Client::CompleteText(const v1::CompleteTextRequest& request,
                                                      const CallOptions& options) {
  return CallRpc<v1::CompleteTextResponse>("TextCompletionsService/CompleteText", request, options);
}

Result<std::string> Client::CompleteText(std::string_view prompt, std::string_view model,
                                         const CallOptions& options) {
  const auto response = CompleteText(RequestOf<v1::CompleteTextRequest>(prompt, model), options);
  if (!response) return response.error();
  return TextOf(response->completion());
}

TextStream Client::StreamCompleteText(const v1::StreamCompleteTextRequest& request,
                                      const CallOptions& options) {
  using Source = ReaderSource<TextEvent, v1::StreamCompleteTextResponse>;
  return TextStream(std::make_unique<Source>(
      std::make_unique<Call>(state_->defaults, options), [&](auto* context) {
        const auto stub = v1::TextCompletionsService::NewStub(state_->channel);
        if (options.idempotency_key.empty()) return stub->StreamCompleteText(context, request);
        return stub->StreamCompleteText(context, WithKey(request, options));
      }));
}

TextStream Client::StreamCompleteText(std::string_view prompt, std::string_view model,
                                      const CallOptions& options) {
  return StreamCompleteText(RequestOf<v1::StreamCompleteTextRequest>(prompt, model), options);
}

}  // namespace inferwire::client
