#include "text_file.h"

#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>
#include <utility>

#include "codec/utf8.h"
#include "usage_error.h"

namespace inferwire::cli {
namespace {

using client::Result;

// The line in which the first byte stands that belongs to no character.
long LineOfFault(std::string_view text) {
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at < end) {
    const int length = codec::Utf8Length(at, end);
    if (length == 0) break;
    at += length;
  }
  return 1 + std::count(text.data(), at, '\n');
}

bool IsUtf16(std::string_view text) {
  return text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff");
}

constexpr std::size_t kMostPipedBytes = 32 << 20;

// Without its byte order mark, if it is UTF-8.
Result<std::string> CheckedText(std::string text, const std::string& name) {
  if (IsUtf16(text)) return UsageError(name + ": is UTF-16; save it as UTF-8");
  if (!codec::IsUtf8(text)) {
    return UsageError(name + ": line " + std::to_string(LineOfFault(text)) +
                      ": is not valid UTF-8");
  }
  return std::string(codec::WithoutByteOrderMark(text));
}

}  // namespace

Result<std::string> ReadFile(const std::string& path) {
  if (path == "-") return std::string(std::istreambuf_iterator<char>(std::cin), {});
  std::ifstream file(path, std::ios::binary);
  std::string bytes(std::istreambuf_iterator<char>(file), {});
  if (!file) return UsageError("cannot read " + path);
  return bytes;
}

Result<std::string> ReadPipedText() {
  std::string text;
  char block[1 << 16];
  while (std::cin.read(block, sizeof block), std::cin.gcount() > 0) {
    text.append(block, static_cast<std::size_t>(std::cin.gcount()));
    if (text.size() > kMostPipedBytes) {
      return UsageError("standard input: is longer than 32 MiB, which no model reads");
    }
  }
  return CheckedText(std::move(text), "standard input");
}

Result<std::string> ReadText(const std::string& path) {
  auto text = ReadFile(path);
  if (!text) return text.error();
  return CheckedText(*std::move(text), path == "-" ? "standard input" : path);
}

Result<void> CheckText(std::string_view text, const std::string& where) {
  if (codec::IsUtf8(text)) return {};
  return UsageError(where + ": " +
                    (IsUtf16(text) ? "is UTF-16; save it as UTF-8" : "is not valid UTF-8"));
}

bool IsBlank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

Result<std::optional<std::string>> TextLines::Next() {
  std::string line;
  if (!std::getline(stream_, line)) {
    if (stream_.bad()) return UsageError("the text could not be read");
    return std::optional<std::string>();
  }
  ++number_;
  if (auto good = CheckText(line, "line " + std::to_string(number_)); !good) return good.error();
  if (line.ends_with('\r')) line.pop_back();
  if (number_ == 1) line = codec::WithoutByteOrderMark(line);
  return std::optional(std::move(line));
}

}  // namespace inferwire::cli
