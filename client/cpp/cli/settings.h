// What the user sets once and for all: flag > environment > configuration file > default.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "inferwire/client/result.h"

namespace inferwire::cli {

struct Setting {
  enum class Kind { kText, kPath, kSeconds, kSwitch, kColor };
  enum class Source { kDefault, kFile, kEnvironment, kFlag };

  std::string_view name;         // in the file, and with two hyphens in front on the command line
  std::string_view environment;  // empty: no variable
  std::string_view what;
  Kind kind = Kind::kText;
  bool secret = false;
  std::string value = {};
  Source source = Source::kDefault;
};

// With the values of the defaults only, until Read.
class Settings {
 public:
  Settings();

  // config.yaml in ConfigFolder(), if there is one, and the environment. What was right before a
  // fault stays.
  client::Result<void> Read();
  // The same of a text; the errors begin with the file's name and the line.
  client::Result<void> ReadText(const std::string& text);
  // What the command line says.
  void SetFlag(std::string_view name, std::string value);

  // The name must be one of those in all().
  const std::string& Value(std::string_view name) const;
  bool IsOn(std::string_view name) const { return Value(name) == "true"; }
  const std::vector<Setting>& all() const { return all_; }
  const std::string& file() const { return file_; }
  bool file_exists() const { return file_exists_; }

 private:
  Setting* Find(std::string_view name);
  void ReadEnvironment();
  void Forget(std::string_view name);

  std::vector<Setting> all_;
  std::string file_;  // empty: there is no place for one
  bool file_exists_ = false;
};

// "the file", "INFERWIRE_MODEL", ...
std::string SourceText(const Setting& setting);

}  // namespace inferwire::cli
