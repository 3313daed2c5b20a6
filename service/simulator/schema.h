// JSON Schema as structured outputs use it: is a schema supported, does a value satisfy it, and a
// value that does. Pure; nothing is resolved outside the schema itself.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "simulator/facts.h"
#include "simulator/json.h"
#include "simulator/random.h"

namespace inferwire::simulator {

// kLoose: well formed. kSupported: and without keywords that Instance would not obey. kStrict: and
// closed objects whose properties are all required.
enum class SchemaRules { kLoose, kSupported, kStrict };

// Why the schema cannot be used, in the real API's words: "In context=('properties', 'a'), 'not' is
// not permitted."
std::optional<std::string> SchemaFault(const Json& schema, SchemaRules rules);

// root is where $ref points into. Unknown keywords are ignored, as the specification says.
bool Satisfies(const Json& value, const Json& schema, const Json& root);

// Nothing if no value was found: the schema contradicts itself or never ends. What the facts say is
// said, where the schema has a place for it; the facts that were used are taken.
std::optional<Json> Instance(const Json& schema, Random& random, Facts& facts);
std::optional<Json> Instance(const Json& schema, Random& random);

// The member of root that "#/..." names; null if there is none.
const Json* ResolveRef(const Json& root, std::string_view ref);

// allOf, $ref and the keywords beside them as one schema without either (anyOf and oneOf stay).
std::optional<Json> Flatten(const Json& schema, const Json& root);

// A string for format, pattern and the length limits of a schema of type string.
std::optional<std::string> StringInstance(const Json& schema, Random& random);
// A text that the pattern matches: literals, ., classes, groups, alternatives and quantifiers.
std::optional<std::string> MatchingText(std::string_view pattern, Random& random);

}  // namespace inferwire::simulator
