// What every upload in parts is held to: the name of its file, the size of a part, and all of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"

namespace inferwire::endpoints {

// 1 to 255 bytes, without control characters.
Result<void> CheckFilename(std::string_view filename, std::string_view field);

// The bytes that came of what was announced, if it was.
class UploadSize {
 public:
  explicit UploadSize(size_t most) : most_(static_cast<int64_t>(most)) {}

  // field: that says so, in the header.
  Result<void> Announce(int64_t bytes, std::string_view field);
  // A message's data, 1 MiB at most.
  Result<void> Add(std::string_view data);
  // At the end.
  Result<void> CheckComplete() const;

  int64_t bytes() const { return bytes_; }
  std::optional<int64_t> announced() const { return announced_; }

 private:
  Error TooLong() const;

  const int64_t most_;
  int64_t bytes_ = 0;
  std::optional<int64_t> announced_;
  std::string_view field_;
};

}  // namespace inferwire::endpoints
