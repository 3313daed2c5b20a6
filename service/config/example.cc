#include <algorithm>
#include <cctype>
#include <set>

#include "base/text.h"
#include "config/documents.h"
#include "config/sections.h"
#include "config/show.h"

namespace inferwire::config {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kWidth = 100;

std::string YamlText(const std::string& text) {
  const auto is_plain = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) ||
           std::string_view("_./:@+-*").find(c) != std::string_view::npos;
  };
  const bool begins_plain =
      !text.empty() && (std::isalnum(static_cast<unsigned char>(text[0])) || text[0] == '/');
  const bool plain =
      begins_plain && text.back() != ':' && std::all_of(text.begin(), text.end(), is_plain);
  return plain ? text : JsonText(text, -1);
}

// On one line, as YAML.
std::string Flow(const Json& value) {
  if (value.is_string()) return YamlText(value.get<std::string>());
  if (!value.is_structured()) return JsonText(value, -1);
  std::string text;
  for (const auto& [key, element] : value.items()) {
    text += text.empty() ? "" : ", ";
    text += (value.is_object() ? key + ": " : "") + Flow(element);
  }
  return value.is_object() ? "{" + text + "}" : "[" + text + "]";
}

std::string FlowOf(const Key& key) {
  const auto* list = std::get_if<TextListKey>(&key.value);
  const bool all =
      list && !list->all.empty() && list->to->size() == 1 && list->to->front() == list->all;
  return all ? Flow(list->all) : Flow(ShownValue(key, SecretValues::kShown));
}

bool HasKeys(const Key& key) {
  return std::holds_alternative<SubKey>(key.value) ||
         std::holds_alternative<OptionalKey>(key.value) ||
         std::holds_alternative<ListKey>(key.value);
}

// " Default: 5s." where the value shown is not the default.
std::string DefaultOf(const Key& key, const Key& by_default) {
  // A key that cannot be left out, or only in company, has none.
  if (HasKeys(key) || !key.notes.missing.empty() || std::holds_alternative<SecretKey>(key.value)) {
    return {};
  }
  const bool same = FlowOf(key) == FlowOf(by_default);
  if (same && !IsUnset(key)) return {};
  if (!key.notes.instead.empty()) return " Default: " + std::string(key.notes.instead) + ".";
  return IsUnset(by_default) ? "" : " Default: " + FlowOf(by_default) + ".";
}

std::string ChoicesOf(const Key& key) {
  if (const auto* choice = std::get_if<ChoiceKey>(&key.value)) {
    return " One of: " + JoinWithCommas(choice->names) + ".";
  }
  const auto* choices = std::get_if<ChoicesKey>(&key.value);
  return choices ? " Any of: " + JoinWithCommas(choices->names) + "." : "";
}

// What is not the default.
Json OwnOf(const Keys& keys, const Keys& defaults) {
  Json own = Json::object();
  for (size_t i = 0; i < keys.list.size(); ++i) {
    const Key& key = keys.list[i];
    const Key& by_default = defaults.list[i];
    if (FlowOf(key) == FlowOf(by_default)) continue;
    const auto* sub = std::get_if<SubKey>(&key.value);
    own[std::string(key.name)] = sub ? OwnOf(sub->keys, std::get<SubKey>(by_default.value).keys)
                                     : ShownValue(key, SecretValues::kShown);
  }
  return own;
}

class Writer {
 public:
  void Comment(const std::string& text) {
    std::string line;
    const auto end = [&] {
      if (!line.empty()) Line("#" + line);
      line.clear();
    };
    for (size_t at = 0; at < text.size();) {
      const size_t stop = std::min(text.find(' ', at), text.size());
      const std::string word = text.substr(at, stop - at);
      if (margin_.size() + line.size() + word.size() + 2 > kWidth) end();
      if (!word.empty()) line += " " + word;
      at = stop + 1;
    }
    end();
  }

  // Every key, with what it is.
  void All(const Keys& keys, const Keys& defaults, const std::string& path) {
    for (size_t i = 0; i < keys.list.size(); ++i) One(keys.list[i], defaults.list[i], path);
  }

  std::string Take() { return std::move(text_); }

 private:
  void Line(const std::string& line) {
    std::string margin = margin_;
    if (dash_) {
      margin.resize(margin.size() - 2);
      // What is said of an element's first key stands above the dash.
      if (dash_ = line.starts_with('#'); !dash_) margin += "- ";
    }
    text_ += margin + line + "\n";
  }

  // Within a part that is commented out as a whole.
  bool commented() const { return margin_.find('#') != std::string::npos; }

  template <class Body>
  void Within(const std::string& margin, Body&& body) {
    const std::string around = margin_;
    margin_ += margin;
    body();
    margin_ = around;
  }

  void One(const Key& key, const Key& by_default, const std::string& around) {
    const std::string path = around + "." + std::string(key.name);
    const bool unset = IsUnset(key);
    const bool is_list = std::holds_alternative<ListKey>(key.value);
    if (unset && (is_list || !HasKeys(key)) && key.notes.example.empty()) return;
    const bool is_new = told_.insert(path).second;
    if (is_new && !key.about.empty()) {
      Comment(std::string(key.about) + ChoicesOf(key) + DefaultOf(key, by_default));
    }
    const std::string name(key.name);
    const auto comment_out = [&](auto&& body) { Within(unset && !commented() ? "# " : "", body); };
    if (const auto* sub = std::get_if<SubKey>(&key.value)) {
      const Keys& defaults = std::get<SubKey>(by_default.value).keys;
      comment_out([&] { Mapping(name, sub->keys, defaults, path); });
    } else if (const auto* optional = std::get_if<OptionalKey>(&key.value)) {
      const Keys defaults = std::get<OptionalKey>(by_default.value).give();
      comment_out([&] { Mapping(name, optional->give(), defaults, path); });
    } else if (const auto* list = std::get_if<ListKey>(&key.value)) {
      Elements(name, *list, std::get<ListKey>(by_default.value), path);
    } else if (std::holds_alternative<TextMapKey>(key.value) ||
               std::holds_alternative<CountMapKey>(key.value)) {
      Line(name + ":");
      const Json entries = ShownValue(key, SecretValues::kShown);
      for (const auto& [entry, value] : entries.items()) {
        const std::string line = entry + ": " + Flow(value);
        Within("  ", [&] { Line(line); });
      }
    } else {
      comment_out(
          [&] { Line(name + ": " + (unset ? std::string(key.notes.example) : FlowOf(key))); });
    }
  }

  void Mapping(const std::string& name, const Keys& keys, const Keys& defaults,
               const std::string& path) {
    Line(name + ":");
    Within("  ", [&] { All(keys, defaults, path); });
  }

  void Elements(const std::string& name, const ListKey& list, const ListKey& by_default,
                const std::string& path) {
    Line(name + ":");
    const Keys defaults = by_default.add();
    // Without a word about its keys, an element fits on a line.
    const bool wordless = std::all_of(defaults.list.begin(), defaults.list.end(),
                                      [](const Key& key) { return key.about.empty(); });
    for (size_t i = 0; i < list.size(); ++i) {
      const Keys keys = list.at(i);
      Within("    ", [&] {
        dash_ = true;
        if (wordless) return Line(Flow(OwnOf(keys, defaults)));
        if (i > 0) text_ += "\n";
        for (size_t k = 0; k < keys.list.size(); ++k) {
          // The first element shows everything, the others what is theirs.
          const auto* optional = std::get_if<OptionalKey>(&keys.list[k].value);
          const bool absent = optional && !optional->given();
          const bool own = !absent && FlowOf(keys.list[k]) != FlowOf(defaults.list[k]);
          if (i == 0 || own) One(keys.list[k], defaults.list[k], path);
        }
      });
    }
  }

  std::string text_, margin_;
  bool dash_ = false;  // the next line that is no comment begins an element
  std::set<std::string> told_;
};

}  // namespace

std::string ExampleText() {
  Config example = ExampleConfig(), defaults;
  const Keys keys = KeysOf(example), default_keys = KeysOf(defaults);
  Writer about;
  about.Comment(std::string(kAboutConfig));
  std::string text = about.Take();
  for (size_t i = 0; i < keys.list.size(); ++i) {
    Writer section;
    Keys one, one_default;
    one.list.push_back(keys.list[i]), one_default.list.push_back(default_keys.list[i]);
    section.All(one, one_default, "");
    text += "\n" + section.Take();
  }
  return text;
}

}  // namespace inferwire::config
