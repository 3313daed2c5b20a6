// The members of one JSON object out of foreign hands: of a token's two halves, of a key, of what
// an issuer says of itself.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace inferwire::identity {

class JsonMembers {
 public:
  // Nothing unless the text is one object within the bounds and names each member once: which of
  // two is meant, two readers may see differently.
  static std::optional<JsonMembers> Parse(std::string text);

  bool Has(std::string_view name) const { return Find(name).has_value(); }
  // The value as it stands there.
  std::optional<std::string_view> Find(std::string_view name) const;
  // Of a string; nothing if it is none.
  std::optional<std::string> Text(std::string_view name) const;
  // Of seconds since 1970, to the year 9999; fractions are cut off.
  std::optional<int64_t> Moment(std::string_view name) const;
  // Of a string, or of the strings in a list; nothing if it is neither, or has anything else.
  std::optional<std::vector<std::string>> Texts(std::string_view name) const;

 private:
  explicit JsonMembers(std::string text) : text_(std::make_unique<std::string>(std::move(text))) {}

  std::unique_ptr<const std::string> text_;  // what the values point into
  std::vector<std::pair<std::string, std::string_view>> members_;
};

// The objects in the list of this name; nothing if there is no such list.
std::optional<std::vector<std::string_view>> ElementsOf(const JsonMembers& object,
                                                        std::string_view name);

}  // namespace inferwire::identity
