#include "openai/extra_merge.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace llmgate::openai {
namespace {

constexpr std::string_view kPieces = "reasoning";
constexpr std::string_view kContent = "content";

bool Is(std::string_view text, char open, char close) {
  return text.size() >= 2 && text.front() == open && text.back() == close;
}

bool IsEmptyList(std::string_view text) { return Trim(text.substr(1, text.size() - 2)).empty(); }

// Appends in place, so that a thousand pieces cost no thousand copies.
bool PutTogether(std::string_view piece, std::string& whole) {
  if (Is(piece, '"', '"') && Is(whole, '"', '"')) {
    whole.pop_back();
    whole += piece.substr(1);
    return true;
  }
  if (Is(piece, '[', ']') && Is(whole, '[', ']')) {
    if (IsEmptyList(piece)) return true;
    if (IsEmptyList(whole)) return false;
    whole.back() = ',';
    whole += piece.substr(1);
    return true;
  }
  return false;
}

}  // namespace

size_t MergeExtra(const Extra& from, Extra& to, std::initializer_list<std::string_view> left_out) {
  size_t growth = 0;
  for (const auto& [name, text] : from) {
    const std::string_view value = Trim(text);
    if (value == "null" || std::find(left_out.begin(), left_out.end(), name) != left_out.end()) {
      continue;
    }
    const bool known = to.contains(name);
    std::string& whole = to[name];
    const size_t before = whole.size();
    const bool in_pieces = name.starts_with(kPieces) || name == kContent;
    if (!in_pieces || !PutTogether(value, whole)) whole = value;
    growth += (known ? 0 : name.size()) + (whole.size() > before ? whole.size() - before : 0);
  }
  return growth;
}

bool IsEmptyJson(std::string_view text) {
  const std::string_view value = Trim(text);
  return value.empty() || value == "null" || value == "\"\"" ||
         ((Is(value, '[', ']') || Is(value, '{', '}')) && IsEmptyList(value));
}

bool HasOutput(const Extra& extra) {
  return std::any_of(extra.begin(), extra.end(), [](const auto& member) {
    const bool carries = member.first.starts_with(kPieces) || member.first == "audio" ||
                         member.first == "function_call" || member.first == kContent ||
                         member.first == "tool_calls";
    return carries && !IsEmptyJson(member.second);
  });
}

}  // namespace llmgate::openai
