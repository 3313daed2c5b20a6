#include "wire/json_tree.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <nlohmann/json.hpp>

namespace inferwire::wire {

using Json = nlohmann::json;

// Takes nlohmann's events, because its document would round the numbers.
class JsonTreeBuilder final : public nlohmann::json_sax<Json> {
 public:
  JsonTree Take() { return std::move(root_); }

  bool null() override { return Put(JsonTree::Kind::kNull, ""); }
  bool boolean(bool value) override { return Put(JsonTree::Kind::kBool, value ? "true" : "false"); }
  bool number_integer(number_integer_t value) override {
    return Put(JsonTree::Kind::kNumber, std::to_string(value));
  }
  bool number_unsigned(number_unsigned_t value) override {
    return Put(JsonTree::Kind::kNumber, std::to_string(value));
  }
  bool number_float(number_float_t, const string_t& text) override {
    return Put(JsonTree::Kind::kNumber, text);
  }
  bool string(string_t& text) override { return Put(JsonTree::Kind::kString, std::move(text)); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return Open(JsonTree::Kind::kObject); }
  bool start_array(std::size_t) override { return Open(JsonTree::Kind::kArray); }
  bool end_object() override { return Close(); }
  bool end_array() override { return Close(); }
  bool key(string_t& name) override {
    open_.back().name = std::move(name);
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const Json::exception&) override {
    return false;
  }

 private:
  struct Level {
    JsonTree tree;
    std::string name;  // of the member that comes next
  };

  bool Put(JsonTree::Kind kind, std::string text) { return Put(JsonTree(kind, std::move(text))); }
  bool Put(JsonTree tree) {
    if (open_.empty()) {
      root_ = std::move(tree);
    } else if (Level& level = open_.back(); level.tree.is_object()) {
      level.tree.members().emplace_back(std::move(level.name), std::move(tree));
    } else {
      level.tree.items().push_back(std::move(tree));
    }
    return true;
  }
  bool Open(JsonTree::Kind kind) {
    open_.push_back({JsonTree(kind), ""});
    return true;
  }
  bool Close() {
    JsonTree tree = std::move(open_.back().tree);
    open_.pop_back();
    return Put(std::move(tree));
  }

  JsonTree root_;
  std::vector<Level> open_;
};

std::optional<JsonTree> JsonTree::Parse(std::string_view text) {
  JsonTreeBuilder builder;
  if (!Json::sax_parse(text.begin(), text.end(), &builder)) return std::nullopt;
  return builder.Take();
}

JsonTree JsonTree::String(std::string text) { return JsonTree(Kind::kString, std::move(text)); }

bool JsonTree::is_empty() const {
  switch (kind_) {
    case Kind::kNull:
      return true;
    case Kind::kString:
      return text_.empty();
    case Kind::kArray:
      return items_.empty();
    case Kind::kObject:
      return members_.empty();
    default:
      return false;
  }
}

long long JsonTree::Integer(long long otherwise) const {
  long long value = 0;
  const char* end = text_.data() + text_.size();
  const auto [stop, failed] = std::from_chars(text_.data(), end, value);
  return kind_ == Kind::kNumber && failed == std::errc() && stop == end ? value : otherwise;
}

const JsonTree& JsonTree::At(std::string_view name) const {
  static const JsonTree kNone;
  const auto member = std::find_if(members_.rbegin(), members_.rend(),
                                   [&](const auto& member) { return member.first == name; });
  return member == members_.rend() ? kNone : member->second;
}

bool JsonTree::Has(std::string_view name) const {
  return std::any_of(members_.begin(), members_.end(),
                     [&](const auto& member) { return member.first == name; });
}

void JsonTree::Set(std::string_view name, JsonTree value) {
  Remove(name);
  members_.emplace_back(std::string(name), std::move(value));
}

void JsonTree::Remove(std::string_view name) {
  std::erase_if(members_, [&](const auto& member) { return member.first == name; });
}

std::string JsonTree::Dump() const {
  std::string out;
  switch (kind_) {
    case Kind::kNull:
      return "null";
    case Kind::kBool:
    case Kind::kNumber:
      return text_;
    case Kind::kString:
      return Json(text_).dump(-1, ' ', false, Json::error_handler_t::replace);
    case Kind::kArray:
      for (const JsonTree& item : items_) (out += out.empty() ? "[" : ",") += item.Dump();
      return out.empty() ? "[]" : out + "]";
    case Kind::kObject:
      for (const auto& [name, value] : members_) {
        (out += out.empty() ? "{" : ",") += String(name).Dump();
        (out += ':') += value.Dump();
      }
      return out.empty() ? "{}" : out + "}";
  }
  return out;
}

namespace {

// A number as sign, digits without zeros at either end, and the power of ten of the last digit.
struct Decimal {
  bool negative = false;
  std::string digits;
  int64_t exponent = 0;
  bool operator==(const Decimal&) const = default;
};

Decimal ReadDecimal(std::string_view text) {
  Decimal decimal;
  if (text.starts_with('-')) {
    decimal.negative = true;
    text.remove_prefix(1);
  }
  const size_t mark = text.find_first_of("eE");
  if (mark != std::string_view::npos) {
    std::string_view power = text.substr(mark + 1);
    if (power.starts_with('+')) power.remove_prefix(1);
    std::from_chars(power.data(), power.data() + power.size(), decimal.exponent);
    text = text.substr(0, mark);
  }
  const size_t point = text.find('.');
  decimal.digits = text.substr(0, point);
  if (point != std::string_view::npos) {
    decimal.digits += text.substr(point + 1);
    decimal.exponent -= static_cast<int64_t>(text.size() - point - 1);
  }
  decimal.digits.erase(0, decimal.digits.find_first_not_of('0'));
  while (!decimal.digits.empty() && decimal.digits.back() == '0') {
    decimal.digits.pop_back();
    ++decimal.exponent;
  }
  if (decimal.digits.empty()) return {};
  return decimal;
}

}  // namespace

bool SameNumber(std::string_view left, std::string_view right) {
  return left == right || ReadDecimal(left) == ReadDecimal(right);
}

}  // namespace inferwire::wire
