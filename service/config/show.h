// The values of declared keys as JSON, in the words that the file has for them.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "config/keys.h"

namespace inferwire::config {

// Of a secret map: its names alone, or its values too.
enum class SecretValues { kHidden, kShown };

nlohmann::ordered_json ShownValue(const Key& key, SecretValues secrets);
nlohmann::ordered_json Shown(const Keys& keys, SecretValues secrets);

// Whether there is nothing to show: no text, no entry, no section.
bool IsUnset(const Key& key);

// Bytes that are no UTF-8 are replaced.
std::string JsonText(const nlohmann::ordered_json& json, int indent);

}  // namespace inferwire::config
