// Text that people and their editors made: UTF-8, with or without a byte order mark. What is not
// UTF-8 is refused and never sent changed.
#pragma once

#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <string_view>

#include "inferwire/client/result.h"

namespace inferwire::cli {

// The bytes of a file; "-" is standard input.
client::Result<std::string> ReadFile(const std::string& path);

// The text of a file without its byte order mark. Fails with the line that is not UTF-8.
client::Result<std::string> ReadText(const std::string& path);

// The same of standard input, for a prompt: at most 32 MiB of it.
client::Result<std::string> ReadPipedText();

// Whether a text of the command line, or of a line, is UTF-8. The error begins with where it
// stands.
client::Result<void> CheckText(std::string_view text, const std::string& where);

bool IsBlank(std::string_view text);

// The same rule for a text that is read as it comes, one line after the other.
class TextLines {
 public:
  // The stream must outlive this.
  explicit TextLines(std::istream& stream) : stream_(stream) {}

  // Without its line end; nothing at the end of the text. The error begins with the line's number,
  // and the next line can be asked for after it.
  client::Result<std::optional<std::string>> Next();
  // Of the line that was read last; the first one is 1.
  std::int64_t number() const { return number_; }

 private:
  std::istream& stream_;
  std::int64_t number_ = 0;
};

}  // namespace inferwire::cli
