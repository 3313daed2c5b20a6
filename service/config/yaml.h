// One YAML document out of a text, or the fault that says why there is none. yaml-cpp's LoadAll
// does not end on some texts (",\n" is one): it goes on making documents without reading any
// further.
#pragma once

#include <yaml-cpp/yaml.h>

#include <string_view>
#include <variant>

#include "config/config.h"

namespace inferwire::config {

// A mapping, as every file of ours is.
std::variant<YAML::Node, ConfigFault> LoadYaml(std::string_view yaml, std::string_view file_name);

}  // namespace inferwire::config
