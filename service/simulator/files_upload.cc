// The form that brings a new file.
#include "base/text.h"
#include "simulator/files.h"
#include "simulator/upload.h"

namespace inferwire::simulator {
namespace {

constexpr int64_t kMinExpiry = 3600, kMaxExpiry = 2'592'000;  // an hour to 30 days
constexpr std::string_view kPurposes[] = {"assistants", "batch",     "fine-tune",
                                          "vision",     "user_data", "evals"};

bool IsPurpose(std::string_view purpose) {
  for (const std::string_view known : kPurposes) {
    if (known == purpose) return true;
  }
  return false;
}

std::optional<ApiError> ReadExpiry(const Upload& form, WallTime now,
                                   std::optional<WallTime>& expires) {
  const std::string& anchor = form.Field("expires_after[anchor]");
  const std::string& text = form.Field("expires_after[seconds]");
  if (anchor.empty() && text.empty()) {
    // The real API keeps a batch's input for 30 days.
    if (form.Field("purpose") == "batch") expires = now + std::chrono::seconds(kMaxExpiry);
    return std::nullopt;
  }
  if (anchor != "created_at") {
    return BadRequest("Invalid value: '" + anchor + "'. Value must be 'created_at'.",
                      "expires_after.anchor", "invalid_value");
  }
  const auto seconds = ParseInteger(text);
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

}  // namespace

std::optional<ApiError> Files::AddUpload(const Upload& form, std::string& body) {
  if (auto fault = form.Fault()) return fault;
  const std::string& purpose = form.Field("purpose");
  if (purpose.empty()) return MissingParameter("purpose");
  if (!IsPurpose(purpose)) {
    return BadRequest("Invalid value: '" + purpose +
                          "'. Supported values are: 'assistants', 'batch', 'fine-tune', 'vision', "
                          "'user_data' and 'evals'.",
                      "purpose", "invalid_value");
  }
  const UploadedFile* uploaded = nullptr;
  for (const UploadedFile& one : form.files()) {
    if (one.part == "file") uploaded = &one;
  }
  if (uploaded == nullptr) return MissingParameter("file");
  if (purpose == "batch" && !uploaded->filename.ends_with(".jsonl")) {
    return BadRequest("Invalid file format for Batch API. Must be .jsonl", {}, {});
  }
  StoredFile file{.filename = uploaded->filename, .purpose = purpose, .content = uploaded->content};
  if (auto error = ReadExpiry(form, clock_.Now(), file.expires)) return error;
  std::string id;
  if (auto error = Add(std::move(file), id)) return error;
  return Get(id, body);
}

}  // namespace inferwire::simulator
