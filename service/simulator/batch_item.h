// One line of a batch's input: checked as the real API checks it before the batch begins, and
// executed with the answers that the endpoint itself would give.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "simulator/batch.h"
#include "simulator/options.h"
#include "simulator/rules.h"

namespace inferwire::simulator {

// Items are matched by rules under this path.
inline constexpr std::string_view kItemPath = "/v1/batches/items";
inline constexpr size_t kMaxItemBytes = 64u << 20;

// Without the suffix that scripts the item.
std::string PlainModel(const std::string& model, std::string& suffix);

// The first fault of a line that is to belong to this batch. Takes note of its custom_id and model;
// counts its tokens where they are limited.
std::optional<BatchFault> CheckItem(const std::string& line, const Options& options,
                                    bool count_tokens, const Batch& batch, BatchWork& work);

// Executes a line that has been checked: a line for the output, or for the errors.
struct ItemResult {
  std::string text{};  // with its line end; several lines or none if that is scripted
  bool failed = false;
  TokenSum tokens{};
};
ItemResult ExecuteItem(const std::string& line, uint64_t number, const Options& options,
                       Rulebook& rules, const Batch& batch, int64_t created);

// The line of an item that was not executed.
std::string UnexecutedLine(const std::string& line, uint64_t number, const Options& options,
                           std::string_view code, std::string_view message);

}  // namespace inferwire::simulator
