// The files of `inferwire batch`: items in, results out, one JSON object per line.
#pragma once

#include <istream>
#include <optional>
#include <string>
#include <string_view>

#include "inferwire/client.h"
#include "text_file.h"

namespace inferwire::cli {

// Reads items one after the other: a batch may be larger than memory.
class BatchItemReader {
 public:
  // The stream must outlive the reader.
  BatchItemReader(std::istream& lines, std::string default_model)
      : lines_(lines), default_model_(std::move(default_model)) {}

  // Nothing at the end. Fails with the number of a bad line.
  client::Result<std::optional<v1::BatchItem>> Next();
  // What the lines so far say; empty if none says anything.
  const std::string& endpoint() const { return endpoint_; }
  std::int64_t count() const { return count_; }

 private:
  client::Result<v1::BatchItem> Read(const std::string& line);
  client::Result<void> SeeEndpoint(const std::string& url);

  TextLines lines_;
  const std::string default_model_;
  std::string endpoint_;
  std::int64_t count_ = 0;
};

// One line of the output, in the form of OpenAI's batch results.
std::string ResultLine(const v1::BatchResult& result);

}  // namespace inferwire::cli
