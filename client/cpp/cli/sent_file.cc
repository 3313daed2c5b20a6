#include "sent_file.h"

#include <filesystem>
#include <iostream>
#include <utility>

#include "output.h"
#include "table.h"

namespace inferwire::cli {

client::Result<SentFile> SentFile::Open(const std::string& path, const std::string& name) {
  SentFile sent;
  sent.name_ = name;
  sent.from_input_ = path == "-";
  if (!sent.from_input_) {
    sent.file_.open(path, std::ios::binary);
    std::error_code error;
    if (!sent.file_ || std::filesystem::is_directory(path, error)) {
      return UsageError("cannot read " + path);
    }
    if (std::filesystem::is_regular_file(path, error)) {
      sent.size_ = static_cast<std::int64_t>(std::filesystem::file_size(path, error));
    }
    if (name.empty()) sent.name_ = std::filesystem::path(path).filename();
  }
  if (sent.name_.empty()) return UsageError("standard input has no name: --name");
  return sent;
}

client::ByteSource SentFile::Source() { return client::BytesOf(from_input_ ? std::cin : file_); }

std::string SentText(std::int64_t sent, std::int64_t total) {
  return (total > 0 ? SizeText(sent) + " of " + SizeText(total) : SizeText(sent)) + " sent";
}

}  // namespace inferwire::cli
