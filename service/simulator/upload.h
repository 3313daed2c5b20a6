// The body of POST /v1/files while it arrives: the form's fields, the file's bytes on their way to
// where they are stored, and the faults that happen before the body is complete.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "simulator/behavior.h"
#include "simulator/content.h"
#include "simulator/errors.h"
#include "simulator/files.h"
#include "simulator/multipart.h"

namespace inferwire::simulator {

class Upload final : private Multipart::Sink {
 public:
  // What the connection does after some bytes.
  enum class Next { kRead, kStall, kReset, kAnswer };

  Upload(std::string_view content_type, Behavior behavior, std::shared_ptr<Content> content,
         int64_t max_file_bytes);

  Next Put(std::string_view bytes);
  // When further bytes may be read, since the body began: body_rate slows it down.
  std::chrono::nanoseconds read_due() const;
  const Behavior& behavior() const { return behavior_; }

  // The body is complete: checks the form and stores the file.
  std::optional<ApiError> Finish(Files& files, WallTime now, std::string& body);

 private:
  void OnPart(const std::string& name, const std::string& filename) override;
  void OnData(std::string_view bytes) override;
  std::optional<ApiError> ReadExpiry(WallTime now, std::optional<WallTime>& expires) const;

  const Behavior behavior_;
  std::optional<Multipart> form_;
  const std::shared_ptr<Content> content_;
  const int64_t max_file_bytes_;
  std::string part_, filename_;
  std::string purpose_, anchor_, seconds_;
  bool has_file_ = false, broken_ = false, too_large_ = false, disk_full_ = false;
  int64_t taken_ = 0;  // of the body
};

}  // namespace inferwire::simulator
