#include "wire/difference.h"

#include <algorithm>

namespace inferwire::wire {
namespace {

constexpr size_t kShown = 80;

std::string Shown(const JsonTree& tree) {
  std::string text = tree.Dump();
  if (text.size() > kShown) text = text.substr(0, kShown) + "...";
  return text;
}

// Constants that are written where upstream, or an old client, left them out.
bool IsFilledIn(std::string_view name, std::string_view path, const JsonTree& recorded) {
  if (recorded.Has(name)) return false;
  return path == "object" ||
         (name == "type" && (recorded.Has("function") || recorded.Has("custom")));
}

bool AsAbsent(const JsonTree& tree) {
  return tree.is_null() || (!tree.is_string() && tree.is_empty());
}

class Comparison {
 public:
  explicit Comparison(const Allowed& allowed) : allowed_(allowed) {}

  std::optional<Difference> Compare(const JsonTree& recorded, const JsonTree& actual,
                                    const std::string& path, const std::string& plain) {
    if (AsAbsent(recorded) && AsAbsent(actual)) return std::nullopt;
    if (plain == "stop" && recorded.is_string() && actual.items().size() == 1) {
      return Compare(recorded, actual.items()[0], path, plain + "[]");
    }
    if (recorded.kind() != actual.kind()) return Differs(recorded, actual, path);
    switch (recorded.kind()) {
      case JsonTree::Kind::kNumber:
        if (SameNumber(recorded.text(), actual.text())) return std::nullopt;
        return Differs(recorded, actual, path);
      case JsonTree::Kind::kArray:
        return CompareItems(recorded, actual, path, plain);
      case JsonTree::Kind::kObject:
        return CompareMembers(recorded, actual, path, plain);
      default:
        if (recorded.text() == actual.text()) return std::nullopt;
        return Differs(recorded, actual, path);
    }
  }

 private:
  static std::optional<Difference> Differs(const JsonTree& recorded, const JsonTree& actual,
                                           const std::string& path) {
    return Difference{path, "recorded " + Shown(recorded) + ", came " + Shown(actual)};
  }

  std::optional<Difference> CompareItems(const JsonTree& recorded, const JsonTree& actual,
                                         const std::string& path, const std::string& plain) {
    const size_t count = std::max(recorded.items().size(), actual.items().size());
    for (size_t i = 0; i < count; ++i) {
      const std::string at = path + '[' + std::to_string(i) + ']';
      if (i >= recorded.items().size()) return Differs(JsonTree(), actual.items()[i], at);
      if (i >= actual.items().size()) return Differs(recorded.items()[i], JsonTree(), at);
      if (auto found = Compare(recorded.items()[i], actual.items()[i], at, plain)) return found;
    }
    return std::nullopt;
  }

  std::optional<Difference> CompareMembers(const JsonTree& recorded, const JsonTree& actual,
                                           const std::string& path, const std::string& plain) {
    for (const auto& [name, value] : recorded.members()) {
      if (auto found = CompareMember(name, recorded, actual, path, plain)) return found;
    }
    for (const auto& [name, value] : actual.members()) {
      if (recorded.Has(name)) continue;
      if (auto found = CompareMember(name, recorded, actual, path, plain)) return found;
    }
    return std::nullopt;
  }

  std::optional<Difference> CompareMember(const std::string& name, const JsonTree& recorded,
                                          const JsonTree& actual, const std::string& path,
                                          const std::string& plain) {
    const std::string at = path.empty() ? name : path + '.' + name;
    const std::string plain_at = plain.empty() ? name : plain + '.' + name;
    if (plain_at == "obfuscation" || IsFilledIn(name, plain_at, recorded)) return std::nullopt;
    if (allowed_ && allowed_(plain_at)) return std::nullopt;
    return Compare(recorded.At(name), actual.At(name), at, plain_at);
  }

  const Allowed& allowed_;
};

}  // namespace

std::optional<Difference> FirstDifference(const JsonTree& recorded, const JsonTree& actual,
                                          const Allowed& allowed) {
  return Comparison(allowed).Compare(recorded, actual, "", "");
}

}  // namespace inferwire::wire
