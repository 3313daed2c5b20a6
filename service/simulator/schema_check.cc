#include <algorithm>
#include <array>

#include "simulator/schema.h"

namespace inferwire::simulator {
namespace {

constexpr int kMaxDepth = 64;

constexpr std::array<std::string_view, 36> kSupported = {"type",
                                                         "properties",
                                                         "required",
                                                         "additionalProperties",
                                                         "items",
                                                         "minItems",
                                                         "maxItems",
                                                         "enum",
                                                         "const",
                                                         "anyOf",
                                                         "oneOf",
                                                         "allOf",
                                                         "$ref",
                                                         "$defs",
                                                         "definitions",
                                                         "format",
                                                         "minLength",
                                                         "maxLength",
                                                         "pattern",
                                                         "minimum",
                                                         "maximum",
                                                         "exclusiveMinimum",
                                                         "exclusiveMaximum",
                                                         "multipleOf",
                                                         "title",
                                                         "description",
                                                         "default",
                                                         "examples",
                                                         "$schema",
                                                         "$id",
                                                         "$comment",
                                                         "deprecated",
                                                         "readOnly",
                                                         "writeOnly",
                                                         "nullable",
                                                         "strict"};

bool IsSupported(std::string_view keyword) {
  for (const std::string_view known : kSupported) {
    if (known == keyword) return true;
  }
  return false;
}

class Checker {
 public:
  Checker(const Json& root, SchemaRules rules) : root_(root), rules_(rules) {}

  std::optional<std::string> Check(const Json& schema, const std::string& context,
                                   int depth) const {
    if (schema.is_boolean()) return std::nullopt;
    if (!schema.is_object()) return Fault(context, "schema must be an object or a boolean.");
    if (depth > kMaxDepth) return Fault(context, "the schema is nested too deeply.");
    for (const auto& [keyword, value] : schema.items()) {
      if (rules_ != SchemaRules::kLoose && !IsSupported(keyword))
        return Fault(context, "'" + keyword + "' is not permitted.");
    }
    if (auto fault = CheckShape(schema, context)) return fault;
    if (rules_ == SchemaRules::kStrict) {
      if (auto fault = CheckStrict(schema, context)) return fault;
    }
    return CheckChildren(schema, context, depth);
  }

 private:
  static std::string Fault(const std::string& context, const std::string& what) {
    return "In context=(" + context + "), " + what;
  }

  std::optional<std::string> CheckShape(const Json& schema, const std::string& context) const {
    if (schema.contains("$ref")) {
      const Json& ref = schema["$ref"];
      if (!ref.is_string() || ResolveRef(root_, ref.get<std::string>()) == nullptr) {
        return Fault(context,
                     "reference can only point to definitions defined at the top level of the "
                     "schema.");
      }
    }
    if (schema.contains("type") && !KnownType(schema["type"])) {
      return Fault(context, "'type' is not a valid type.");
    }
    if (schema.contains("enum") && (!schema["enum"].is_array() || schema["enum"].empty())) {
      return Fault(context, "'enum' must be a non-empty array.");
    }
    if (schema.contains("properties") && !schema["properties"].is_object()) {
      return Fault(context, "'properties' must be an object.");
    }
    if (schema.contains("required") && !schema["required"].is_array()) {
      return Fault(context, "'required' must be an array.");
    }
    return std::nullopt;
  }

  static bool KnownType(const Json& type) {
    if (type.is_array()) {
      for (const Json& one : type) {
        if (!one.is_string() || !KnownType(one)) return false;
      }
      return !type.empty();
    }
    for (const char* name : {"object", "array", "string", "number", "integer", "boolean", "null"}) {
      if (type == name) return true;
    }
    return false;
  }

  static std::optional<std::string> CheckStrict(const Json& schema, const std::string& context) {
    if (!schema.contains("properties")) return std::nullopt;
    if (schema.value("additionalProperties", Json(true)) != Json(false)) {
      return Fault(context, "'additionalProperties' is required to be supplied and to be false.");
    }
    const Json required = schema.value("required", Json::array());
    for (const auto& [name, property] : schema["properties"].items()) {
      if (std::find(required.begin(), required.end(), Json(name)) == required.end()) {
        return Fault(context,
                     "'required' is required to be supplied and to be an array including every "
                     "key in properties. Missing '" +
                         name + "'.");
      }
    }
    return std::nullopt;
  }

  std::optional<std::string> CheckChildren(const Json& schema, const std::string& context,
                                           int depth) const {
    const auto inside = [&](const std::string& step) {
      return context.empty() ? "'" + step + "'" : context + ", '" + step + "'";
    };
    for (const char* map : {"properties", "$defs", "definitions"}) {
      if (!schema.contains(map) || !schema[map].is_object()) continue;
      for (const auto& [name, child] : schema[map].items()) {
        if (auto fault = Check(child, inside(map) + ", '" + name + "'", depth + 1)) return fault;
      }
    }
    for (const char* list : {"anyOf", "oneOf", "allOf"}) {
      if (!schema.contains(list)) continue;
      if (!schema[list].is_array() || schema[list].empty()) {
        return Fault(context, "'" + std::string(list) + "' must be a non-empty array.");
      }
      for (size_t i = 0; i < schema[list].size(); ++i) {
        const std::string where = inside(list) + ", '" + std::to_string(i) + "'";
        if (auto fault = Check(schema[list][i], where, depth + 1)) return fault;
      }
    }
    for (const char* child : {"items", "additionalProperties"}) {
      if (!schema.contains(child)) continue;
      if (auto fault = Check(schema[child], inside(child), depth + 1)) return fault;
    }
    return std::nullopt;
  }

  const Json& root_;
  const SchemaRules rules_;
};

}  // namespace

std::optional<std::string> SchemaFault(const Json& schema, SchemaRules rules) {
  if (rules == SchemaRules::kStrict && schema.value("type", Json()) != Json("object")) {
    return "schema must be a JSON Schema of 'type: \"object\"', got 'type: \"" +
           (schema.contains("type") ? Dump(schema["type"]) : "None") + "\"'.";
  }
  return Checker(schema, rules).Check(schema, "", 0);
}

}  // namespace inferwire::simulator
