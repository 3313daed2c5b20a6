#include "endpoints/typed/form_files.h"

#include <string>

#include "http/headers.h"
#include "inferwire/v1/audio_service.pb.h"
#include "inferwire/v1/images_service.pb.h"

namespace inferwire::endpoints {
namespace {

constexpr int kMostImages = 16;
constexpr size_t kMaxMimeType = 128;

Result<void> CheckMimeType(std::string_view type, std::string_view field) {
  if (type.size() > kMaxMimeType) return InvalidField(field, "is longer than 128 bytes");
  if (!http::IsSafeHeaderValue(type)) {
    return InvalidField(field, "must not have control characters");
  }
  return {};
}

void BeginFile(std::string_view part, std::string_view filename, std::string_view type,
               openai::FormSource& source) {
  openai::FormSource::File file{.part = part, .filename = filename};
  if (!type.empty()) file.content_type = type;
  source.BeginFile(file);
}

}  // namespace

Result<void> FormFiles::TakeHeader(const google::protobuf::Message& header) {
  if (form_.upload == nullptr) {
    const auto& file =
        static_cast<const v1::AudioFile&>(header.GetReflection()->GetMessage(header, form_.file));
    if (auto good = CheckFilename(file.filename(), "header.file.filename"); !good) return good;
    if (auto good = CheckMimeType(file.mime_type(), "header.file.mime_type"); !good) return good;
    if (!file.has_size_bytes()) return {};
    return size_.Announce(file.size_bytes(), "header.file.size_bytes");
  }
  const auto& edit = static_cast<const v1::EditImagesHeader&>(header);
  const bool named = !edit.params().images().empty() || edit.params().has_mask();
  if (edit.has_uploads() && (edit.uploads() < 1 || edit.uploads() > kMostImages)) {
    return InvalidField("header.uploads", "must be 1 to 16");
  }
  if (named && edit.has_uploads()) {
    return InvalidField("header.uploads", "is not for images that are named in header.params");
  }
  uploads_ = named ? 0 : edit.has_uploads() ? edit.uploads() : 1;
  return {};
}

void FormFiles::BeginOnly(const google::protobuf::Message& header, openai::FormSource& source) {
  if (form_.upload != nullptr) return;
  const auto& file =
      static_cast<const v1::AudioFile&>(header.GetReflection()->GetMessage(header, form_.file));
  BeginFile("file", file.filename(), file.mime_type(), source);
  in_file_ = true;
}

Result<void> FormFiles::Begin(const google::protobuf::Message& message,
                              openai::FormSource& source) {
  const auto& upload = static_cast<const v1::ImageUpload&>(message);
  if (auto good = CheckFilename(upload.filename(), "upload.filename"); !good) return good;
  if (auto good = CheckMimeType(upload.mime_type(), "upload.mime_type"); !good) return good;
  if (upload.mask()) {
    if (has_mask_) return InvalidField("upload.mask", "may be sent only once");
    has_mask_ = true;
  } else if (++came_ > uploads_) {
    return InvalidField("upload", "is more than header.uploads");
  }
  const std::string_view part = upload.mask() ? "mask" : uploads_ > 1 ? "image[]" : "image";
  BeginFile(part, upload.filename(), upload.mime_type(), source);
  in_file_ = true;
  return {};
}

Result<void> FormFiles::Add(std::string_view data) {
  if (!in_file_) return InvalidField("data", "must follow its upload");
  return size_.Add(data);
}

Result<void> FormFiles::CheckComplete() const {
  if (form_.upload != nullptr && came_ != uploads_) {
    return InvalidField("header.uploads", "is more than the images that came");
  }
  return size_.CheckComplete();
}

}  // namespace inferwire::endpoints
