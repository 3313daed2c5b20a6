// From the file's text to a configuration: reading is the declared keys' (config/sections.h); what
// concerns several sections is config_check.
#pragma once

#include "config/config.h"
#include "config/reader.h"

namespace inferwire::config {

// Reads every section of the file.
Config ReadConfig(const YAML::Node& root, Faults& faults);

// A file of API keys.
ApiKeyFile ReadApiKeyFile(const YAML::Node& root, Faults& faults);

// A file's text; larger ones than most are cut behind it.
std::variant<std::string, std::vector<ConfigFault>> ReadConfigText(
    const std::string& path, size_t most = kMaxConfigFileBytes);

// Makes exactly one upstream the default one and adds a fault for everything that does not fit
// together: listeners without TLS, key files, deadlines, drain times, names used twice.
void CheckConfig(Config& config, Faults& faults);

}  // namespace inferwire::config
