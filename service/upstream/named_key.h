// One key of an upstream's, for what belongs to it for good.
#pragma once

#include <string_view>

#include "upstream/key_pool.h"

namespace inferwire::upstream {

// Null: there is none of this name.
const PoolKey* NamedKey(const KeyPool& keys, std::string_view name);

}  // namespace inferwire::upstream
