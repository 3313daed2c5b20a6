#include "tenancy/directory.h"

#include <utility>

namespace inferwire::tenancy {

const Principal* NameRules::Find(std::string_view name) const {
  const NameRule* best = nullptr;
  for (const NameRule& rule : rules_) {
    if (best && rule.is.literal() <= best->is.literal()) continue;
    if (rule.is.Matches(name)) best = &rule;
  }
  return best ? &best->principal : nullptr;
}

void Directory::AddKey(Key key) {
  std::string id = key.principal.key;
  keys_.insert_or_assign(std::move(id), std::make_unique<const Key>(std::move(key)));
}

std::vector<std::string> Directory::TakeUsed() const {
  std::vector<std::string> used;
  for (const auto& [id, key] : keys_) {
    if (key->used.Take()) used.push_back(id);
  }
  return used;
}

const Key* Directory::FindKey(std::string_view id) const {
  const auto found = keys_.find(id);
  return found == keys_.end() ? nullptr : found->second.get();
}

}  // namespace inferwire::tenancy
