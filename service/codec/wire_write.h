// Map entries in protobuf's wire format.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace inferwire::codec {

// One entry of the map field with this number: string key, string or int32 value.
void AppendMapEntry(std::string& wire, int number, std::string_view key, std::string_view value);
void AppendMapEntry(std::string& wire, int number, std::string_view key, int32_t value);
void AppendMapEntry(std::string& wire, int number, std::string_view key, double value);

}  // namespace inferwire::codec
