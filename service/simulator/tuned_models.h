// Models that fine-tuning jobs have made, by their names.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "simulator/models.h"

namespace inferwire::simulator {

class TunedModels {
 public:
  void Add(const std::string& name, const Model& base, int64_t created) {
    const auto [at, added] = models_.try_emplace(name, base);
    at->second.id = at->second.snapshot = at->first;
    at->second.created = created;
  }
  bool Remove(std::string_view name) { return models_.erase(std::string(name)) > 0; }
  const Model* Find(std::string_view name) const {
    const auto found = models_.find(std::string(name));
    return found == models_.end() ? nullptr : &found->second;
  }
  const std::map<std::string, Model>& all() const { return models_; }

 private:
  std::map<std::string, Model> models_;
};

}  // namespace inferwire::simulator
