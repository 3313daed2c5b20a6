#include <algorithm>
#include <optional>
#include <utility>

#include "client_state.h"
#include "form_writer.h"
#include "inferwire/client.h"
#include "inferwire/v1/images_service.grpc.pb.h"

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

Result<v1::EditImagesResponse> Client::EditImages(v1::EditImagesHeader header,
                                                  const std::vector<ImageFile>& files,
                                                  const OnSent& on_sent,
                                                  const CallOptions& options) {
  const auto images = std::ranges::count(files, false, &ImageFile::mask);
  if (images > 1) header.set_uploads(static_cast<int>(images));
  Call call(state_->defaults, options);
  v1::ImagesService::Stub stub(state_->channel);
  v1::EditImagesResponse response;
  const auto writer = stub.EditImages(&call.context(), &response);
  FormWriter<v1::EditImagesRequest> form(*writer, on_sent);
  v1::EditImagesRequest message;
  *message.mutable_header() = std::move(header);
  form.Write(message);
  std::optional<Error> fault;
  for (const ImageFile& file : files) {
    v1::ImageUpload& upload = *message.mutable_upload();
    upload.set_filename(file.filename);
    upload.set_mime_type(file.mime_type);
    upload.set_mask(file.mask);
    form.Write(message);
    fault = form.WriteFile(file.next);
    if (fault) break;
  }
  if (fault) {
    call.Cancel();
  } else {
    form.WriteEnd();
  }
  const grpc::Status status = writer->Finish();
  if (fault) return *fault;
  if (!status.ok()) return FromGrpcStatus(status);
  return response;
}

}  // namespace inferwire::client
