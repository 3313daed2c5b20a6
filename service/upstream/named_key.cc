#include "upstream/named_key.h"

namespace inferwire::upstream {

const PoolKey* NamedKey(const KeyPool& keys, std::string_view name) {
  for (const PoolKey& key : keys.keys()) {
    if (key.name == name) return &key;
  }
  return nullptr;
}

}  // namespace inferwire::upstream
