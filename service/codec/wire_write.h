// Map entries in protobuf's wire format.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace inferwire::codec {

// One entry of the map field with this number: string key; string, int32 (or bool) or double value.
void AppendMapEntry(std::string& wire, int number, std::string_view key, std::string_view value);
void AppendMapEntry(std::string& wire, int number, std::string_view key, int32_t value);
void AppendMapEntry(std::string& wire, int number, std::string_view key, double value);

// A packed field: its elements' bytes, one after the other.
void AppendPacked(std::string& wire, int number, std::string_view elements);

}  // namespace inferwire::codec
