#include "message_lines.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace inferwire::cli {
namespace {

constexpr std::string_view kQuotes = "\"\"\"";

// An even number of them stands for itself.
bool Continues(std::string_view line) {
  const auto last = line.find_last_not_of('\\');
  const std::size_t backslashes = line.size() - (last == std::string_view::npos ? 0 : last + 1);
  return backslashes % 2 == 1;
}

}  // namespace

std::optional<std::string> MessageLines::Add(const std::string& line) {
  std::string_view rest = line;
  if (!open_ && rest.starts_with(kQuotes)) {
    open_ = block_ = true;
    rest.remove_prefix(kQuotes.size());
    if (rest.empty()) return std::nullopt;
  }
  open_ = true;
  const bool more = block_ ? !rest.ends_with(kQuotes) : Continues(rest);
  if (block_ && !more) rest.remove_suffix(kQuotes.size());
  if (!block_ && more) rest.remove_suffix(1);
  text_ += rest;
  if (!more) return Finish();
  text_ += '\n';
  return std::nullopt;
}

std::string MessageLines::Finish() {
  std::string text = std::move(text_);
  if (block_ && text.ends_with('\n')) text.pop_back();
  Clear();
  return text;
}

}  // namespace inferwire::cli
