// The files of `inferwire many`: items in, results out, one JSON object per line.
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "inferwire/client.h"

namespace inferwire::cli {

// All items of the text. Fails with the number of the first bad line, or of a repeated id.
client::Result<std::vector<v1::CompleteManyItem>> ReadItems(std::string_view text,
                                                            const std::string& default_model);

// One item of a line; its id is empty if the line has none.
client::Result<v1::CompleteManyItem> ReadItem(std::string_view line,
                                              const std::string& default_model);

// What an earlier run has left in its output file: the lines of the items that succeeded, and their
// ids. Failed items and a last line that was cut are not among them: they are asked again.
struct Succeeded {
  std::string lines;
  std::unordered_set<std::string> ids;
};
Succeeded ReadSucceeded(std::string_view output);

// Whether a line of an output file is an item that failed.
bool IsFailed(std::string_view line);

// One line of the output, in the form of OpenAI's batch results.
std::string ResultLine(const v1::CompleteManyResult& result);

}  // namespace inferwire::cli
