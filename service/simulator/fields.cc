#include "simulator/fields.h"

namespace inferwire::simulator {

std::string_view KindOf(const Json& value) {
  if (value.is_null()) return "null";
  if (value.is_string()) return "a string";
  if (value.is_boolean()) return "a boolean";
  if (value.is_number_integer()) return "an integer";
  if (value.is_number()) return "a decimal";
  return value.is_array() ? "an array" : "an object";
}

const Json* Fields::Find(const char* name) const {
  const auto found = object_.find(name);
  return found == object_.end() || found->is_null() ? nullptr : &*found;
}

std::string Fields::PathOf(std::string_view name) const {
  return path_.empty() ? std::string(name) : path_ + "." + std::string(name);
}

void Fields::Fail(ApiError error) {
  if (!fault_) fault_ = std::move(error);
}

void Fields::WrongType(const char* name, std::string_view expected, const Json& got) {
  Fail(InvalidType(PathOf(name), expected, KindOf(got)));
}

void Fields::OutOfRange(const char* name, const char* kind, bool above, const std::string& bound,
                        const std::string& got) {
  const std::string side = above ? "above maximum" : "below minimum";
  Fail(BadRequest(
      "Invalid '" + PathOf(name) + "': " + kind + " " + side + " value. Expected a value " +
          (above ? "<= " : ">= ") + bound + ", but got " + got + " instead.",
      PathOf(name), std::string(kind) + (above ? "_above_max_value" : "_below_min_value")));
}

std::optional<std::string> Fields::String(const char* name) {
  const Json* value = Find(name);
  if (value == nullptr || !ok()) return std::nullopt;
  if (value->is_string()) return value->get<std::string>();
  WrongType(name, "a string", *value);
  return std::nullopt;
}

std::optional<bool> Fields::Bool(const char* name) {
  const Json* value = Find(name);
  if (value == nullptr || !ok()) return std::nullopt;
  if (value->is_boolean()) return value->get<bool>();
  WrongType(name, "a boolean", *value);
  return std::nullopt;
}

std::optional<int64_t> Fields::Integer(const char* name, int64_t min, int64_t max) {
  const Json* value = Find(name);
  if (value == nullptr || !ok()) return std::nullopt;
  if (!value->is_number_integer()) {
    WrongType(name, "an integer", *value);
    return std::nullopt;
  }
  const bool huge = value->is_number_unsigned() && value->get<uint64_t>() > INT64_MAX;
  const int64_t number = huge ? INT64_MAX : value->get<int64_t>();
  if (number >= min && number <= max) return number;
  const bool above = number > max;
  OutOfRange(name, "integer", above, std::to_string(above ? max : min), Dump(*value));
  return std::nullopt;
}

std::optional<double> Fields::Decimal(const char* name, double min, double max) {
  const Json* value = Find(name);
  if (value == nullptr || !ok()) return std::nullopt;
  if (!value->is_number()) {
    WrongType(name, "a decimal", *value);
    return std::nullopt;
  }
  const auto number = value->get<double>();
  if (number >= min && number <= max) return number;
  const bool above = number > max;
  OutOfRange(name, "decimal", above, Dump(Json(static_cast<int64_t>(above ? max : min))),
             Dump(*value));
  return std::nullopt;
}

const Json* Fields::Array(const char* name) {
  const Json* value = Find(name);
  if (value == nullptr || !ok()) return nullptr;
  if (value->is_array()) return value;
  WrongType(name, "an array", *value);
  return nullptr;
}

const Json* Fields::Object(const char* name) {
  const Json* value = Find(name);
  if (value == nullptr || !ok()) return nullptr;
  if (value->is_object()) return value;
  WrongType(name, "an object", *value);
  return nullptr;
}

std::string Fields::RequiredString(const char* name) {
  if (Find(name) == nullptr) Fail(MissingParameter(PathOf(name)));
  return String(name).value_or("");
}

const Json* Fields::RequiredArray(const char* name) {
  if (Find(name) == nullptr) Fail(MissingParameter(PathOf(name)));
  return Array(name);
}

const Json* Fields::RequiredObject(const char* name) {
  if (Find(name) == nullptr) Fail(MissingParameter(PathOf(name)));
  return Object(name);
}

}  // namespace inferwire::simulator
