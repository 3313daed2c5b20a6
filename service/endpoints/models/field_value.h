// The value of a field of a Model by its name, for filters and orders: every field of the message
// has one, and price.KIND (of the standard tier) and price.TIER.KIND do.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "inferwire/v1/models_service.pb.h"

namespace inferwire::endpoints {

// Unset, a number, a text, a truth, or the texts of a list (of a map: the names that are not
// false).
using FieldValue =
    std::variant<std::monostate, int64_t, std::string, bool, std::vector<std::string>>;

enum class FieldType { kNumber, kText, kDate, kBool, kList };

// Nothing: a Model has no such field that can be compared.
std::optional<FieldType> TypeOf(std::string_view field);
// The field has a type.
FieldValue ValueOf(const v1::Model& model, std::string_view field);

}  // namespace inferwire::endpoints
