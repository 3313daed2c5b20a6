// A hash table by texts, looked up by views. One look-up costs two cache lines, where a table of
// nodes costs four; values move when it grows.
#pragma once

#include <absl/container/flat_hash_map.h>

#include <functional>
#include <string>

#include "base/text_hash.h"

namespace inferwire {

template <class Value>
using TextMap = absl::flat_hash_map<std::string, Value, TextHash, std::equal_to<>>;

}  // namespace inferwire
