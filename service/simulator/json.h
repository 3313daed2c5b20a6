// JSON as the simulator builds and reads it: member order is kept, because answers are compared as
// bytes.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace inferwire::simulator {

using Json = nlohmann::ordered_json;

// Compact text. Cannot throw: the simulator's strings are UTF-8, and what is not is replaced.
std::string Dump(const Json& json);
// The text as the inside of a JSON string, without quotes.
void AppendEscaped(std::string& out, std::string_view text);

}  // namespace inferwire::simulator
