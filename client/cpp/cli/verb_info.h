// The declared command line as plain data: what completion and the manual are made from.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}  // namespace CLI

namespace inferwire::cli {

struct OptionInfo {
  enum class Value { kNone, kText, kFile, kChat, kChoice };

  std::vector<std::string>
      names;  // with their hyphens, the long ones first; one without for an argument
  std::string what;
  Value value = Value::kText;
  std::string value_name;            // FILE, INT, TEXT, ...
  std::vector<std::string> choices;  // of kChoice
  std::string preset;                // the default; empty: none
  bool required = false, repeats = false;
};

struct VerbInfo {
  std::string name;
  std::vector<std::string> aliases;
  std::string what, footer;
  std::vector<OptionInfo> options, arguments;
  std::vector<VerbInfo> verbs;

  static VerbInfo Of(const CLI::App& app);
};

}  // namespace inferwire::cli
