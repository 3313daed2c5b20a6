#include "endpoints/shared/upload_parts.h"

#include <string>

#include "http/headers.h"

namespace inferwire::endpoints {
namespace {

constexpr size_t kMaxPart = 1u << 20, kMaxFilename = 255;

}  // namespace

Result<void> CheckFilename(std::string_view filename, std::string_view field) {
  if (filename.empty() || filename.size() > kMaxFilename) {
    return InvalidField(field, "must have 1 to 255 bytes");
  }
  if (!http::IsSafeHeaderValue(filename)) {
    return InvalidField(field, "must not have control characters");
  }
  return {};
}

Result<void> UploadSize::Announce(int64_t bytes, std::string_view field) {
  if (bytes < 0) return InvalidField(field, "is negative");
  if (bytes > most_) return TooLong();
  announced_ = bytes;
  field_ = field;
  return {};
}

Result<void> UploadSize::Add(std::string_view data) {
  if (data.size() > kMaxPart) return InvalidField("data", "is longer than 1 MiB");
  bytes_ += static_cast<int64_t>(data.size());
  if (announced_ && bytes_ > *announced_) {
    return InvalidField("data", "is more than " + std::string(field_));
  }
  if (bytes_ > most_) return TooLong();
  return {};
}

Result<void> UploadSize::CheckComplete() const {
  if (announced_ && bytes_ != *announced_) {
    return InvalidField(field_, "is more than the data that came");
  }
  return {};
}

Error UploadSize::TooLong() const {
  Error error =
      InvalidField("data", "it is more than the gateway takes", v1::ERROR_REASON_REQUEST_TOO_LARGE);
  error.metadata["limit_bytes"] = std::to_string(most_);
  return error;
}

}  // namespace inferwire::endpoints
