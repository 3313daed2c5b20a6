#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "codec/json_gate.h"
#include "codec/json_number.h"
#include "codec/json_text.h"

namespace inferwire::codec {
namespace {

bool SameValue(JsonCursor a, JsonCursor b);

bool SameString(const JsonString& a, const JsonString& b) {
  if (a.raw == b.raw) return true;
  std::string left, right;
  // Different lone surrogates both read as U+FFFD.
  return a.AppendTo(left) && b.AppendTo(right) && left == right;
}

bool SameArray(JsonCursor a, JsonCursor b) {
  a.Enter(), b.Enter();
  for (;;) {
    const bool more = a.NextElement();
    if (b.NextElement() != more) return false;
    if (!more) return true;
    if (!SameValue(JsonCursor(a.SkipValue()), JsonCursor(b.SkipValue()))) return false;
  }
}

using Members = std::vector<std::pair<std::string, std::string_view>>;

// Sorted by name, of several with one name only the last.
Members MembersOf(JsonCursor object) {
  Members all;
  JsonString name;
  object.Enter();
  while (object.NextMember(name)) {
    std::string text = name.Text();
    all.emplace_back(std::move(text), object.SkipValue());
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  Members last;
  for (size_t i = 0; i < all.size(); ++i) {
    const bool repeated = i + 1 < all.size() && all[i].first == all[i + 1].first;
    if (!repeated) last.push_back(std::move(all[i]));
  }
  return last;
}

bool SameObject(JsonCursor a, JsonCursor b) {
  const Members left = MembersOf(a), right = MembersOf(b);
  return std::equal(
      left.begin(), left.end(), right.begin(), right.end(), [](const auto& x, const auto& y) {
        return x.first == y.first && SameValue(JsonCursor(x.second), JsonCursor(y.second));
      });
}

bool SameValue(JsonCursor a, JsonCursor b) {
  const char kind = a.Peek();
  const auto is_number = [](char c) { return c == '-' || (c >= '0' && c <= '9'); };
  if (is_number(kind) && is_number(b.Peek())) return SameNumber(a.SkipValue(), b.SkipValue());
  if (b.Peek() != kind) return false;
  switch (kind) {
    case '"':
      return SameString(a.ReadString(), b.ReadString());
    case '[':
      return SameArray(a, b);
    case '{':
      return SameObject(a, b);
    default:
      return true;  // true, false and null differ in their first letter
  }
}

}  // namespace

bool JsonEquals(std::string_view a, std::string_view b) {
  return SameValue(JsonCursor(a), JsonCursor(b));
}

}  // namespace inferwire::codec
