// Which upstream serves which model. Immutable after its making and shared by all loops.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "openai/upstream.h"

namespace llmgate::openai {

struct Route {
  const Upstream* upstream = nullptr;
  std::string model;  // the name to send: aliases are resolved
};

class Routes {
 public:
  // Takes a further upstream. "*" among the models: everything that no upstream names.
  void Add(std::unique_ptr<const Upstream> upstream, const std::vector<std::string>& models,
           const std::map<std::string, std::string>& aliases, bool is_default);

  // NOT_FOUND, MODEL_NOT_FOUND if no upstream serves it.
  Result<Route> ForModel(std::string_view model) const;
  // An empty name means the default one. INVALID_ARGUMENT if there is none of that name.
  Result<const Upstream*> ByName(std::string_view name) const;

 private:
  std::vector<std::unique_ptr<const Upstream>> upstreams_;
  std::map<std::string, Route, std::less<>> by_model_;
  const Upstream* default_ = nullptr;
  const Upstream* any_model_ = nullptr;
};

}  // namespace llmgate::openai
