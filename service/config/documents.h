// What is written from the declared keys for people and their tools.
#pragma once

#include <string>

namespace inferwire::config {

// A file that can be used: every key with what it is and its default.
std::string ExampleText();
// A JSON schema of the file (draft 7).
std::string ConfigSchema();

}  // namespace inferwire::config
