// Reads values out of a YAML tree into plain structs and collects what is wrong with them. A value
// that is absent or faulty leaves the struct's default as it is. Knows no section by name.
#pragma once

#include <yaml-cpp/yaml.h>

#include <chrono>
#include <concepts>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "config/config.h"

namespace inferwire::config {

// The faults of one file so far, and the lines of its values, so that checks across sections can
// name a place too.
class Faults {
 public:
  void Add(const std::string& path, int line, std::string text);
  // With the line of this value, or of the nearest mapping around it.
  void AddAt(const std::string& path, std::string text);
  // The same for what works, but otherwise than it says.
  void WarnAt(const std::string& path, std::string text);
  void Saw(const std::string& path, int line) { lines_.emplace(path, line); }
  // Whether the file has this key, whatever its value.
  bool Given(const std::string& path) const { return lines_.contains(path); }

  bool none() const { return faults_.empty(); }
  // In the order of lines.
  std::vector<ConfigFault> Take();
  std::vector<ConfigFault> TakeWarnings();

 private:
  int LineOf(const std::string& path) const;

  std::vector<ConfigFault> faults_, warnings_;
  std::map<std::string, int> lines_;
};

int LineOf(const YAML::Node& node);

// One mapping. Every key that was asked for is known; Done() makes a fault of every other key and
// of every key that stands there twice.
class Section {
 public:
  // An undefined or empty node is an empty mapping.
  Section(const YAML::Node& node, std::string path, Faults& faults);

  bool Has(std::string_view key);
  YAML::Node Find(std::string_view key);  // undefined if absent
  int line() const { return line_; }
  const std::string& path() const { return path_; }
  std::string PathOf(std::string_view key) const;
  void Fault(std::string_view key, std::string text);

  // check: what is wrong with the text as the end of a sentence, empty if nothing.
  using Check = std::function<std::string(const std::string&)>;
  void Text(std::string_view key, std::string& to, const Check& check);
  void Bool(std::string_view key, bool& to);
  template <std::integral T>
  void Integer(std::string_view key, T& to, std::type_identity_t<T> least,
               std::type_identity_t<T> most) {
    to = static_cast<T>(IntegerIn(key, static_cast<int64_t>(to), static_cast<int64_t>(least),
                                  static_cast<int64_t>(most)));
  }
  void Size(std::string_view key, size_t& to, size_t least, size_t most);
  void Time(std::string_view key, std::chrono::milliseconds& to, std::chrono::milliseconds least,
            std::chrono::milliseconds most);
  // Which of the names it is; their number if it is absent or none of them.
  size_t IndexIn(std::string_view key, const std::vector<std::string_view>& names);
  // From 0 to 1, as a decimal.
  void Ratio(std::string_view key, double& to);
  // A mapping within this one; an empty one if absent.
  Section Sub(std::string_view key);
  // Calls `each` for the elements of a list of so many. False if the key is absent.
  bool List(std::string_view key, size_t least, size_t most,
            const std::function<void(const YAML::Node& node, const std::string& path)>& each);
  // A mapping of free names to texts, each passed through `check(name, value)`.
  void TextMap(std::string_view key, std::map<std::string, std::string>& to,
               const std::function<std::string(const std::string&, const std::string&)>& check);

  // Every entry, as a mapping of free names; all of them count as known.
  const std::vector<std::pair<std::string, YAML::Node>>& Entries() const { return entries_; }

  void Done();

 private:
  // The scalar's text; nothing, after a fault, if the value is none.
  std::optional<std::string> Scalar(std::string_view key);
  int64_t IntegerIn(std::string_view key, int64_t current, int64_t least, int64_t most);

  std::vector<std::pair<std::string, YAML::Node>> entries_;
  std::vector<std::string_view> known_;
  std::string path_;
  int line_;
  Faults& faults_;
};

}  // namespace inferwire::config
