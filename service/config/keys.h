// The keys of the configuration as a tree of values: each names a member of a struct, its kind and
// bounds, and says in plain sentences what it is. A key is declared once (config/sections.h);
// reading, showing, comparing, the example file and the schema all walk the same tree.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "config/config.h"

namespace inferwire::config {

class Faults;
struct Key;

// What a text may be.
struct TextForm {
  std::string (*fault)(const std::string& text);  // the end of a sentence; empty if it is well
  std::string_view pattern = {};                  // as far as a schema can say it
};

// What a running server does with a new value.
enum class OnChange { kAsAround, kTakes, kNeedsRestart };

struct KeyNotes {
  std::string_view example = {};  // shown commented out, where there is no value by default
  std::string_view instead = {};  // what the default is, where the value does not say it
  std::string_view missing = {};  // the fault of leaving the key out; empty: it may be left out
  OnChange on_change = OnChange::kAsAround;
};

// The keys of one mapping, in the order in which they are shown. An empty `about` belongs to what
// is said of the key before. Whoever holds the keys keeps the struct that they point into.
class Keys {
 public:
  void Text(std::string_view name, std::string& to, TextForm form, std::string_view about = {},
            KeyNotes notes = {});
  void Bool(std::string_view name, bool& to, std::string_view about = {}, KeyNotes notes = {});
  template <class T>
  void Integer(std::string_view name, T& to, std::type_identity_t<T> least,
               std::type_identity_t<T> most, std::string_view about = {}, KeyNotes notes = {});
  void Size(std::string_view name, size_t& to, size_t least, size_t most,
            std::string_view about = {}, KeyNotes notes = {});
  // 0, which cannot be written, is shown as `notes.instead`.
  void OptionalSize(std::string_view name, size_t& to, size_t least, size_t most,
                    std::string_view about, KeyNotes notes);
  void Time(std::string_view name, std::chrono::milliseconds& to, std::chrono::milliseconds least,
            std::chrono::milliseconds most, std::string_view about = {}, KeyNotes notes = {});
  // From 0 to 1.
  void Ratio(std::string_view name, double& to, std::string_view about = {}, KeyNotes notes = {});
  template <class T>
  void Choice(std::string_view name, T& to,
              const std::vector<std::pair<std::string_view, std::type_identity_t<T>>>& choices,
              std::string_view about = {}, KeyNotes notes = {});
  // Where a secret is read from. Whatever stands in the secret's place is never repeated.
  void Secret(std::string_view name, KeySource& to, std::string_view about, KeyNotes notes = {});
  // Texts by free names, of which no more than the names is ever shown.
  using EntryFault = std::string (*)(const std::string& name, const std::string& value);
  void SecretMap(std::string_view name, std::map<std::string, std::string>& to, EntryFault fault,
                 std::string_view about, KeyNotes notes = {});
  void Map(std::string_view name, std::map<std::string, std::string>& to, EntryFault fault,
           std::string_view about, KeyNotes notes = {});
  // Numbers from 0 to `most` by free names; `fault` is that of any other value.
  void CountMap(std::string_view name, std::map<std::string, int64_t>& to, int64_t most,
                std::string_view fault, std::string_view about, KeyNotes notes = {});
  // Texts, each once; or `all` alone, without being a list.
  void TextList(std::string_view name, std::vector<std::string>& to, size_t most, TextForm form,
                std::string_view all, std::string_view about, KeyNotes notes = {});
  // The same without such a word; there may be none.
  void Texts(std::string_view name, std::vector<std::string>& to, size_t most, TextForm form,
             std::string_view about, KeyNotes notes = {});
  // Some of these, each once; there may be none.
  template <class T>
  void Choices(std::string_view name, std::vector<T>& to,
               const std::vector<std::pair<std::string_view, T>>& choices, std::string_view about,
               KeyNotes notes = {});
  void Sub(std::string_view name, Keys keys, std::string_view about = {}, KeyNotes notes = {});
  // A mapping that may be absent, and mappings of one kind; of T there is a KeysOf(T&).
  template <class T>
  void Optional(std::string_view name, std::optional<T>& to, std::string_view about,
                KeyNotes notes = {});
  template <class T>
  void List(std::string_view name, std::vector<T>& to, size_t least, size_t most,
            std::string_view about, KeyNotes notes = {});

  std::vector<Key> list;
  // Keys of earlier versions, and what is so without them: a file that has one is warned of it.
  std::vector<std::pair<std::string_view, std::string_view>> retired;
  // What does not fit together in the mapping, once its keys are read; `path` is the mapping's.
  std::function<void(const std::string& path, Faults& faults)> check;

 private:
  template <class Value>
  void Add(std::string_view name, Value value, std::string_view about, KeyNotes notes);
};

struct TextKey {
  std::string* to;
  TextForm form;
};
struct BoolKey {
  bool* to;
};
struct IntegerKey {
  std::variant<int*, int64_t*, size_t*> to;
  int64_t least, most;
};
struct SizeKey {
  size_t* to;
  size_t least, most;
  bool optional;
};
struct TimeKey {
  std::chrono::milliseconds* to;
  std::chrono::milliseconds least, most;
};
struct RatioKey {
  double* to;
};
struct ChoiceKey {
  std::vector<std::string_view> names;
  std::function<size_t()> get;
  std::function<void(size_t)> set;
};
struct SecretKey {
  KeySource* to;
};
struct TextMapKey {
  std::map<std::string, std::string>* to;
  Keys::EntryFault fault;
  bool secret;
};
struct CountMapKey {
  std::map<std::string, int64_t>* to;
  int64_t most;
  std::string_view fault;
};
struct TextListKey {
  std::vector<std::string>* to;
  size_t least, most;
  TextForm form;
  std::string_view all;  // empty: there is no such word
};
struct ChoicesKey {
  std::vector<std::string_view> names;
  std::function<std::vector<size_t>()> get;
  std::function<void(const std::vector<size_t>&)> set;
};
struct SubKey {
  Keys keys;
};
struct OptionalKey {
  std::function<bool()> given;
  std::function<Keys()> give;  // makes one if there is none
  std::function<void()> drop;
};
struct ListKey {
  size_t least, most;
  std::function<size_t()> size;
  std::function<Keys(size_t)> at;
  std::function<Keys()> add;
  std::function<void()> clear;
};

using KeyValue =
    std::variant<TextKey, BoolKey, IntegerKey, SizeKey, TimeKey, RatioKey, ChoiceKey, SecretKey,
                 TextMapKey, CountMapKey, TextListKey, ChoicesKey, SubKey, OptionalKey, ListKey>;

struct Key {
  std::string_view name, about;
  KeyNotes notes;
  KeyValue value;
};

template <class T>
void Keys::Integer(std::string_view name, T& to, std::type_identity_t<T> least,
                   std::type_identity_t<T> most, std::string_view about, KeyNotes notes) {
  list.push_back({name, about, notes,
                  IntegerKey{&to, static_cast<int64_t>(least), static_cast<int64_t>(most)}});
}

template <class T>
void Keys::Choice(std::string_view name, T& to,
                  const std::vector<std::pair<std::string_view, std::type_identity_t<T>>>& choices,
                  std::string_view about, KeyNotes notes) {
  ChoiceKey choice;
  std::vector<T> values;
  for (const auto& [word, value] : choices) choice.names.push_back(word), values.push_back(value);
  choice.get = [&to, values] {
    size_t i = 0;
    while (i + 1 < values.size() && values[i] != to) ++i;
    return i;
  };
  choice.set = [&to, values](size_t i) { to = values[i]; };
  list.push_back({name, about, notes, std::move(choice)});
}

template <class T>
void Keys::Choices(std::string_view name, std::vector<T>& to,
                   const std::vector<std::pair<std::string_view, T>>& choices,
                   std::string_view about, KeyNotes notes) {
  ChoicesKey key;
  std::vector<T> values;
  for (const auto& [word, value] : choices) key.names.push_back(word), values.push_back(value);
  key.get = [&to, values] {
    std::vector<size_t> chosen;
    for (const T& value : to) {
      size_t i = 0;
      while (i + 1 < values.size() && values[i] != value) ++i;
      chosen.push_back(i);
    }
    return chosen;
  };
  key.set = [&to, values](const std::vector<size_t>& chosen) {
    to.clear();
    for (const size_t i : chosen) to.push_back(values[i]);
  };
  list.push_back({name, about, notes, std::move(key)});
}

template <class T>
void Keys::Optional(std::string_view name, std::optional<T>& to, std::string_view about,
                    KeyNotes notes) {
  const auto give = [&to] { return KeysOf(to ? *to : to.emplace()); };
  list.push_back({name, about, notes,
                  OptionalKey{[&to] { return to.has_value(); }, give, [&to] { to.reset(); }}});
}

template <class T>
void Keys::List(std::string_view name, std::vector<T>& to, size_t least, size_t most,
                std::string_view about, KeyNotes notes) {
  list.push_back(
      {name, about, notes,
       ListKey{least, most, [&to] { return to.size(); }, [&to](size_t i) { return KeysOf(to[i]); },
               [&to] { return KeysOf(to.emplace_back()); }, [&to] { to.clear(); }}});
}

}  // namespace inferwire::config
