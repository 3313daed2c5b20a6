// JSON as the simulator builds and reads it: member order is kept, because answers are compared as
// bytes.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>

namespace inferwire::simulator {

using Json = nlohmann::ordered_json;

// Compact text. Cannot throw: the simulator's strings are UTF-8, and what is not is replaced.
std::string Dump(const Json& json);
// The text as the inside of a JSON string, without quotes.
void AppendEscaped(std::string& out, std::string_view text);

// Of these members, as far as they are there.
uint64_t HashOf(const Json& object, std::span<const char* const> names, uint64_t seed);
// Bytes that it takes, about.
inline int64_t SizeOf(const Json& json) { return static_cast<int64_t>(Dump(json).size()); }

}  // namespace inferwire::simulator
