#include <utility>

#include "inferwire/client.h"

namespace inferwire::client {

Result<v1::GenerateImagesResponse> Client::GenerateImages(const v1::GenerateImagesRequest& request,
                                                          const CallOptions& options) {
  return CallRpc<v1::GenerateImagesResponse>("ImagesService/GenerateImages", request, options);
}

Result<v1::ImageResult> Client::GenerateImages(std::string_view prompt, std::string_view model,
                                               const CallOptions& options) {
  v1::GenerateImagesRequest request;
  request.mutable_params()->set_prompt(std::string(prompt));
  request.mutable_params()->set_model(std::string(model));
  auto response = GenerateImages(request, options);
  if (!response) return response.error();
  return std::move(*response->mutable_result());
}

}  // namespace inferwire::client
