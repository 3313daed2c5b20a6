// A file that a verb sends: opened, named and measured.
#pragma once

#include <cstdint>
#include <fstream>
#include <optional>
#include <string>

#include "inferwire/client.h"

namespace inferwire::cli {

class SentFile {
 public:
  // path "-": standard input, which has no name but the one that is given.
  static client::Result<SentFile> Open(const std::string& path, const std::string& name);

  const std::string& name() const { return name_; }
  // Where that is known.
  std::optional<std::int64_t> size() const { return size_; }
  // Of this file, which outlives it.
  client::ByteSource Source();

 private:
  std::ifstream file_;
  std::string name_;
  std::optional<std::int64_t> size_;
  bool from_input_ = false;
};

// "3.1 MiB of 4.0 MiB sent"; total 0: not known.
std::string SentText(std::int64_t sent, std::int64_t total);

}  // namespace inferwire::cli
