#include "config/parse.h"

#include <algorithm>

#include "base/text.h"
#include "config/forms.h"
#include "config/sections.h"
#include "config/values.h"

namespace inferwire::config {
namespace {

void ReadKeys(const Keys& keys, Section section, Faults& faults);

// Reads the value of one key of a section.
struct ReadValue {
  std::string_view name;
  Section& section;
  Faults& faults;

  void operator()(const TextKey& key) const { section.Text(name, *key.to, key.form.fault); }
  void operator()(const BoolKey& key) const { section.Bool(name, *key.to); }
  void operator()(const IntegerKey& key) const {
    std::visit(
        [&](auto* to) {
          using T = std::remove_pointer_t<decltype(to)>;
          section.Integer(name, *to, static_cast<T>(key.least), static_cast<T>(key.most));
        },
        key.to);
  }
  void operator()(const SizeKey& key) const { section.Size(name, *key.to, key.least, key.most); }
  void operator()(const TimeKey& key) const { section.Time(name, *key.to, key.least, key.most); }
  void operator()(const RatioKey& key) const { section.Ratio(name, *key.to); }
  void operator()(const ChoiceKey& key) const {
    const size_t chosen = section.IndexIn(name, key.names);
    if (chosen < key.names.size()) key.set(chosen);
  }

  // {env: NAME}, {file: PATH} or none. Whatever else stands there may be the secret itself, so no
  // fault repeats it.
  void operator()(const SecretKey& key) const {
    constexpr char kForms[] = "must be {env: NAME}, {file: PATH} or none; a key never stands here";
    if (!section.Has(name)) return;
    const YAML::Node node = section.Find(name);
    *key.to = {};
    if (node.IsScalar() && node.Scalar() == "none") return;
    if (!node.IsMap()) return section.Fault(name, kForms);
    Section source = section.Sub(name);
    if (source.Has("env") == source.Has("file")) section.Fault(name, kForms);
    if (source.Has("env")) key.to->kind = KeySource::Kind::kEnv;
    if (source.Has("file")) key.to->kind = KeySource::Kind::kFile;
    source.Text("env", key.to->name, kVariableName.fault);
    source.Text("file", key.to->name, kFilePath.fault);
    source.Done();
  }

  void operator()(const TextMapKey& key) const { section.TextMap(name, *key.to, key.fault); }

  void operator()(const CountMapKey& key) const {
    const auto count = [&key](const std::string& text) {
      const auto value = ParseInteger(text);
      return value && *value >= 0 && *value <= key.most ? value : std::nullopt;
    };
    std::map<std::string, std::string> texts;
    section.TextMap(name, texts, [&](const std::string&, const std::string& text) {
      return std::string(count(text) ? "" : key.fault);
    });
    for (const auto& [entry, text] : texts) (*key.to)[entry] = count(text).value_or(0);
  }

  void operator()(const TextListKey& key) const {
    const YAML::Node node = section.Find(name);
    if (!node.IsDefined()) return;
    key.to->clear();
    if (!key.all.empty() && node.IsScalar() && node.Scalar() == key.all) {
      return key.to->emplace_back(key.all), void();
    }
    section.List(name, key.least, key.most,
                 [&](const YAML::Node& element, const std::string& path) {
                   const std::string text = element.IsScalar() ? element.Scalar() : "";
                   if (std::string fault = key.form.fault(text); !fault.empty()) {
                     faults.AddAt(path, std::move(fault));
                   } else if (std::find(key.to->begin(), key.to->end(), text) != key.to->end()) {
                     faults.AddAt(path, "stands here for the second time");
                   } else {
                     key.to->push_back(text);
                   }
                 });
  }

  void operator()(const ChoicesKey& key) const {
    std::vector<size_t> chosen;
    const bool given = section.List(
        name, 0, key.names.size(), [&](const YAML::Node& element, const std::string& path) {
          const std::string text = element.IsScalar() ? element.Scalar() : "";
          const auto found = std::find(key.names.begin(), key.names.end(), text);
          const auto index = static_cast<size_t>(found - key.names.begin());
          if (found == key.names.end()) {
            faults.AddAt(path, "must be one of " + JoinWithCommas(key.names) + ", not '" +
                                   Printable(text) + "'");
          } else if (std::find(chosen.begin(), chosen.end(), index) != chosen.end()) {
            faults.AddAt(path, "stands here for the second time");
          } else {
            chosen.push_back(index);
          }
        });
    if (given) key.set(chosen);
  }

  void operator()(const SubKey& key) const { ReadKeys(key.keys, section.Sub(name), faults); }
  void operator()(const OptionalKey& key) const {
    if (section.Has(name)) ReadKeys(key.give(), section.Sub(name), faults);
  }
  void operator()(const ListKey& key) const {
    if (!section.Has(name)) return;
    key.clear();
    section.List(name, key.least, key.most, [&](const YAML::Node& node, const std::string& path) {
      ReadKeys(key.add(), Section(node, path, faults), faults);
    });
  }
};

void ReadKeys(const Keys& keys, Section section, Faults& faults) {
  for (const Key& key : keys.list) {
    std::visit(ReadValue{key.name, section, faults}, key.value);
    if (!key.notes.missing.empty() && !section.Has(key.name)) {
      section.Fault(key.name, std::string(key.notes.missing));
    }
  }
  for (const auto& [name, instead] : keys.retired) {
    if (!section.Has(name)) continue;
    faults.WarnAt(section.PathOf(name), "has no effect any more: " + std::string(instead));
  }
  if (keys.check) keys.check(section.path(), faults);
  section.Done();
}

}  // namespace

ApiKeyFile ReadApiKeyFile(const YAML::Node& root, Faults& faults) {
  ApiKeyFile file;
  ReadKeys(KeysOf(file), Section(root, "", faults), faults);
  return file;
}

Config ReadConfig(const YAML::Node& root, Faults& faults) {
  Config config;
  ReadKeys(KeysOf(config), Section(root, "", faults), faults);
  return config;
}

}  // namespace inferwire::config
