// Appending JSON scalars.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace inferwire::codec {

// As a JSON string in quotes. Escapes only what JSON demands; the text is UTF-8.
void AppendQuoted(std::string& out, std::string_view text);

void AppendInteger(std::string& out, int64_t value);

// The shortest text that reads back as the same value: 0.7 stays 0.7. The value is finite.
void AppendDouble(std::string& out, double value);

}  // namespace inferwire::codec
