#include <cstdint>
#include <map>

#include "config/change.h"
#include "config/config.h"
#include "config/sections.h"
#include "config/show.h"

namespace inferwire::config {
namespace {

using Json = nlohmann::ordered_json;

// A copy, since keys point into what they are of.
Json ToJson(Config config, SecretValues secrets) { return Shown(KeysOf(config), secrets); }

void Collect(const Json& at, const std::string& path, std::map<std::string, std::string>& leaves) {
  if (at.is_object() && !at.empty()) {
    for (const auto& [key, value] : at.items()) {
      Collect(value, path.empty() ? key : path + "." + key, leaves);
    }
  } else if (at.is_array() && !at.empty()) {
    for (size_t i = 0; i < at.size(); ++i) {
      Collect(at[i], path + "[" + std::to_string(i) + "]", leaves);
    }
  } else {
    leaves[path] = JsonText(at, -1);
  }
}

// Path -> value of every leaf, with the values of static headers and of other files.
std::map<std::string, std::string> Leaves(const Config& config) {
  Json json = ToJson(config, SecretValues::kShown);
  json["catalogue"]["content"] = config.catalogue.digest;
  json["identity"]["keys"]["content"] = config.identity.keys.digest;
  for (size_t i = 0; i < config.identity.jwt.size(); ++i) {
    json["identity"]["jwt"][i]["content"] = config.identity.jwt[i].digest;
  }
  std::map<std::string, std::string> leaves;
  Collect(json, "", leaves);
  return leaves;
}

}  // namespace

std::string Redacted(const Config& config) {
  return JsonText(ToJson(config, SecretValues::kHidden), 2);
}

std::string Fingerprint(const Config& config) {
  uint64_t hash = 0xcbf29ce484222325;  // FNV-1a
  const auto add = [&hash](std::string_view text) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    hash *= 0x100000001b3;  // where one text ends and the next begins
  };
  for (const auto& [path, value] : Leaves(config)) add(path), add(value);
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text(16, '0');
  for (size_t i = 16; i-- > 0; hash >>= 4) text[i] = kDigits[hash & 15];
  return text;
}

std::vector<std::string> ChangedKeys(const Config& from, const Config& to) {
  const auto before = Leaves(from), after = Leaves(to);
  std::vector<std::string> changed;
  for (const auto& [path, value] : before) {
    const auto now = after.find(path);
    if (now == after.end() || now->second != value) changed.push_back(path);
  }
  for (const auto& [path, value] : after) {
    if (!before.contains(path)) changed.push_back(path);
  }
  return changed;
}

}  // namespace inferwire::config
