#include "identity/json_members.h"

#include <algorithm>
#include <cmath>

#include "codec/json_gate.h"
#include "codec/json_number.h"
#include "codec/json_text.h"

namespace inferwire::identity {
namespace {

// What a JWKS may have: 1 MiB of it is read at all.
constexpr codec::JsonLimits kLimits{
    .max_bytes = 1u << 20, .max_string_bytes = 64u << 10, .max_nodes = 20'000, .max_depth = 16};
constexpr size_t kMostMembers = 200;
constexpr int64_t kLastSecond = 253'402'300'799;  // of the year 9999

}  // namespace

std::optional<JsonMembers> JsonMembers::Parse(std::string text) {
  if (!codec::CheckJson(text, kLimits)) return std::nullopt;
  JsonMembers members(std::move(text));
  codec::JsonCursor cursor(*members.text_);
  if (cursor.Peek() != '{') return std::nullopt;
  cursor.Enter();
  for (codec::JsonString name; cursor.NextMember(name);) {
    std::string known = name.Text();
    if (members.members_.size() == kMostMembers || members.Has(known)) return std::nullopt;
    members.members_.emplace_back(std::move(known), cursor.SkipValue());
  }
  return members;
}

std::optional<std::string_view> JsonMembers::Find(std::string_view name) const {
  const auto found =
      std::ranges::find_if(members_, [name](const auto& member) { return member.first == name; });
  if (found == members_.end()) return std::nullopt;
  return found->second;
}

std::optional<std::string> JsonMembers::Text(std::string_view name) const {
  const auto value = Find(name);
  if (!value || !value->starts_with('"')) return std::nullopt;
  return codec::JsonCursor(*value).ReadString().Text();
}

std::optional<int64_t> JsonMembers::Moment(std::string_view name) const {
  const auto value = Find(name);
  if (!value) return std::nullopt;
  const auto number = codec::ToDouble(*value);
  if (!number || *number < 0 || *number > static_cast<double>(kLastSecond)) return std::nullopt;
  return static_cast<int64_t>(std::floor(*number));
}

std::optional<std::vector<std::string>> JsonMembers::Texts(std::string_view name) const {
  if (auto text = Text(name)) return std::vector{std::move(*text)};
  const auto value = Find(name);
  if (!value || !value->starts_with('[')) return std::nullopt;
  std::vector<std::string> texts;
  codec::JsonCursor cursor(*value);
  for (cursor.Enter(); cursor.NextElement();) {
    if (cursor.Peek() != '"') return std::nullopt;
    texts.push_back(cursor.ReadString().Text());
  }
  return texts;
}

std::optional<std::vector<std::string_view>> ElementsOf(const JsonMembers& object,
                                                        std::string_view name) {
  const auto value = object.Find(name);
  if (!value || !value->starts_with('[')) return std::nullopt;
  std::vector<std::string_view> elements;
  codec::JsonCursor cursor(*value);
  for (cursor.Enter(); cursor.NextElement();) {
    if (cursor.Peek() != '{') return std::nullopt;
    elements.push_back(cursor.SkipValue());
  }
  return elements;
}

}  // namespace inferwire::identity
