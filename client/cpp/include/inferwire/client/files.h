// Files at an upstream: see Client::UploadFile and Client::DownloadFile. Neither side holds a whole
// file.
//
//   std::ifstream in("questions.jsonl", std::ios::binary);
//   auto uploaded = client.UploadFile({.filename = "questions.jsonl"}, BytesOf(in));
//   if (uploaded) std::cout << uploaded->file().file_id();
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <istream>
#include <optional>
#include <string>
#include <string_view>

#include "inferwire/client/result.h"

namespace inferwire::client {

// What one message of an upload or download carries at most.
inline constexpr std::size_t kFilePartBytes = 256 * 1024;

// The next bytes of an upload, in pieces of any size; empty: there are no more. An error ends the
// upload, and nothing of it is kept.
using ByteSource = std::function<Result<std::string>()>;
// Reads the stream to its end. It must outlive the upload.
ByteSource BytesOf(std::istream& stream);

struct UploadOptions {
  std::string filename = {};
  // What the upstream allows: batch, fine-tune, user_data, ...
  std::string purpose = "batch";
  std::optional<std::chrono::seconds> expires_after = {};
  // What will come, if that is known: checked by the gateway, and some servers insist on the size.
  std::optional<std::int64_t> size_bytes = {};
  std::optional<std::string> sha256 = {};
  // Name of a configured upstream; empty: the gateway's default one.
  std::string upstream = {};
  // Called with the bytes that were sent so far.
  std::function<void(std::int64_t sent)> on_progress = {};
};

struct DownloadOptions {
  // Leaves out this many bytes, to go on with a file that is here in part.
  std::int64_t offset = 0;
  std::string upstream = {};
  // How often a download that broke goes on from where it was, without a byte in between.
  int max_resumes = 3;
  // The pause before it does, doubled each time, up to 30 s.
  std::chrono::milliseconds first_pause = std::chrono::milliseconds(500);
  // Called with the bytes that are here, those left out among them, and the file's size if that is
  // known.
  std::function<void(std::int64_t done, std::optional<std::int64_t> size)> on_progress = {};
};

// Takes the next bytes of a download; false ends it with CANCELLED.
using ByteSink = std::function<bool(std::string_view bytes)>;

}  // namespace inferwire::client
