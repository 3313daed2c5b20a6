#include "upstream/router.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "catalogue/chat_check.h"
#include "openai/error.h"
#include "openai/path_segment.h"
#include "upstream/model_life.h"

namespace inferwire::upstream {
namespace {

Error NotServed(std::string_view model) {
  Error error;
  error.code = Code::kNotFound;
  error.reason = v1::ERROR_REASON_MODEL_NOT_FOUND;
  error.origin = Origin::kCaller;
  error.message = "no configured upstream serves this model";
  error.resource = Error::Resource{"model", openai::Scrub(model, 128)};
  return error;
}

// The lowest group first.
std::vector<const Target*> InOrder(const Route& route) {
  std::vector<const Target*> order;
  for (const Target& target : route.targets) order.push_back(&target);
  std::stable_sort(order.begin(), order.end(),
                   [](const Target* a, const Target* b) { return a->group < b->group; });
  return order;
}

}  // namespace

void Router::Add(std::unique_ptr<const Upstream> upstream, const std::vector<std::string>& models,
                 const std::map<std::string, std::string>& aliases, bool is_default) {
  const Upstream* added = upstream.get();
  upstreams_.push_back(std::move(upstream));
  if (!default_ || is_default) default_ = added;
  for (const std::string& model : models) {
    if (model == "*") takes_any_.insert(added);
    sent_.emplace(added, model);
    if (model != "*") {
      by_model_.emplace(model, NamedDestination(*added, model));
    } else if (!any_model_ || is_default) {
      any_model_ = added;
    }
  }
  for (const auto& [alias, model] : aliases) {
    by_model_.emplace(alias, NamedDestination(*added, model));
    sent_.emplace(added, model);
  }
}

Destination Router::NamedDestination(const Upstream& upstream, const std::string& model) {
  Destination destination{&upstream, model};
  if (!board_) return destination;
  states_.push_back(board_->Model(upstream.name(), model, upstream.options().breaker));
  destination.state = states_.back().get();
  return destination;
}

void Router::AddRoute(Route route) {
  const auto complete = [this](Target& target) {
    const std::string& upstream = target.upstream->name();
    const std::vector<std::string>& tags = target.upstream->options().tags;
    target.tags.insert(target.tags.end(), tags.begin(), tags.end());
    std::sort(target.tags.begin(), target.tags.end());
    target.hash = routing::StableHash(upstream + '/' + target.model);
    if (board_ && !target.model.empty()) {
      target.state = board_->Model(upstream, target.model, target.upstream->options().breaker);
    }
  };
  for (Target& target : route.targets) {
    complete(target);
    if (!target.model.empty()) sent_.emplace(target.upstream, target.model);
  }
  if (route.shadow) complete(route.shadow->target);
  if (route.hedge) {
    // A name that no upstream has.
    const std::string name = "hedges of " + route.name;
    const routing::RetryBudgetOptions most{.ratio = route.hedge->most, .least = 0};
    route.hedge->budget =
        board_ ? board_->Budget(name, most) : std::make_shared<routing::RetryBudget>(most);
  }
  const Route* added = routes_.emplace_back(std::make_unique<const Route>(std::move(route))).get();
  std::vector<std::string> names = added->also;
  names.push_back(added->name);
  const Target& first = *InOrder(*added).front();
  for (const std::string& name : names) {
    if (name.ends_with('*')) {
      prefixes_.emplace_back(name.substr(0, name.size() - 1), added);
      continue;
    }
    routes_by_name_.emplace(name, added);
    const std::string& model = first.model.empty() ? name : first.model;
    by_model_.insert_or_assign(name, Destination{first.upstream, model});
  }
  std::stable_sort(prefixes_.begin(), prefixes_.end(),
                   [](const auto& a, const auto& b) { return a.first.size() > b.first.size(); });
}

const Route* Router::RouteNamed(std::string_view name) const {
  if (routes_.empty()) return nullptr;
  if (const auto found = routes_by_name_.find(name); found != routes_by_name_.end()) {
    return found->second;
  }
  for (const auto& [prefix, route] : prefixes_) {
    if (name.starts_with(prefix)) return route;
  }
  return nullptr;
}

const Route* Router::RouteOf(std::string_view model) const {
  const auto moved = MovedFrom(model);
  return RouteNamed(moved ? moved->name : model);
}

tenancy::ModelMeaning Router::MeaningOf(std::string_view asked) const {
  tenancy::ModelMeaning meaning;
  const auto catalogue = this->catalogue();
  const auto add = [&](std::string_view sent) {
    const catalogue::Model* model = catalogue ? catalogue->Find(sent) : nullptr;
    if (!model && catalogue) model = catalogue->Find(asked);
    meaning.models.push_back({model ? model->id : std::string(sent), std::string(sent)});
  };
  if (const Route* const route = RouteNamed(asked)) {
    meaning.route = routes_by_name_.contains(asked);
    for (const Target& target : route->targets) {
      add(target.model.empty() ? asked : std::string_view(target.model));
    }
  } else if (const auto found = by_model_.find(asked); found != by_model_.end()) {
    add(found->second.model);
  } else if (any_model_) {
    add(asked);
  }
  if (const auto moved = MovedFrom(asked)) {
    const auto lives = LivesOf(moved->name, *catalogue);
    const catalogue::Model* const model = lives.empty() ? nullptr : lives.front().model();
    meaning.now = model ? model->id : moved->name;
  }
  return meaning;
}

Result<Destination> Router::At(const Target& target, std::string_view asked) const {
  Destination destination{target.upstream, target.model};
  const auto moved = MovedFrom(asked);
  if (moved) {
    destination.endings.push_back(moved->ending);
    asked = moved->name;
  }
  if (target.model.empty()) destination.model = asked;
  destination.state = target.state.get();
  if (auto good = Complete(asked, destination); !good) return good.error();
  return destination;
}

Result<Destination> Router::FirstServed(const Route& route, std::string_view asked) const {
  std::optional<Error> fault;       // of the first
  std::optional<Destination> left;  // the first whose model has ended
  for (const Target* const target : InOrder(route)) {
    auto destination = At(*target, asked);
    if (destination && !destination->left) return destination;
    if (destination && !left) left = std::move(*destination);
    if (!destination && !fault) fault = std::move(destination.error());
  }
  if (left) return *std::move(left);
  return *std::move(fault);
}

Result<Destination> Router::ForModel(std::string_view model) const {
  if (const Route* const route = RouteOf(model)) return FirstServed(*route, model);
  Destination destination;
  const auto moved = MovedFrom(model);
  if (moved) model = moved->name;
  if (const auto found = by_model_.find(model); found != by_model_.end()) {
    destination = found->second;
  } else if (any_model_) {
    destination = {any_model_, std::string(model)};
  } else {
    return NotServed(model);
  }
  if (moved) destination.endings.push_back(moved->ending);
  if (auto good = Complete(model, destination); !good) return good.error();
  return destination;
}

Result<void> Router::Complete(std::string_view asked, Destination& destination) const {
  if (destination.upstream->NamesModelInPath() && !openai::CanBePathSegment(destination.model)) {
    return InvalidField("params.model", "names no deployment");  // but another path
  }
  return AddModelInfo(asked, destination);
}

Result<void> Router::AddModelInfo(std::string_view asked, Destination& destination) const {
  std::shared_ptr<const catalogue::Catalogue> catalogue = this->catalogue();
  if (!catalogue) return {};
  const catalogue::Model* model = catalogue->Find(destination.model);
  if (!model) model = catalogue->Find(asked);
  if (model) {
    const catalogue::Model& there = catalogue->At(*model, destination.upstream->name());
    destination.model_info = catalogue::ModelRef(catalogue, &there);
  } else if (catalogue->strict()) {
    return catalogue::NotCatalogued(openai::Scrub(asked, 128));
  }
  destination.catalogue = std::move(catalogue);
  return AddEnding(asked, destination);
}

Result<Destination> Router::ForSent(const Upstream& upstream, std::string_view model) const {
  const bool served =
      takes_any_.contains(&upstream) || sent_.contains({&upstream, std::string(model)});
  if (!served) return NotServed(model);
  Destination route{&upstream, std::string(model)};
  route.catalogue = catalogue();
  if (!route.catalogue) return route;
  const catalogue::Model* const model_info = ModelInfoOfSent(*route.catalogue, upstream, model);
  if (model_info) {
    route.model_info = catalogue::ModelRef(route.catalogue, model_info);
  } else if (route.catalogue->strict()) {
    return catalogue::NotCatalogued(openai::Scrub(model, 128));
  }
  if (auto lives = AddEnding(model, route); !lives) return lives.error();
  return route;
}

bool Router::Sends(std::string_view upstream, std::string_view model) const {
  const Upstream* const found = Find(upstream);
  return found && model != "*" && sent_.contains({found, std::string(model)});
}

std::vector<std::string> Router::SentTo(const Upstream& upstream) const {
  std::vector<std::string> names;
  for (const auto& [to, name] : sent_) {
    if (to == &upstream && name != "*") names.push_back(name);
  }
  return names;
}

bool Router::RestrictsModels(const Upstream& upstream) const {
  if (!takes_any_.contains(&upstream)) return true;
  const auto known = catalogue();
  return known && known->strict();
}

const catalogue::Model* Router::ModelInfoOfSent(const catalogue::Catalogue& catalogue,
                                                const Upstream& upstream,
                                                std::string_view sent) const {
  if (const catalogue::Model* const model = catalogue.Find(sent)) {
    return &catalogue.At(*model, upstream.name());
  }
  const catalogue::Model* found = nullptr;
  for (const auto& [name, route] : by_model_) {
    if (route.upstream->name() != upstream.name() || route.model != sent) continue;
    const catalogue::Model* const model = catalogue.Find(name);
    if (found && model && model != found) return nullptr;
    if (model) found = model;
  }
  return found ? &catalogue.At(*found, upstream.name()) : nullptr;
}

std::shared_ptr<const catalogue::Catalogue> Router::catalogue() const {
  return snapshot_ ? snapshot_->Load() : nullptr;
}

const Upstream* Router::Find(std::string_view name) const {
  for (const auto& upstream : upstreams_) {
    if (upstream->name() == name) return upstream.get();
  }
  return nullptr;
}

Result<const Upstream*> Router::ByName(std::string_view name) const {
  if (name.empty() && default_) return default_;
  if (const Upstream* const found = Find(name)) return found;
  return InvalidField("call.upstream", "no upstream of this name is configured");
}

}  // namespace inferwire::upstream
