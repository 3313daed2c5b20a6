#include "config/show.h"

#include <algorithm>

#include "config/values.h"

namespace inferwire::config {
namespace {

using Json = nlohmann::ordered_json;

struct ShowValue {
  const KeyNotes& notes;
  SecretValues secrets;

  Json operator()(const TextKey& key) const { return *key.to; }
  Json operator()(const BoolKey& key) const { return *key.to; }
  Json operator()(const IntegerKey& key) const {
    return std::visit([](const auto* to) { return Json(*to); }, key.to);
  }
  Json operator()(const SizeKey& key) const {
    return key.optional && *key.to == 0 ? std::string(notes.instead) : SizeText(*key.to);
  }
  Json operator()(const TimeKey& key) const { return DurationText(*key.to); }
  Json operator()(const RatioKey& key) const { return *key.to; }
  Json operator()(const ChoiceKey& key) const { return key.names[key.get()]; }
  Json operator()(const SecretKey& key) const {
    if (key.to->kind == KeySource::Kind::kNone) return "none";
    return Json::object({{key.to->kind == KeySource::Kind::kEnv ? "env" : "file", key.to->name}});
  }
  // Of a secret map the names only: somebody will put a token into a value.
  Json operator()(const TextMapKey& key) const {
    if (!key.secret || secrets == SecretValues::kShown) return *key.to;
    Json names = Json::array();
    for (const auto& [name, value] : *key.to) names.push_back(name);
    return names;
  }
  Json operator()(const CountMapKey& key) const { return *key.to; }
  Json operator()(const TextListKey& key) const { return *key.to; }
  Json operator()(const ChoicesKey& key) const {
    Json list = Json::array();
    for (const size_t i : key.get()) list.push_back(key.names[i]);
    return list;
  }
  Json operator()(const SubKey& key) const { return Shown(key.keys, secrets); }
  Json operator()(const OptionalKey& key) const {
    return key.given() ? Shown(key.give(), secrets) : Json();
  }
  Json operator()(const ListKey& key) const {
    Json list = Json::array();
    for (size_t i = 0; i < key.size(); ++i) list.push_back(Shown(key.at(i), secrets));
    return list;
  }
};

}  // namespace

Json ShownValue(const Key& key, SecretValues secrets) {
  return std::visit(ShowValue{key.notes, secrets}, key.value);
}

Json Shown(const Keys& keys, SecretValues secrets) {
  Json object = Json::object();
  for (const Key& key : keys.list) object[std::string(key.name)] = ShownValue(key, secrets);
  return object;
}

bool IsUnset(const Key& key) {
  if (const auto* size = std::get_if<SizeKey>(&key.value)) return size->optional && *size->to == 0;
  if (const auto* sub = std::get_if<SubKey>(&key.value)) {
    return std::all_of(sub->keys.list.begin(), sub->keys.list.end(), IsUnset);
  }
  const Json value = ShownValue(key, SecretValues::kShown);
  return value.empty() || value == "";
}

std::string JsonText(const Json& json, int indent) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

}  // namespace inferwire::config
