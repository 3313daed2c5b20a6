#include <yaml-cpp/yaml.h>

#include <fstream>
#include <sstream>

#include "simulator/rules.h"

namespace inferwire::simulator {
namespace {

// yaml-cpp reports every misuse by throwing; one function meets them all.
void ReadMatch(const YAML::Node& match, Rule& rule) {
  for (const auto& entry : match) {
    const auto key = entry.first.as<std::string>();
    if (key == "model") {
      rule.model = entry.second.as<std::string>();
    } else if (key == "path") {
      rule.path = entry.second.as<std::string>();
    } else if (key == "method") {
      rule.method = entry.second.as<std::string>();
    } else if (key == "key") {
      rule.key = entry.second.as<std::string>();
    } else if (key == "every") {
      rule.every = entry.second.as<uint64_t>();
    } else if (key == "probability") {
      rule.probability = entry.second.as<double>();
    } else if (key == "times") {
      rule.times = entry.second.as<uint64_t>();
    } else {
      throw YAML::RepresentationException(entry.first.Mark(), "unknown condition " + key);
    }
  }
}

Rule ReadRule(const YAML::Node& node) {
  Rule rule;
  for (const auto& entry : node) {
    const auto key = entry.first.as<std::string>();
    if (key == "match") {
      ReadMatch(entry.second, rule);
    } else if (key == "set" && entry.second.IsScalar()) {
      rule.set = entry.second.as<std::string>();
    } else if (key == "set") {
      for (const auto& word : entry.second) {
        rule.set += word.first.as<std::string>() + '=';
        rule.set += (word.second.IsNull() ? "" : word.second.as<std::string>()) + ';';
      }
    } else {
      throw YAML::RepresentationException(entry.first.Mark(), "unknown member " + key);
    }
  }
  return rule;
}

std::vector<Rule> ReadRules(const std::string& text) {
  std::vector<Rule> rules;
  const YAML::Node root = YAML::Load(text);
  if (!root.IsMap() || !root["rules"] || !root["rules"].IsSequence()) {
    throw YAML::RepresentationException(root.Mark(), "expected a list named rules");
  }
  for (const auto& node : root["rules"]) rules.push_back(ReadRule(node));
  return rules;
}

}  // namespace

Result<std::vector<Rule>> ParseScript(const std::string& text) {
  std::vector<Rule> rules;
  try {
    rules = ReadRules(text);
  } catch (const YAML::Exception& exception) {
    return InvalidField("script", exception.what());
  }
  if (auto checked = Rulebook(0).Replace(rules); !checked) return checked.error();
  return rules;
}

Result<std::vector<Rule>> LoadScript(const std::string& file) {
  std::ifstream stream(file);
  if (!stream) return InvalidField("script", "cannot read " + file);
  std::ostringstream text;
  text << stream.rdbuf();
  return ParseScript(text.str());
}

}  // namespace inferwire::simulator
