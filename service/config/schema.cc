#include "config/documents.h"
#include "config/sections.h"
#include "config/show.h"

namespace inferwire::config {
namespace {

using Json = nlohmann::ordered_json;

Json Object(const Keys& keys);

Json Text(std::string_view pattern) {
  Json text = {{"type", "string"}};
  if (!pattern.empty()) text["pattern"] = pattern;
  return text;
}

Json Integer(int64_t least, int64_t most) {
  return {{"type", "integer"}, {"minimum", least}, {"maximum", most}};
}

Json List(Json items, size_t least, size_t most) {
  return {{"type", "array"}, {"items", std::move(items)}, {"minItems", least}, {"maxItems", most}};
}

Json Map(Json values) { return {{"type", "object"}, {"additionalProperties", std::move(values)}}; }

Json Source(const char* key) {
  return {{"type", "object"},
          {"properties", {{key, {{"type", "string"}, {"minLength", 1}}}}},
          {"required", Json::array({key})},
          {"additionalProperties", false}};
}

struct ValueSchema {
  Json operator()(const TextKey& key) const { return Text(key.form.pattern); }
  Json operator()(const BoolKey&) const { return {{"type", "boolean"}}; }
  Json operator()(const IntegerKey& key) const { return Integer(key.least, key.most); }
  Json operator()(const SizeKey&) const { return Text("^[0-9]+(B|KiB|MiB|GiB)$"); }
  Json operator()(const TimeKey&) const { return Text("^[0-9]+(ms|s|m|h)$"); }
  Json operator()(const RatioKey&) const {
    return {{"type", "number"}, {"minimum", 0}, {"maximum", 1}};
  }
  Json operator()(const ChoiceKey& key) const { return {{"enum", key.names}}; }
  Json operator()(const SecretKey&) const {
    return {{"oneOf", Json::array({{{"const", "none"}}, Source("env"), Source("file")})}};
  }
  Json operator()(const TextMapKey&) const { return Map(Text({})); }
  Json operator()(const CountMapKey& key) const { return Map(Integer(0, key.most)); }
  Json operator()(const TextListKey& key) const {
    Json list = List(Text(key.form.pattern), key.least, key.most);
    if (key.all.empty()) return list;
    return {{"oneOf", Json::array({std::move(list), {{"const", key.all}}})}};
  }
  Json operator()(const ChoicesKey& key) const {
    return List({{"enum", key.names}}, 0, key.names.size());
  }
  Json operator()(const SubKey& key) const { return Object(key.keys); }
  Json operator()(const OptionalKey& key) const { return Object(key.give()); }
  Json operator()(const ListKey& key) const { return List(Object(key.add()), key.least, key.most); }
};

Json Object(const Keys& keys) {
  Json properties = Json::object(), required = Json::array();
  for (const Key& key : keys.list) {
    Json schema = std::visit(ValueSchema(), key.value);
    if (!key.about.empty()) schema["description"] = key.about;
    properties[std::string(key.name)] = std::move(schema);
    if (!key.notes.missing.empty()) required.push_back(key.name);
  }
  Json object = {{"type", "object"}, {"properties", std::move(properties)}};
  if (!required.empty()) object["required"] = std::move(required);
  object["additionalProperties"] = false;
  return object;
}

}  // namespace

std::string ConfigSchema() {
  Config config;
  Json schema = {{"$schema", "http://json-schema.org/draft-07/schema#"},
                 {"title", "The configuration of inferwire-server"}};
  schema.update(Object(KeysOf(config)));
  return JsonText(schema, 2) + "\n";
}

}  // namespace inferwire::config
