#include "batch/json_object.h"

#include "base/text.h"
#include "codec/json_text.h"

namespace inferwire::batch {

bool IsObject(std::string_view json) {
  return !json.empty() && codec::JsonCursor(json).Peek() == '{';
}

std::optional<std::string_view> JsonObject::Find(std::string_view name) const {
  std::optional<std::string_view> found;
  if (!IsObject(json_)) return found;
  codec::JsonCursor cursor(json_);
  cursor.Enter();
  codec::JsonString member;
  while (cursor.NextMember(member)) {
    const std::string_view value = cursor.SkipValue();
    const bool same = member.escaped ? member.Text() == name : member.raw == name;
    if (same) found = value == "null" ? std::nullopt : std::optional(value);
  }
  return found;
}

std::string JsonObject::Text(std::string_view name) const {
  const auto value = Find(name);
  if (!value || value->front() != '"') return {};
  return codec::JsonCursor(*value).ReadString().Text();
}

std::optional<int64_t> JsonObject::Number(std::string_view name) const {
  const auto value = Find(name);
  return value ? ParseInteger(*value) : std::nullopt;
}

}  // namespace inferwire::batch
