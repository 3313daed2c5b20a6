// Where two JSON values differ beyond what the API declares that it does not carry.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "wire/json_tree.h"

namespace inferwire::wire {

struct Difference {
  std::string path;  // e.g. choices[0].message.content
  std::string text;  // what is recorded and what came, shortened
};

// Whether a member may be missing on either side, or be anything. The path is without indexes:
// choices.message.content.
using Allowed = std::function<bool(std::string_view path)>;

// Members in any order. Not carried, hence no difference: null, empty lists and empty objects
// against absent members; "object", and the type of tools and calls, where none is recorded;
// "obfuscation"; "stop": "x" against ["x"].
std::optional<Difference> FirstDifference(const JsonTree& recorded, const JsonTree& actual,
                                          const Allowed& allowed = {});

}  // namespace inferwire::wire
