#include "simulator/upload.h"

#include <algorithm>

namespace inferwire::simulator {
namespace {

constexpr size_t kMaxField = 64 << 10, kMaxFields = 100, kMaxFiles = 64;
// Parts that are files even without a filename.
constexpr std::string_view kFileParts[] = {"file", "image", "image[]", "mask"};
constexpr std::string_view kNumbers[] = {"n", "output_compression", "partial_images",
                                         "temperature"};
constexpr std::string_view kFlags[] = {"stream"};

template <size_t N>
bool IsOneOf(std::string_view name, const std::string_view (&names)[N]) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

Json Value(std::string_view name, const std::string& text) {
  if (IsOneOf(name, kNumbers)) {
    Json number = Json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (number.is_number()) return number;
  } else if (IsOneOf(name, kFlags) && (text == "true" || text == "false")) {
    return text == "true";
  }
  return text;
}

}  // namespace

Upload::Upload(std::string_view content_type, Behavior behavior, std::string spool_directory,
               int64_t max_file_bytes)
    : behavior_(std::move(behavior)),
      spool_directory_(std::move(spool_directory)),
      max_file_bytes_(max_file_bytes) {
  if (auto boundary = Multipart::BoundaryOf(content_type)) {
    form_.emplace(std::move(*boundary), static_cast<Multipart::Sink&>(*this));
  }
}

Upload::Next Upload::Put(std::string_view bytes) {
  if (form_ && !form_->Put(bytes)) broken_ = true;
  taken_ += static_cast<int64_t>(bytes.size());
  if (behavior_.body_reset && taken_ >= *behavior_.body_reset) return Next::kReset;
  if (behavior_.body_stall && taken_ >= *behavior_.body_stall) return Next::kStall;
  if (behavior_.body_answer && taken_ >= *behavior_.body_answer) return Next::kAnswer;
  return Next::kRead;
}

std::chrono::nanoseconds Upload::read_due() const {
  if (!behavior_.body_rate) return {};
  return std::chrono::nanoseconds(static_cast<int64_t>(1e9 * static_cast<double>(taken_) /
                                                       static_cast<double>(*behavior_.body_rate)));
}

void Upload::OnPart(const std::string& name, const std::string& filename) {
  in_file_ = !filename.empty() || IsOneOf(name, kFileParts);
  if (fields_.size() >= kMaxFields || files_.size() >= kMaxFiles) {
    broken_ = true;
  } else if (in_file_) {
    files_.push_back({name, filename, std::make_shared<Content>(spool_directory_)});
  } else {
    fields_.emplace_back(name, "");
  }
}

void Upload::OnData(std::string_view bytes) {
  if (broken_) return;
  if (in_file_) {
    file_bytes_ += static_cast<int64_t>(bytes.size());
    too_large_ = too_large_ || file_bytes_ > max_file_bytes_;
    if (!too_large_ && !disk_full_) disk_full_ = !files_.back().content->Append(bytes);
    return;
  }
  std::string& field = fields_.back().second;
  field.append(bytes.substr(0, kMaxField - std::min(kMaxField, field.size())));
}

std::optional<ApiError> Upload::Fault() const {
  if (!form_ || broken_ || !form_->complete()) {
    return BadRequest("Could not parse multipart form", {}, {});
  }
  if (disk_full_) return ErrorOfStatus(500, "", "");
  if (too_large_) return ErrorOfStatus(413, "", "");
  return std::nullopt;
}

const std::string& Upload::Field(std::string_view name) const {
  static const std::string kNone;
  for (const auto& [key, value] : fields_) {
    if (key == name) return value;
  }
  return kNone;
}

Json Upload::ToJson() const {
  Json json = Json::object();
  for (const auto& [name, text] : fields_) {
    const bool list = name.ends_with("[]");
    const std::string key = list ? name.substr(0, name.size() - 2) : name;
    if (list) {
      json[key].push_back(text);
    } else {
      json[key] = Value(key, text);
    }
  }
  return json;
}

}  // namespace inferwire::simulator
