#include <utility>

#include "inferwire/client.h"
#include "status.h"

namespace inferwire::client {

Result<v1::ModerateResponse> Client::Moderate(const v1::ModerateRequest& request,
                                              const CallOptions& options) {
  return CallRpc<v1::ModerateResponse>("ModerationsService/Moderate", request, options);
}

Result<v1::ModerationResult> Client::Moderate(std::string_view text, std::string_view model,
                                              const CallOptions& options) {
  v1::ModerateRequest request;
  request.mutable_params()->add_input(std::string(text));
  if (!model.empty()) request.mutable_params()->set_model(std::string(model));
  auto response = Moderate(request, options);
  if (!response) return response.error();
  // No result is no "not flagged".
  if (response->moderation().results().empty()) return OddAnswer("the answer has no result");
  return std::move(*response->mutable_moderation()->mutable_results(0));
}

}  // namespace inferwire::client
