#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "client_state.h"
#include "form_writer.h"
#include "inferwire/client.h"
#include "inferwire/v1/images_service.grpc.pb.h"
#include "stream_source.h"

namespace inferwire::client {

bool IsLast(const v1::StreamGenerateImagesResponse& message) { return message.has_completed(); }

std::optional<Picture> PictureParts::Take(const ImageEvent& event) {
  if (!event.message.has_part()) return std::nullopt;
  const v1::ImagePart& part = event.message.part();
  data_ += part.data();
  if (!part.last()) return std::nullopt;
  Picture picture{part.index(), std::nullopt, std::exchange(data_, {})};
  if (part.has_partial_image_index()) picture.preview = part.partial_image_index();
  return picture;
}

ImageStream Client::StreamImages(const v1::StreamGenerateImagesRequest& request,
                                 const CallOptions& options) {
  using Source = ReaderSource<ImageEvent, v1::StreamGenerateImagesResponse>;
  return ImageStream(std::make_unique<Source>(
      std::make_unique<Call>(state_->defaults, options), [&](auto* context) {
        const auto stub = v1::ImagesService::NewStub(state_->channel);
        if (options.idempotency_key.empty()) return stub->StreamGenerateImages(context, request);
        return stub->StreamGenerateImages(context, WithKey(request, options));
      }));
}

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
