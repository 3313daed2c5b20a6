#include <algorithm>

#include "simulator/schema.h"

namespace inferwire::simulator {
namespace {

constexpr int kMaxDepth = 24;
constexpr int kMaxParts = 2000;  // a schema can refer to itself twice and again

Json AsList(const Json& value) { return value.is_array() ? value : Json::array({value}); }

// Types and enums: what both allow. integer is a kind of number.
std::optional<Json> Common(const Json& a, const Json& b) {
  Json both = Json::array();
  for (const Json& one : AsList(a)) {
    for (const Json& other : AsList(b)) {
      if (one == other) both.push_back(one);
      if (one == "integer" && other == "number") both.push_back(one);
      if (one == "number" && other == "integer") both.push_back(other);
    }
  }
  if (both.empty()) return std::nullopt;
  return both.size() == 1 ? both[0] : both;
}

bool TakesLarger(const std::string& keyword) {
  return keyword == "minimum" || keyword == "exclusiveMinimum" || keyword == "minLength" ||
         keyword == "minItems";
}

bool TakesSmaller(const std::string& keyword) {
  return keyword == "maximum" || keyword == "exclusiveMaximum" || keyword == "maxLength" ||
         keyword == "maxItems";
}

void MergeProperties(Json& into, const Json& from) {
  for (const auto& [name, property] : from.items()) {
    if (into.contains(name) && into[name] != property) {
      into[name] = {{"allOf", {into[name], property}}};
    } else {
      into[name] = property;
    }
  }
}

bool MergeKeyword(Json& into, const std::string& keyword, const Json& value) {
  Json& old = into[keyword];
  if (keyword == "type") {
    const auto common = Common(old, value);
    if (common) old = *common;
    return common.has_value();
  }
  if (keyword == "enum") {
    Json both = Json::array();
    for (const Json& one : old) {
      if (std::find(value.begin(), value.end(), one) != value.end()) both.push_back(one);
    }
    old = both;
    return !both.empty();
  }
  if (keyword == "properties") {
    MergeProperties(old, value);
  } else if (keyword == "required") {
    for (const Json& name : value) {
      if (std::find(old.begin(), old.end(), name) == old.end()) old.push_back(name);
    }
  } else if (keyword == "items") {
    old = {{"allOf", {old, value}}};
  } else if (TakesLarger(keyword)) {
    old = std::max(old, value);
  } else if (TakesSmaller(keyword)) {
    old = std::min(old, value);
  } else if (keyword == "additionalProperties" && old == Json(false)) {
    return true;
  } else {
    old = value;
  }
  return true;
}

bool Merge(Json& into, const Json& from) {
  if (from.is_boolean()) return from.get<bool>();
  for (const auto& [keyword, value] : from.items()) {
    if (!into.contains(keyword)) {
      into[keyword] = value;
    } else if (!MergeKeyword(into, keyword, value)) {
      return false;
    }
  }
  return true;
}

std::optional<Json> FlattenWithin(const Json& schema, const Json& root, int depth,
                                  int& parts_left) {
  if (schema.is_boolean()) return schema;
  if (!schema.is_object() || depth > kMaxDepth || --parts_left < 0) return std::nullopt;
  Json flat = schema;
  flat.erase("allOf");
  flat.erase("$ref");
  for (const char* aside : {"$defs", "definitions"}) flat.erase(aside);
  Json parts = schema.value("allOf", Json::array());
  if (schema.contains("$ref")) {
    const Json* target = ResolveRef(root, schema["$ref"].get<std::string>());
    if (target == nullptr) return std::nullopt;
    parts.push_back(*target);
  }
  for (const Json& part : parts) {
    const auto flat_part = FlattenWithin(part, root, depth + 1, parts_left);
    if (!flat_part || !Merge(flat, *flat_part)) return std::nullopt;
  }
  return flat;
}

}  // namespace

std::optional<Json> Flatten(const Json& schema, const Json& root) {
  int parts_left = kMaxParts;
  return FlattenWithin(schema, root, 0, parts_left);
}

}  // namespace inferwire::simulator
