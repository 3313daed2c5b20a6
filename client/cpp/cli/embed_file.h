// The files of `inferwire embed`: texts in, vectors out, one JSON value per line.
#pragma once

#include <istream>
#include <optional>
#include <string>

#include "inferwire/client.h"
#include "text_file.h"

namespace inferwire::cli {

struct EmbedItem {
  std::string id, text;
};

// Reads texts one after the other: a file may be larger than memory.
class EmbedItemReader {
 public:
  // The stream must outlive the reader.
  explicit EmbedItemReader(std::istream& lines) : lines_(lines) {}

  // Nothing at the end. Fails with the number of a bad line.
  client::Result<std::optional<EmbedItem>> Next();

 private:
  TextLines lines_;
};

// One line of the output.
std::string ResultLine(const std::string& id, const v1::Embedding& embedding);

}  // namespace inferwire::cli
