// The stored files of /v1/files: what callers upload and what batches write. Bounded in number and
// bytes. Not thread-safe: the simulator's thread only.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "simulator/content.h"
#include "simulator/errors.h"
#include "simulator/json.h"
#include "simulator/options.h"
#include "simulator/paging.h"
#include "simulator/random.h"
#include "simulator/stats.h"
#include "simulator/upload.h"
#include "simulator/virtual_clock.h"

namespace inferwire::simulator {

struct StoredFile {
  std::string id{}, filename{}, purpose{};
  std::shared_ptr<const Content> content{};  // shared with the downloads that are going on
  WallTime created{};
  std::optional<WallTime> expires{};
};

class Files {
 public:
  Files(const Options& options, const VirtualClock& clock, StatsBoard& stats);

  // For a new file; the bytes count when it is added.
  std::shared_ptr<Content> NewContent() const;
  // file has everything but id and created. The error if there is no room.
  std::optional<ApiError> Add(StoredFile file, std::string& id);
  // The file of a form, stored; body is the answer's.
  std::optional<ApiError> AddUpload(const Upload& form, std::string& body);
  // Null if it never was, was deleted or has expired.
  const StoredFile* Find(std::string_view id);

  // The bodies of the answers; the error if there is one.
  std::optional<ApiError> Get(std::string_view id, std::string& body);
  std::optional<ApiError> Delete(std::string_view id, std::string& body);
  // lag: files younger than that are not in the list yet.
  std::optional<ApiError> List(std::string_view target, Duration lag, std::string& body);

  static Json ToJson(const StoredFile& file);
  static ApiError NotFound(std::string_view id);

 private:
  void DropExpired();
  void Drop(const std::string& id);

  const Options& options_;
  const VirtualClock& clock_;
  StatsBoard& stats_;
  Random ids_;
  std::deque<std::unique_ptr<StoredFile>> files_;  // oldest first
  std::unordered_map<std::string, StoredFile*> by_id_;
  int64_t bytes_ = 0;
};

}  // namespace inferwire::simulator
