// Which ids a request names: in its path, in its JSON and in the fields of its form. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "gateway/ownership.h"

namespace inferwire::openai {

// What a raw call does to things that have owners.
struct OwnedCall {
  std::vector<gateway::OwnedThing> uses;       // that it names
  std::optional<gateway::OwnedThing> creates;  // its id comes with the answer
  std::optional<gateway::OwnedThing> removes;
  bool lists = false;    // a whole collection, whoever's
  std::string kind;      // of what it creates or lists
  bool streams = false;  // what it creates is noted while its answer runs
};
// upstream: its name. The path has no query.
OwnedCall OwnedInPath(std::string_view method, std::string_view path, std::string_view upstream);

// The things that members of a JSON text name (file_id, previous_response_id, ...), at any depth,
// however their names are spelt. INVALID_ARGUMENT if it may name some and cannot be read.
Result<std::vector<gateway::OwnedThing>> OwnedInJson(std::string_view json,
                                                     std::string_view upstream);
// The things that fields of a multipart body name, by the same names; fields that are JSON are
// searched too, files are not. INVALID_ARGUMENT if it may name some and servers could read it in
// more than one way, or if it has too many parts.
Result<std::vector<gateway::OwnedThing>> OwnedInForm(std::string_view content_type,
                                                     std::string_view body,
                                                     std::string_view upstream);
// The same for the body of a chat completion that we have written, which seldom names a file.
Result<std::vector<gateway::OwnedThing>> FilesInChat(std::string_view json,
                                                     std::string_view upstream);
// The collection that a member of this name refers to; empty: none.
std::string_view KindOfMember(std::string_view name);
// Whether the text is worth a look: it has one of the names, or a spelling that hides them.
bool MayNameThings(std::string_view text);
// All that the JSON names if it is the value of a member of that kind; nothing if it is no JSON.
std::optional<std::vector<gateway::OwnedThing>> OwnedInValue(std::string_view json,
                                                             std::string_view kind,
                                                             std::string_view upstream);
// The "id" of an answer, or of its "response"; of a run its thread's, which is what has an owner.
// Empty if it has none.
std::string IdOfAnswer(std::string_view json);

}  // namespace inferwire::openai
