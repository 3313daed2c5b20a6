#include "openai/extra_pieces.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace inferwire::openai {

size_t ExtraPieces::Add(const Extra& from, JsonPiece::Kind kind,
                        std::initializer_list<std::string_view> left_out) {
  size_t growth = 0;
  for (const auto& [name, text] : from) {
    if (Trim(text) == "null" ||
        std::find(left_out.begin(), left_out.end(), name) != left_out.end()) {
      continue;
    }
    const auto [place, is_new] = members_.try_emplace(name);
    if (is_new) growth += name.size();
    growth += place->second.Add(name, text, kind);
  }
  return growth;
}

void ExtraPieces::MoveTo(Extra& to) {
  for (const auto& [name, piece] : members_) piece.AppendTo(to[name]);
  members_.clear();
}

void ExtraPieces::Erase(std::string_view name) {
  if (const auto found = members_.find(name); found != members_.end()) members_.erase(found);
}

size_t KeepLast(const Extra& from, Extra& to, std::initializer_list<std::string_view> left_out) {
  size_t growth = 0;
  for (const auto& [name, text] : from) {
    const std::string_view value = Trim(text);
    if (value == "null" || std::find(left_out.begin(), left_out.end(), name) != left_out.end()) {
      continue;
    }
    const bool known = to.contains(name);
    if (known && IsEmptyJson(value)) continue;
    std::string& whole = to[name];
    growth += (known ? 0 : name.size()) + value.size();
    whole = value;
  }
  return growth;
}

bool HasOutput(const Extra& extra) {
  constexpr std::array<std::string_view, 6> kOutput = {"audio",  "function_call", "content",
                                                       "images", "tool_calls",    "annotations"};
  return std::any_of(extra.begin(), extra.end(), [&](const auto& member) {
    return (IsTextName(member.first) ||
            std::find(kOutput.begin(), kOutput.end(), member.first) != kOutput.end()) &&
           !IsEmptyJson(member.second);
  });
}

}  // namespace inferwire::openai
