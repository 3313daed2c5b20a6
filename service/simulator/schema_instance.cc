#include <algorithm>
#include <cmath>

#include "simulator/schema.h"
#include "simulator/text.h"

namespace inferwire::simulator {
namespace {

constexpr int kSoftDepth = 5;    // from here on the shortest way out is taken
constexpr int kHardDepth = 24;   // and here the branch is given up
constexpr int kMaxNodes = 5000;  // values tried for one instance
constexpr int kAttempts = 12;
constexpr int64_t kMaxItems = 1000;

double NumberOr(const Json& schema, const char* keyword, double otherwise) {
  const auto found = schema.find(keyword);
  return found != schema.end() && found->is_number() ? found->get<double>() : otherwise;
}

// Scalars before containers before references: the order in which a recursion ends soonest.
int Weight(const Json& schema) {
  if (!schema.is_object()) return 0;
  if (schema.contains("$ref") || schema.contains("allOf")) return 3;
  const Json type = schema.value("type", Json());
  if (type == "object" || schema.contains("properties")) return 2;
  return type == "array" ? 1 : 0;
}

class Maker {
 public:
  Maker(const Json& root, Random& random, Facts& facts)
      : root_(root), random_(random), facts_(facts) {}

  // name: of the property, if it is one.
  std::optional<Json> Make(const Json& raw, int depth, const std::string& name = "") {
    if (depth > kHardDepth || ++nodes_ > kMaxNodes) return std::nullopt;
    if (raw.is_boolean()) return raw.get<bool>() ? std::optional(Json("any")) : std::nullopt;
    const auto schema = Flatten(raw, root_);
    if (!schema) return std::nullopt;
    if (schema->contains("const")) return (*schema)["const"];
    if (auto fact = Fact(*schema, name)) return fact;
    if (schema->contains("enum")) return FromEnum(*schema);
    for (const char* keyword : {"anyOf", "oneOf"}) {
      if (schema->contains(keyword)) return FromBranches(*schema, keyword, depth);
    }
    return OfType(*schema, ChooseType(*schema, depth), depth);
  }

 private:
  // What the prompt says of this: of itself, or of the first branch that has a place for it.
  std::optional<Json> Fact(const Json& schema, const std::string& name) {
    if (facts_.empty()) return std::nullopt;
    for (const char* keyword : {"anyOf", "oneOf"}) {
      if (!schema.contains(keyword)) continue;
      Json base = schema;
      base.erase(keyword);
      for (const Json& branch : schema[keyword]) {
        const auto flat = Flatten({{"allOf", {base, branch}}}, root_);
        if (!flat) continue;
        auto fact = facts_.Take(*flat, name, root_);
        if (fact && Satisfies(*fact, schema, root_)) return fact;
      }
      return std::nullopt;
    }
    return facts_.Take(schema, name, root_);
  }

  std::optional<Json> FromEnum(const Json& schema) {
    const Json& values = schema["enum"];
    const size_t first = random_.Below(values.size());
    for (size_t i = 0; i < values.size(); ++i) {
      const Json& value = values[(first + i) % values.size()];
      if (Satisfies(value, schema, root_)) return value;
    }
    return std::nullopt;
  }

  std::optional<Json> FromBranches(const Json& schema, const char* keyword, int depth) {
    const Json& branches = schema[keyword];
    Json base = schema;
    base.erase(keyword);
    std::vector<size_t> order(branches.size());
    const size_t first = random_.Below(branches.size());
    for (size_t i = 0; i < order.size(); ++i) order[i] = (first + i) % branches.size();
    if (depth > kSoftDepth) {
      std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
        return Weight(branches[a]) < Weight(branches[b]);
      });
    }
    for (const size_t index : order) {
      auto value = Make({{"allOf", {base, branches[index]}}}, depth + 1);
      if (value && Satisfies(*value, schema, root_)) return value;
    }
    return std::nullopt;
  }

  std::string ChooseType(const Json& schema, int depth) {
    const auto type = schema.find("type");
    if (type != schema.end() && type->is_string()) return type->get<std::string>();
    if (type != schema.end() && !type->empty()) {
      if (depth > kSoftDepth &&
          std::find(type->begin(), type->end(), Json("null")) != type->end()) {
        return "null";
      }
      return (*type)[random_.Below(type->size())].get<std::string>();
    }
    if (schema.contains("properties") || schema.contains("required")) return "object";
    if (schema.contains("items")) return "array";
    for (const char* keyword : {"minimum", "maximum", "multipleOf", "exclusiveMinimum"}) {
      if (schema.contains(keyword)) return "number";
    }
    return "string";
  }

  std::optional<Json> OfType(const Json& schema, const std::string& type, int depth) {
    if (type == "object") return Object(schema, depth);
    if (type == "array") return Array(schema, depth);
    if (type == "number" || type == "integer") return Number(schema, type == "integer");
    if (type == "boolean") return Json(random_.Below(2) == 1);
    if (type == "null") return Json(nullptr);
    const auto text = StringInstance(schema, random_);
    return text ? std::optional(Json(*text)) : std::nullopt;
  }

  std::optional<Json> Object(const Json& schema, int depth) {
    Json object = Json::object();
    const Json properties = schema.value("properties", Json::object());
    const Json required = schema.value("required", Json::array());
    const auto is_required = [&](const std::string& name) {
      return std::find(required.begin(), required.end(), Json(name)) != required.end();
    };
    for (const auto& [name, property] : properties.items()) {
      const bool needed = is_required(name);
      if (!needed && (depth > kSoftDepth || random_.Below(2) == 0)) {
        const auto flat = facts_.empty() ? std::nullopt : Flatten(property, root_);
        if (auto fact = flat ? Fact(*flat, name) : std::nullopt) object[name] = std::move(*fact);
        continue;
      }
      auto value = Make(property, depth + 1, name);
      if (value) {
        object[name] = std::move(*value);
      } else if (needed) {
        return std::nullopt;
      }
    }
    for (const Json& name : required) {
      if (!name.is_string() || object.contains(name.get<std::string>())) continue;
      auto value = Make(schema.value("additionalProperties", Json(true)), depth + 1);
      if (!value) return std::nullopt;
      object[name.get<std::string>()] = std::move(*value);
    }
    return object;
  }

  std::optional<Json> Array(const Json& schema, int depth) {
    const auto least = static_cast<int64_t>(NumberOr(schema, "minItems", 0));
    const auto most = static_cast<int64_t>(NumberOr(schema, "maxItems", 1e9));
    if (least > most || least > kMaxItems) return std::nullopt;
    int64_t count = least;
    if (depth <= kSoftDepth) {
      const int64_t extra = std::min<int64_t>(most - least, least == 0 ? 3 : 2);
      count += least == 0 && extra > 0
                   ? 1 + static_cast<int64_t>(random_.Below(static_cast<uint64_t>(extra)))
                   : static_cast<int64_t>(random_.Below(static_cast<uint64_t>(extra) + 1));
    }
    Json array = Json::array();
    for (int64_t i = 0; i < count; ++i) {
      auto item = Make(schema.value("items", Json{{"type", "string"}}), depth + 1);
      if (!item && i < least) return std::nullopt;
      if (!item) break;
      array.push_back(std::move(*item));
    }
    return array;
  }

  std::optional<Json> Number(const Json& schema, bool integer) {
    double step = NumberOr(schema, "multipleOf", integer ? 1 : 0.25);
    if (integer && std::floor(step) != step) step = 1;
    if (step <= 0) return std::nullopt;
    double low = NumberOr(schema, "minimum", -1e18);
    double high = NumberOr(schema, "maximum", 1e18);
    low = std::max(low, NumberOr(schema, "exclusiveMinimum", -1e18));
    high = std::min(high, NumberOr(schema, "exclusiveMaximum", 1e18));
    if (low == -1e18) low = high == 1e18 ? 0 : high - 100 * step;
    if (high == 1e18) high = low + 100 * step;
    const bool free_step = !integer && !schema.contains("multipleOf");
    if (free_step && high - low < 4 * step) step = (high - low) / 4;
    if (step <= 0) return Satisfied(low, integer, schema);
    const double first = std::ceil(low / step), last = std::floor(high / step);
    if (first > last) return std::nullopt;
    const double span = std::min(last - first + 1, 1e6);
    const double start = static_cast<double>(random_.Below(static_cast<uint64_t>(span)));
    for (double i = 0; i < std::min(span, 3.0); ++i) {  // the ends may be excluded
      auto value = Satisfied((first + std::fmod(start + i, span)) * step, integer, schema);
      if (value) return value;
    }
    return std::nullopt;
  }

  std::optional<Json> Satisfied(double number, bool integer, const Json& schema) const {
    const Json value =
        integer || std::floor(number) == number ? Json(static_cast<int64_t>(number)) : Json(number);
    return Satisfies(value, schema, root_) ? std::optional(value) : std::nullopt;
  }

  const Json& root_;
  Random& random_;
  Facts& facts_;
  int nodes_ = 0;
};

}  // namespace

std::optional<Json> Instance(const Json& schema, Random& random, Facts& facts) try {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    Facts left = facts;
    auto value = Maker(schema, random, left).Make(schema, 0);
    if (value && Satisfies(*value, schema, schema)) {
      facts = std::move(left);
      return value;
    }
  }
  return std::nullopt;
} catch (const Json::exception&) {  // a $ref led to a place that is no schema and was not checked
  return std::nullopt;
}

std::optional<Json> Instance(const Json& schema, Random& random) {
  Facts none("");
  return Instance(schema, random, none);
}

}  // namespace inferwire::simulator
