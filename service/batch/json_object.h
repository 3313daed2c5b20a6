// The members of a small JSON object whose text has passed codec::CheckJson. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace inferwire::batch {

class JsonObject {
 public:
  // Of anything else than an object: one without members.
  explicit JsonObject(std::string_view json) : json_(json) {}

  // The member's text; nothing if it is not there or null. Of several the last.
  std::optional<std::string_view> Find(std::string_view name) const;
  std::string Text(std::string_view name) const;  // empty if it is no string
  std::optional<int64_t> Number(std::string_view name) const;
  JsonObject Object(std::string_view name) const { return JsonObject(Find(name).value_or("")); }

 private:
  std::string_view json_;
};

bool IsObject(std::string_view json);

}  // namespace inferwire::batch
