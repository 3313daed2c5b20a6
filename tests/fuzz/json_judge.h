// What nlohmann::json, which shares no code with codec/, has to say about a text.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

namespace inferwire::fuzz {

struct JsonShape {
  size_t nodes = 0;  // values, containers included
  size_t depth = 0;
};

// Nothing: the text is not JSON. The judge is told where RFC 8259 and codec/json_gate.h see it
// otherwise: a byte order mark and a NUL are no white space, a lone surrogate's escape and a number
// that no double holds are good grammar.
std::optional<JsonShape> ShapeOf(std::string_view text);
inline bool IsJson(std::string_view text) { return ShapeOf(text).has_value(); }

// The text as a tree, of equal members the last; nothing if the judge cannot hold it.
std::optional<nlohmann::json> Tree(std::string_view text);

// Whether what was written says all that was read, but for what proto/README.md does not carry
// (null, empty lists and maps, obfuscation, a bare stop), and adds nothing but defaults.
bool Carries(const nlohmann::json& written, const nlohmann::json& read);

}  // namespace inferwire::fuzz
