// Which upstream serves which model, and which of their paths raw calls may reach. Immutable after
// its making and shared by all loops.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "catalogue/catalogue.h"
#include "tenancy/model_names.h"
#include "upstream/known_models.h"
#include "upstream/route.h"
#include "upstream/shutdowns.h"
#include "upstream/upstream.h"

namespace inferwire::upstream {

class ModelLife;

// Whether the configuration allows raw calls a method and path.
using RawAllowed = std::function<bool(std::string_view method, std::string_view path)>;

class Router final : public tenancy::ModelNames {
 public:
  Router() = default;
  Router(Router&&) = default;
  Router& operator=(Router&&) = default;

  // Without it, raw calls reach nothing.
  void AllowRaw(RawAllowed allowed) { raw_allowed_ = std::move(allowed); }
  // Takes a further upstream. "*" among the models: everything that no upstream names.
  void Add(std::unique_ptr<const Upstream> upstream, const std::vector<std::string>& models,
           const std::map<std::string, std::string>& aliases, bool is_default);

  // Where the health of models is kept, by upstream and model; before anything is added. Without it
  // the health of models is not followed.
  void KeepStatesOn(routing::Board& board) { board_ = &board; }
  // Null: nowhere.
  routing::Board* board() const { return board_; }
  // Whether callers may drain and reset places (RouteAdminService).
  void AllowRouteAdmin(bool allowed) { route_admin_ = allowed; }
  bool route_admin() const { return route_admin_; }
  // A route, whose targets are of upstreams that were added. Its targets' states and hashes are set
  // here, and its hedges' budget.
  void AddRoute(Route route);

  // Where what is known of models is taken from; it outlives the router. Without it nothing is
  // known.
  void TakeModelInfoFrom(const catalogue::Snapshot& snapshot) { snapshot_ = &snapshot; }

  // What becomes of calls for models that have ended; before the first call.
  void Use(Shutdowns shutdowns) { shutdowns_ = std::move(shutdowns); }

  // The route of this name: by its own or a further one, else by the longest prefix. Null: there is
  // none, and the upstreams' lists decide.
  const Route* RouteNamed(std::string_view name) const;
  // The same of the name that a call for this model goes by: its own, or the replacement's.
  const Route* RouteOf(std::string_view model) const;
  // By upstream's name; null: there is none.
  const Upstream* Find(std::string_view name) const;
  const std::vector<std::unique_ptr<const Upstream>>& upstreams() const { return upstreams_; }
  const std::vector<std::unique_ptr<const Route>>& routes() const { return routes_; }
  // What is known of a route's target for a call that asked for this model.
  Result<Destination> At(const Target& target, std::string_view asked) const;

  // Of a route, its first target that is served: for what cannot change over. NOT_FOUND,
  // MODEL_NOT_FOUND if no upstream serves it, or if it is in no strict catalogue.
  Result<Destination> ForModel(std::string_view model) const;
  // What access is judged by: the catalogue's id and the name that is sent, of every target.
  tenancy::ModelMeaning MeaningOf(std::string_view asked) const override;
  // An empty name means the default one. INVALID_ARGUMENT if there is none of that name.
  Result<const Upstream*> ByName(std::string_view name) const;
  // For what goes out as it came (RawService, a batch's file): the model by the name that the
  // upstream is sent. MODEL_NOT_FOUND if that is none of the upstream's, or in no strict catalogue.
  Result<Destination> ForSent(const Upstream& upstream, std::string_view model) const;
  // Whether ForSent refuses anything for this upstream.
  bool RestrictsModels(const Upstream& upstream) const;
  // The names that the configuration has this upstream sent, sorted; without "*".
  std::vector<std::string> SentTo(const Upstream& upstream) const;
  // Whether the configuration has this upstream sent this name.
  bool Sends(std::string_view upstream, std::string_view model) const;
  const RawAllowed& raw_allowed() const { return raw_allowed_; }

  // The models and aliases that the upstreams and routes name. A destination's model_info is not
  // set here.
  const std::map<std::string, Destination, std::less<>>& named() const { return by_model_; }
  // What the catalogue has of a model by the name that is sent to the upstream, as that offers it:
  // of itself, else of an alias that stands for it. Null if it has nothing, or several models.
  const catalogue::Model* ModelInfoOfSent(const catalogue::Catalogue& catalogue,
                                          const Upstream& upstream, std::string_view sent) const;
  // All of them, as they are now. With thousands it takes milliseconds after a change: loops ask
  // known_models() first.
  std::shared_ptr<const KnownModels> Known() const { return known_->Of(*this); }
  KnownModelsCache& known_models() const { return *known_; }
  // By the snapshot's clock; before everything without one.
  WallTime Now() const { return snapshot_ ? snapshot_->Now() : WallTime::min(); }
  // Null if the snapshot was never set.
  std::shared_ptr<const catalogue::Catalogue> catalogue() const;

 private:
  // The replacement that calls go by instead of this name.
  struct Moved {
    std::string name;
    catalogue::Ending ending;  // of what was asked for
  };
  std::optional<Moved> MovedFrom(std::string_view asked) const;
  std::optional<Moved> NextOf(std::string_view asked, const catalogue::Catalogue& catalogue,
                              WallTime now) const;
  const Shutdown* EntryOf(std::string_view asked) const;
  // Of the models that the name stands for: of a route, those of its targets.
  std::vector<ModelLife> LivesOf(std::string_view name,
                                 const catalogue::Catalogue& catalogue) const;
  bool Serves(std::string_view name) const;
  // Notes how near its model's end is; MODEL_ENDED if that refuses calls.
  Result<void> AddEnding(std::string_view asked, Destination& destination) const;

  Destination NamedDestination(const Upstream& upstream, const std::string& model);
  Result<Destination> FirstServed(const Route& route, std::string_view asked) const;
  Result<void> Complete(std::string_view asked, Destination& destination) const;
  Result<void> AddModelInfo(std::string_view asked, Destination& destination) const;

  std::vector<std::unique_ptr<const Upstream>> upstreams_;
  std::map<std::string, Destination, std::less<>> by_model_;
  std::vector<std::unique_ptr<const Route>> routes_;
  std::map<std::string, const Route*, std::less<>> routes_by_name_;  // exact ones
  std::vector<std::pair<std::string, const Route*>> prefixes_;       // the longest first
  std::vector<std::shared_ptr<routing::PlaceState>> states_;         // of by_model_
  routing::Board* board_ = nullptr;
  bool route_admin_ = false;
  const catalogue::Snapshot* snapshot_ = nullptr;
  Shutdowns shutdowns_;
  const Upstream* default_ = nullptr;
  const Upstream* any_model_ = nullptr;
  std::set<const Upstream*> takes_any_;                     // "*" is among their models
  std::set<std::pair<const Upstream*, std::string>> sent_;  // the names that each is sent
  std::unique_ptr<KnownModelsCache> known_ = std::make_unique<KnownModelsCache>();
  RawAllowed raw_allowed_ = [](std::string_view, std::string_view) { return false; };
};

}  // namespace inferwire::upstream
