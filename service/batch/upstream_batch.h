// What an upstream says of its batches and files. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "codec/json_gate.h"

namespace inferwire::batch {

struct BatchError {
  std::string code, message, param;
  std::optional<int64_t> line;  // of the input file, from 1
};

struct UpstreamBatch {
  std::string id, status, output_file, error_file;
  std::string job, shard, post;       // of our metadata
  int64_t created = 0;                // unix seconds
  int64_t completed = 0, failed = 0;  // of its items, so far
  std::vector<BatchError> errors;
};

struct UpstreamFile {
  std::string id, name;
  int64_t bytes = 0, created = 0;
};

template <class T>
struct UpstreamList {
  std::vector<T> data;
  bool has_more = false;
};

// Fails (UPSTREAM_PROTOCOL) if it is no batch: without an id or a status.
Result<UpstreamBatch> ReadBatch(std::string_view json, const codec::JsonLimits& limits);
Result<UpstreamList<UpstreamBatch>> ReadBatches(std::string_view json,
                                                const codec::JsonLimits& limits);
Result<UpstreamFile> ReadFile(std::string_view json, const codec::JsonLimits& limits);
Result<UpstreamList<UpstreamFile>> ReadFiles(std::string_view json,
                                             const codec::JsonLimits& limits);

// Upstream will not go on with it.
bool IsFinal(std::string_view status);

// The metadata by which a batch of ours is known again.
inline constexpr std::string_view kJobKey = "inferwire_job", kShardKey = "inferwire_shard",
                                  kPostKey = "inferwire_post";

}  // namespace inferwire::batch
