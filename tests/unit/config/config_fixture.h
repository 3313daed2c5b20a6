// Shared by the tests of the configuration: a smallest good file, and its faults as text.
#pragma once

#include <gmock/gmock.h>

#include <string>
#include <variant>
#include <vector>

#include "config/config.h"

namespace inferwire::config {

inline const std::string kUpstream =
    "upstreams:\n"
    "  - name: sim\n"
    "    simulator: true\n";
// A good file without a word about what is under test.
inline const std::string kLocal = "server: {listen: \"127.0.0.1:0\"}\n";
inline const std::string kGood = kLocal + kUpstream;

inline std::vector<std::string> TextsOf(const std::vector<ConfigFault>& faults) {
  std::vector<std::string> texts;
  for (const ConfigFault& fault : faults) texts.push_back(ToText(fault));
  return texts;
}

inline std::vector<std::string> TextsOf(const LoadedConfig& loaded) {
  const auto* faults = std::get_if<std::vector<ConfigFault>>(&loaded);
  return faults ? TextsOf(*faults) : std::vector<std::string>();
}

inline std::vector<std::string> FaultsOf(const std::string& yaml) {
  return TextsOf(ParseConfig(yaml, "test.yaml"));
}

// The configuration, or a failed test and the defaults.
inline Config GoodConfig(const LoadedConfig& loaded) {
  EXPECT_THAT(TextsOf(loaded), testing::IsEmpty());
  const auto* config = std::get_if<Config>(&loaded);
  return config ? *config : Config();
}

inline Config Parsed(const std::string& yaml) { return GoodConfig(ParseConfig(yaml, "test.yaml")); }

}  // namespace inferwire::config
