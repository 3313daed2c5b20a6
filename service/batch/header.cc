#include "batch/header.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <string>

#include "batch/upstream_batch.h"
#include "openai/path_segment.h"

namespace inferwire::batch {
namespace {

// What the upstream's batches can be of.
constexpr std::array<std::string_view, 8> kEndpoints = {
    kChatEndpoint,     "/v1/responses",          "/v1/embeddings",   "/v1/completions",
    "/v1/moderations", "/v1/images/generations", "/v1/images/edits", "/v1/videos"};
constexpr int kMaxMetadata = 13;  // of 16: three are ours
constexpr size_t kMaxKey = 64, kMaxValue = 512, kMaxRequestId = 128, kMaxFileId = 256;

// 24h, 48h, ...
Result<std::chrono::hours> ReadWindow(const std::string& text) {
  constexpr int kMostHours = 14 * 24;
  int hours = 0;
  for (size_t i = 0; i + 1 < text.size() && i < 4; ++i) {
    if (text[i] < '0' || text[i] > '9') return InvalidField("completion_window", "is not like 24h");
    hours = hours * 10 + (text[i] - '0');
  }
  if (!text.ends_with('h') || text.size() > 4 || hours < 1 || hours > kMostHours) {
    return InvalidField("completion_window", "must be 1h to 336h");
  }
  return std::chrono::hours(hours);
}

Result<void> CheckMetadata(const v1::BatchHeader& header) {
  if (header.metadata_size() > kMaxMetadata) {
    return InvalidField("metadata", "has more than 13 entries");
  }
  for (const auto& [key, value] : header.metadata()) {
    if (key.size() > kMaxKey) return InvalidField("metadata", "has a key of more than 64 bytes");
    if (value.size() > kMaxValue) {
      return InvalidField("metadata", "has a value of more than 512 bytes");
    }
    if (key == kJobKey || key == kShardKey || key == kPostKey) {
      return InvalidField("metadata", "has a key that the gateway uses itself");
    }
  }
  return {};
}

// The store's texts have no control characters.
Result<void> CheckText(std::string_view field, const std::string& text, size_t most) {
  if (text.size() > most) {
    return InvalidField(field, "has more than " + std::to_string(most) + " bytes");
  }
  const bool printable = std::none_of(text.begin(), text.end(),
                                      [](char c) { return static_cast<unsigned char>(c) < 0x20; });
  if (!printable) return InvalidField(field, "must have no control characters");
  return {};
}

}  // namespace

Result<void> ReadHeader(const v1::BatchHeader& header, store::Job& job) {
  job.endpoint = header.endpoint().empty() ? std::string(kChatEndpoint) : header.endpoint();
  if (std::find(kEndpoints.begin(), kEndpoints.end(), job.endpoint) == kEndpoints.end()) {
    return InvalidField("endpoint", "is none that batches can be of");
  }
  job.window = header.completion_window().empty() ? "24h" : header.completion_window();
  auto window = ReadWindow(job.window);
  if (!window) return window.error();
  job.expires = job.created + *window;
  if (auto good = CheckMetadata(header); !good) return good.error();
  if (auto good = CheckText("request_id", header.request_id(), kMaxRequestId); !good) {
    return good.error();
  }
  if (auto good = CheckText("input_file_id", header.input_file_id(), kMaxFileId); !good) {
    return good.error();
  }
  if (!header.input_file_id().empty() && !openai::CanBePathSegment(header.input_file_id())) {
    return InvalidField("input_file_id", "is not an id");
  }
  job.request_id = header.request_id();
  job.input_file = header.input_file_id();
  v1::BatchHeader kept;
  *kept.mutable_metadata() = header.metadata();
  job.metadata = kept.SerializeAsString();
  return {};
}

const openai::RequestFields* ItemFields(const store::Job& job) {
  const TypedBody* const typed = job.input_file.empty() ? TypedBodyOf(job.endpoint) : nullptr;
  return typed ? &typed->fields : nullptr;
}

}  // namespace inferwire::batch
