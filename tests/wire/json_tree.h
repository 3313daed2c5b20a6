// JSON as a judge reads it: independent of the service's codec, numbers as they were written.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace inferwire::wire {

class JsonTree {
 public:
  enum class Kind { kNull, kBool, kNumber, kString, kArray, kObject };
  using Members = std::vector<std::pair<std::string, JsonTree>>;

  // Nothing if the text is not JSON.
  static std::optional<JsonTree> Parse(std::string_view text);

  JsonTree() = default;
  static JsonTree Object() { return JsonTree(Kind::kObject); }
  static JsonTree Array() { return JsonTree(Kind::kArray); }
  static JsonTree String(std::string text);

  Kind kind() const { return kind_; }
  bool is_null() const { return kind_ == Kind::kNull; }
  bool is_string() const { return kind_ == Kind::kString; }
  bool is_object() const { return kind_ == Kind::kObject; }
  bool is_array() const { return kind_ == Kind::kArray; }
  bool is_number() const { return kind_ == Kind::kNumber; }
  bool is_true() const { return kind_ == Kind::kBool && text_ == "true"; }
  // null, "", [] and {}: what typed fields cannot tell from absent.
  bool is_empty() const;

  // A string's content, a number as written, true or false.
  const std::string& text() const { return text_; }
  // The whole number; or that.
  long long Integer(long long otherwise) const;
  const std::vector<JsonTree>& items() const { return items_; }
  std::vector<JsonTree>& items() { return items_; }
  const Members& members() const { return members_; }
  Members& members() { return members_; }

  // The member; null if there is none. Of several with one name, the last.
  const JsonTree& At(std::string_view name) const;
  bool Has(std::string_view name) const;
  void Set(std::string_view name, JsonTree value);
  void Remove(std::string_view name);

  // Compact; strings escaped as needed, numbers as they were written.
  std::string Dump() const;

 private:
  friend class JsonTreeBuilder;
  explicit JsonTree(Kind kind, std::string text = "") : kind_(kind), text_(std::move(text)) {}

  Kind kind_ = Kind::kNull;
  std::string text_;
  std::vector<JsonTree> items_;
  Members members_;
};

// Equal by value and with full precision: 1, 1.0 and 10e-1 are the same number.
bool SameNumber(std::string_view left, std::string_view right);

}  // namespace inferwire::wire
