// Which upstream serves which model, and which of their paths raw calls may reach. Immutable after
// its making and shared by all loops.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "openai/upstream.h"

namespace llmgate::openai {

struct Route {
  const Upstream* upstream = nullptr;
  std::string model;  // the name to send: aliases are resolved
};

// Whether the configuration allows raw calls a method and path.
using RawAllowed = std::function<bool(std::string_view method, std::string_view path)>;

class Routes {
 public:
  // Without it, raw calls reach nothing.
  void AllowRaw(RawAllowed allowed) { raw_allowed_ = std::move(allowed); }
  // Takes a further upstream. "*" among the models: everything that no upstream names.
  void Add(std::unique_ptr<const Upstream> upstream, const std::vector<std::string>& models,
           const std::map<std::string, std::string>& aliases, bool is_default);

  // NOT_FOUND, MODEL_NOT_FOUND if no upstream serves it.
  Result<Route> ForModel(std::string_view model) const;
  // An empty name means the default one. INVALID_ARGUMENT if there is none of that name.
  Result<const Upstream*> ByName(std::string_view name) const;
  const RawAllowed& raw_allowed() const { return raw_allowed_; }

 private:
  std::vector<std::unique_ptr<const Upstream>> upstreams_;
  std::map<std::string, Route, std::less<>> by_model_;
  const Upstream* default_ = nullptr;
  const Upstream* any_model_ = nullptr;
  RawAllowed raw_allowed_ = [](std::string_view, std::string_view) { return false; };
};

}  // namespace llmgate::openai
