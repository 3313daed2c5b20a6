// A form while it arrives: its fields, the bytes of its files on their way to where they are
// stored, and the faults that happen before it is complete.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "simulator/behavior.h"
#include "simulator/content.h"
#include "simulator/errors.h"
#include "simulator/json.h"
#include "simulator/multipart.h"

namespace inferwire::simulator {

struct UploadedFile {
  std::string part{}, filename{};
  std::shared_ptr<Content> content{};
};

class Upload final : private Multipart::Sink {
 public:
  // What the connection does after some bytes.
  enum class Next { kRead, kStall, kReset, kAnswer };

  // spool_directory: see Content.
  Upload(std::string_view content_type, Behavior behavior, std::string spool_directory,
         int64_t max_file_bytes);

  Next Put(std::string_view bytes);
  // When further bytes may be read, since the body began: body_rate slows it down.
  std::chrono::nanoseconds read_due() const;
  const Behavior& behavior() const { return behavior_; }

  // The body is over: why it cannot be used.
  std::optional<ApiError> Fault() const;
  // Empty if there is none.
  const std::string& Field(std::string_view name) const;
  const std::vector<UploadedFile>& files() const { return files_; }
  // The fields as a request in JSON would have them: name[] as a list, numbers and flags where
  // those of that name are.
  Json ToJson() const;

 private:
  void OnPart(const std::string& name, const std::string& filename) override;
  void OnData(std::string_view bytes) override;

  const Behavior behavior_;
  std::optional<Multipart> form_;
  const std::string spool_directory_;
  const int64_t max_file_bytes_;
  std::vector<std::pair<std::string, std::string>> fields_;
  std::vector<UploadedFile> files_;
  bool in_file_ = false;
  bool broken_ = false, too_large_ = false, disk_full_ = false;
  int64_t file_bytes_ = 0;  // of all files
  int64_t taken_ = 0;       // of the body
};

}  // namespace inferwire::simulator
