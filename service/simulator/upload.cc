#include "simulator/upload.h"

#include "base/text.h"

namespace inferwire::simulator {
namespace {

constexpr size_t kMaxField = 1024;
constexpr int64_t kMinExpiry = 3600, kMaxExpiry = 2'592'000;  // an hour to 30 days
constexpr std::string_view kPurposes[] = {"assistants", "batch",     "fine-tune",
                                          "vision",     "user_data", "evals"};

bool IsPurpose(std::string_view purpose) {
  for (const std::string_view known : kPurposes) {
    if (known == purpose) return true;
  }
  return false;
}

}  // namespace

Upload::Upload(std::string_view content_type, Behavior behavior, std::shared_ptr<Content> content,
               int64_t max_file_bytes)
    : behavior_(std::move(behavior)),
      content_(std::move(content)),
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
  part_ = name;
  if (name != "file") return;
  has_file_ = true;
  filename_ = filename;
}

void Upload::OnData(std::string_view bytes) {
  if (part_ == "file") {
    too_large_ =
        too_large_ || content_->size() + static_cast<int64_t>(bytes.size()) > max_file_bytes_;
    if (!too_large_ && !disk_full_) disk_full_ = !content_->Append(bytes);
    return;
  }
  std::string* field = part_ == "purpose"                  ? &purpose_
                       : part_ == "expires_after[anchor]"  ? &anchor_
                       : part_ == "expires_after[seconds]" ? &seconds_
                                                           : nullptr;
  if (field == nullptr) return;
  field->append(bytes.substr(0, kMaxField - std::min(kMaxField, field->size())));
}

std::optional<ApiError> Upload::ReadExpiry(WallTime now, std::optional<WallTime>& expires) const {
  if (anchor_.empty() && seconds_.empty()) {
    // The real API keeps a batch's input for 30 days.
    if (purpose_ == "batch") expires = now + std::chrono::seconds(kMaxExpiry);
    return std::nullopt;
  }
  if (anchor_ != "created_at") {
    return BadRequest("Invalid value: '" + anchor_ + "'. Value must be 'created_at'.",
                      "expires_after.anchor", "invalid_value");
  }
  const auto seconds = ParseInteger(seconds_);
  if (!seconds) return InvalidType("expires_after.seconds", "an integer", "a string");
  if (*seconds < kMinExpiry || *seconds > kMaxExpiry) {
    return BadRequest(
        "Invalid 'expires_after.seconds': expected a value between 3600 and 2592000.",
        "expires_after.seconds",
        *seconds < kMinExpiry ? "integer_below_min_value" : "integer_above_max_value");
  }
  expires = now + std::chrono::seconds(*seconds);
  return std::nullopt;
}

std::optional<ApiError> Upload::Finish(Files& files, WallTime now, std::string& body) {
  if (!form_ || broken_ || !form_->complete()) {
    return BadRequest("Could not parse multipart form", {}, {});
  }
  if (disk_full_) return ErrorOfStatus(500, "", "");
  if (too_large_) return ErrorOfStatus(413, "", "");
  if (purpose_.empty()) return MissingParameter("purpose");
  if (!IsPurpose(purpose_)) {
    return BadRequest("Invalid value: '" + purpose_ +
                          "'. Supported values are: 'assistants', 'batch', 'fine-tune', 'vision', "
                          "'user_data' and 'evals'.",
                      "purpose", "invalid_value");
  }
  if (!has_file_) return MissingParameter("file");
  if (purpose_ == "batch" && !filename_.ends_with(".jsonl")) {
    return BadRequest("Invalid file format for Batch API. Must be .jsonl", {}, {});
  }
  StoredFile file{.filename = filename_, .purpose = purpose_, .content = content_};
  if (auto error = ReadExpiry(now, file.expires)) return error;
  std::string id;
  if (auto error = files.Add(std::move(file), id)) return error;
  return files.Get(id, body);
}

}  // namespace inferwire::simulator
