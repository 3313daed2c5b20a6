#include <algorithm>
#include <cmath>
#include <regex>

#include "simulator/schema.h"

namespace inferwire::simulator {
namespace {

constexpr int kMaxDepth = 64;
constexpr int kMaxSteps = 200'000;  // a schema can refer to itself twice and again

bool HasType(const Json& value, const std::string& type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_boolean();
  if (type == "null") return value.is_null();
  if (type == "number") return value.is_number();
  if (!value.is_number()) return false;
  const double number = value.get<double>();
  return type == "integer" && std::floor(number) == number;
}

bool TypeFits(const Json& value, const Json& type) {
  if (type.is_string()) return HasType(value, type.get<std::string>());
  for (const Json& one : type) {
    if (one.is_string() && HasType(value, one.get<std::string>())) return true;
  }
  return false;
}

std::optional<double> Bound(const Json& schema, const char* keyword) {
  const auto found = schema.find(keyword);
  if (found == schema.end() || !found->is_number()) return std::nullopt;
  return found->get<double>();
}

bool NumberFits(double number, const Json& schema) {
  const auto step = Bound(schema, "multipleOf");
  const double nearest = step && *step != 0 ? std::round(number / *step) * *step : number;
  return number >= Bound(schema, "minimum").value_or(number) &&
         number <= Bound(schema, "maximum").value_or(number) &&
         !(Bound(schema, "exclusiveMinimum") && number <= *Bound(schema, "exclusiveMinimum")) &&
         !(Bound(schema, "exclusiveMaximum") && number >= *Bound(schema, "exclusiveMaximum")) &&
         std::abs(nearest - number) <= 1e-9 * std::max(1.0, std::abs(number));
}

// std::regex throws on patterns it does not know: then nothing can be said to match.
bool Matches(const std::string& text, const std::string& pattern) {
  try {
    return std::regex_search(text, std::regex(pattern));
  } catch (const std::regex_error&) {
    return false;
  }
}

bool StringFits(const std::string& text, const Json& schema) {
  const auto characters = static_cast<double>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
  if (characters < Bound(schema, "minLength").value_or(0)) return false;
  if (characters > Bound(schema, "maxLength").value_or(characters)) return false;
  const auto pattern = schema.find("pattern");
  return pattern == schema.end() || !pattern->is_string() ||
         Matches(text, pattern->get<std::string>());
}

class Validator {
 public:
  explicit Validator(const Json& root) : root_(root) {}

  bool Fits(const Json& value, const Json& schema, int depth) const {
    if (schema.is_boolean()) return schema.get<bool>();
    if (!schema.is_object() || depth > kMaxDepth || ++steps_ > kMaxSteps) return false;
    if (schema.contains("type") && !TypeFits(value, schema["type"])) return false;
    if (schema.contains("const") && value != schema["const"]) return false;
    if (schema.contains("enum") && !Contains(schema["enum"], value)) return false;
    if (value.is_number() && !NumberFits(value.get<double>(), schema)) return false;
    if (value.is_string() && !StringFits(value.get<std::string>(), schema)) return false;
    return ArrayFits(value, schema, depth) && ObjectFits(value, schema, depth) &&
           Combines(value, schema, depth);
  }

 private:
  static bool Contains(const Json& list, const Json& value) {
    return std::find(list.begin(), list.end(), value) != list.end();
  }

  bool ArrayFits(const Json& value, const Json& schema, int depth) const {
    if (!value.is_array()) return true;
    const auto size = static_cast<double>(value.size());
    if (size < Bound(schema, "minItems").value_or(0)) return false;
    if (size > Bound(schema, "maxItems").value_or(size)) return false;
    if (!schema.contains("items")) return true;
    return std::all_of(value.begin(), value.end(),
                       [&](const Json& item) { return Fits(item, schema["items"], depth + 1); });
  }

  bool ObjectFits(const Json& value, const Json& schema, int depth) const {
    if (!value.is_object()) return true;
    for (const Json& name : schema.value("required", Json::array())) {
      if (name.is_string() && !value.contains(name.get<std::string>())) return false;
    }
    const Json properties = schema.value("properties", Json::object());
    for (const auto& [name, member] : value.items()) {
      if (properties.contains(name)) {
        if (!Fits(member, properties[name], depth + 1)) return false;
      } else if (schema.contains("additionalProperties")) {
        if (!Fits(member, schema["additionalProperties"], depth + 1)) return false;
      }
    }
    return true;
  }

  bool Combines(const Json& value, const Json& schema, int depth) const {
    const auto fitting = [&](const char* keyword) {
      return std::count_if(schema[keyword].begin(), schema[keyword].end(),
                           [&](const Json& branch) { return Fits(value, branch, depth + 1); });
    };
    if (schema.contains("$ref")) {
      const Json* target = ResolveRef(root_, schema["$ref"].get<std::string>());
      if (target == nullptr || !Fits(value, *target, depth + 1)) return false;
    }
    if (schema.contains("anyOf") && fitting("anyOf") == 0) return false;
    if (schema.contains("oneOf") && fitting("oneOf") != 1) return false;
    return !schema.contains("allOf") ||
           fitting("allOf") == static_cast<std::ptrdiff_t>(schema["allOf"].size());
  }

  const Json& root_;
  mutable int steps_ = 0;
};

}  // namespace

bool Satisfies(const Json& value, const Json& schema, const Json& root) {
  return Validator(root).Fits(value, schema, 0);
}

const Json* ResolveRef(const Json& root, std::string_view ref) {
  if (!ref.starts_with('#')) return nullptr;
  ref.remove_prefix(1);
  const Json* at = &root;
  while (!ref.empty()) {
    if (ref.front() != '/') return nullptr;
    ref.remove_prefix(1);
    std::string step(ref.substr(0, ref.find('/')));
    ref.remove_prefix(step.size());
    for (size_t i = 0; (i = step.find('~', i)) != std::string::npos; ++i) {
      if (step.compare(i, 2, "~1") == 0) step.replace(i, 2, "/");
      if (step.compare(i, 2, "~0") == 0) step.replace(i, 2, "~");
    }
    if (!at->is_object() || !at->contains(step)) return nullptr;
    at = &(*at)[step];
  }
  return at;
}

}  // namespace inferwire::simulator
