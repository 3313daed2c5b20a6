// One batch: what /v1/batches says of it, and how far the work on it is.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "simulator/behavior.h"
#include "simulator/content.h"
#include "simulator/json.h"
#include "simulator/virtual_clock.h"

namespace inferwire::simulator {

enum class BatchState {
  kValidating,
  kFailed,
  kInProgress,
  kFinalizing,
  kCompleted,
  kExpired,
  kCancelling,
  kCancelled
};

std::string_view NameOf(BatchState state);
// Nothing changes any more.
bool IsFinal(BatchState state);

struct BatchFault {
  std::string code{}, message{};
  std::optional<std::string> param{};
  std::optional<int64_t> line{};  // from 1
};

struct TokenSum {
  int64_t input = 0, output = 0, reasoning = 0;
};

// What is needed while the batch is worked on, and forgotten afterwards: a few bytes per item.
struct BatchWork {
  explicit BatchWork(std::shared_ptr<const Content> input_content)
      : input(std::move(input_content)), lines(*input, 0) {}

  const std::shared_ptr<const Content> input;
  // Validation.
  LineReader lines;
  int64_t line_number = 0;
  std::unordered_set<uint64_t> ids;  // hashes of custom_id
  std::string model;                 // that every item must name
  bool checked = false;
  int64_t prompt_tokens = 0;
  // Execution.
  std::vector<int64_t> begins;  // of each item's line
  std::vector<uint32_t> order;  // in which they are executed
  size_t done = 0;              // of order
  size_t goal = 0;              // as far as time allows
  std::shared_ptr<Content> output, errors;
  bool disk_full = false;
};

struct Batch {
  std::string id{}, endpoint{}, window{}, input_file_id{};
  Json metadata{};
  std::optional<int64_t> output_expires_after{};  // seconds
  BatchScript script{};

  BatchState state = BatchState::kValidating;
  BatchState last = BatchState::kCompleted;  // where kFinalizing and kCancelling lead
  std::string model{};                       // the snapshot, once validated
  std::vector<BatchFault> faults{};
  std::string output_file_id{}, error_file_id{};
  int64_t total = 0, completed = 0, failed = 0;
  TokenSum tokens{};
  WallTime created{}, expires{};
  std::optional<WallTime> in_progress{}, finalizing{}, ended{}, cancelling{};
  int64_t enqueued_tokens = 0;  // while it is in progress
  std::unique_ptr<BatchWork> work{};
};

Json ToJson(const Batch& batch);

}  // namespace inferwire::simulator
