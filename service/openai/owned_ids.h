// Which ids a request names: in its path and in its JSON. Pure.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "openai/ownership.h"

namespace llmgate::openai {

// What a raw call does to things that have owners.
struct OwnedCall {
  std::vector<OwnedThing> uses;       // that it names
  std::optional<OwnedThing> creates;  // its id comes with the answer
  std::optional<OwnedThing> removes;
  bool lists = false;  // a whole collection, whoever's
};
// upstream: its name. The path has no query.
OwnedCall OwnedInPath(std::string_view method, std::string_view path, std::string_view upstream);

// The things that members of a JSON text name (file_id, previous_response_id, ...), at any depth,
// however their names are spelt. INVALID_ARGUMENT if it may name some and cannot be read.
Result<std::vector<OwnedThing>> OwnedInJson(std::string_view json, std::string_view upstream);
// The same for the body of a chat completion that we have written, which seldom names a file.
Result<std::vector<OwnedThing>> FilesInChat(std::string_view json, std::string_view upstream);
// The "id" of an answer, or of its "response"; empty if it has none.
std::string IdOfAnswer(std::string_view json);

}  // namespace llmgate::openai
