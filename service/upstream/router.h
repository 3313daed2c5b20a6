// Which upstream serves which model, and which of their paths raw calls may reach. Immutable after
// its making and shared by all loops.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "catalogue/catalogue.h"
#include "upstream/upstream.h"

namespace inferwire::upstream {

struct Route {
  const Upstream* upstream = nullptr;
  std::string model;  // the name to send: aliases are resolved
  // What is known of the model: by the name that is sent, else by the one that was asked for (where
  // models are deployments with names of their own). Null: the catalogue does not have it.
  catalogue::ModelRef model_info{};
  // Where that was looked up; null: nowhere.
  std::shared_ptr<const catalogue::Catalogue> catalogue{};
};

// Whether the configuration allows raw calls a method and path.
using RawAllowed = std::function<bool(std::string_view method, std::string_view path)>;

class Router {
 public:
  // Without it, raw calls reach nothing.
  void AllowRaw(RawAllowed allowed) { raw_allowed_ = std::move(allowed); }
  // Takes a further upstream. "*" among the models: everything that no upstream names.
  void Add(std::unique_ptr<const Upstream> upstream, const std::vector<std::string>& models,
           const std::map<std::string, std::string>& aliases, bool is_default);

  // Where what is known of models is taken from; it outlives the router. Without it nothing is
  // known.
  void TakeModelInfoFrom(const catalogue::Snapshot& snapshot) { snapshot_ = &snapshot; }

  // NOT_FOUND, MODEL_NOT_FOUND if no upstream serves it, or if it is in no strict catalogue.
  Result<Route> ForModel(std::string_view model) const;
  // An empty name means the default one. INVALID_ARGUMENT if there is none of that name.
  Result<const Upstream*> ByName(std::string_view name) const;
  // For what goes out as it came (RawService, a batch's file): the model by the name that the
  // upstream is sent. MODEL_NOT_FOUND if that is none of the upstream's, or in no strict catalogue.
  Result<Route> ForSent(const Upstream& upstream, std::string_view model) const;
  // Whether ForSent refuses anything for this upstream.
  bool RestrictsModels(const Upstream& upstream) const;
  const RawAllowed& raw_allowed() const { return raw_allowed_; }

  // The models and aliases that the upstreams name. A route's model_info is not set here.
  const std::map<std::string, Route, std::less<>>& named() const { return by_model_; }
  // What the catalogue has of a model by the name that is sent to the upstream: of itself, else of
  // an alias that stands for it. Null if it has nothing, or several models.
  const catalogue::Model* ModelInfoOfSent(const catalogue::Catalogue& catalogue,
                                          const Upstream& upstream, std::string_view sent) const;
  // Null if the snapshot was never set.
  std::shared_ptr<const catalogue::Catalogue> catalogue() const;

 private:
  Result<void> AddModelInfo(std::string_view asked, Route& route) const;

  std::vector<std::unique_ptr<const Upstream>> upstreams_;
  std::map<std::string, Route, std::less<>> by_model_;
  const catalogue::Snapshot* snapshot_ = nullptr;
  const Upstream* default_ = nullptr;
  const Upstream* any_model_ = nullptr;
  std::set<const Upstream*> takes_any_;                     // "*" is among their models
  std::set<std::pair<const Upstream*, std::string>> sent_;  // the names that each is sent
  RawAllowed raw_allowed_ = [](std::string_view, std::string_view) { return false; };
};

}  // namespace inferwire::upstream
