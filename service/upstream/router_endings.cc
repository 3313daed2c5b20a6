// What the router does about models that have ended.
#include <algorithm>
#include <optional>
#include <utility>

#include "openai/error.h"
#include "openai/error_table.h"
#include "upstream/router.h"

namespace inferwire::upstream {
namespace {

// A replacement may have ended, too.
constexpr int kMostMoves = 4;

Error Ended(const catalogue::Ending& ending) {
  Error error = openai::ErrorOf(v1::ERROR_REASON_MODEL_ENDED, ending.Text());
  error.resource = Error::Resource{"model", ending.model};
  error.metadata["model"] = ending.model;
  error.metadata["shutdown_date"] = catalogue::DateOf(ending.at);
  if (!ending.replacement.empty()) error.metadata["replacement"] = ending.replacement;
  return error;
}

// Of a name whose entry says when, the catalogue's date does not count.
std::optional<WallTime> EndOf(const Shutdown* entry, const catalogue::Model* model) {
  if (entry && entry->from) return entry->from;
  return model ? model->ends : std::nullopt;
}

catalogue::Ending EndingOf(const Shutdown* entry, const catalogue::Model* model,
                           std::string_view asked, WallTime at, WallTime now) {
  catalogue::Ending ending;
  ending.model = model ? model->id : openai::Scrub(asked, 128);
  ending.at = model && model->ends ? *model->ends : at;
  ending.days_left = catalogue::DaysLeft(ending.at, now);
  if (entry) ending.replacement = entry->replacement;
  if (ending.replacement.empty() && model) ending.replacement = model->replacement;
  return ending;
}

}  // namespace

const Shutdown* Router::EntryOf(std::string_view asked) const {
  const auto found = shutdowns_.by_name.find(asked);
  return found == shutdowns_.by_name.end() ? nullptr : &found->second;
}

bool Router::Serves(std::string_view name) const {
  return any_model_ || by_model_.contains(name) || RouteNamed(name);
}

std::vector<const catalogue::Model*> Router::ModelsOf(std::string_view name,
                                                      const catalogue::Catalogue& catalogue) const {
  std::vector<const catalogue::Model*> models;
  const auto add = [&](const Upstream* upstream, std::string_view sent) {
    const catalogue::Model* model = catalogue.Find(sent);
    if (!model) model = catalogue.Find(name);
    if (model && upstream) model = &catalogue.At(*model, upstream->name());
    models.push_back(model);
  };
  if (const Route* const route = RouteNamed(name)) {
    for (const Target& target : route->targets) {
      add(target.upstream, target.model.empty() ? name : std::string_view(target.model));
    }
  } else if (const auto found = by_model_.find(name); found != by_model_.end()) {
    add(found->second.upstream, found->second.model);
  } else {
    add(any_model_, name);
  }
  return models;
}

std::optional<Router::Moved> Router::NextOf(std::string_view asked,
                                            const catalogue::Catalogue& catalogue,
                                            WallTime now) const {
  const Shutdown* const entry = EntryOf(asked);
  if ((entry ? entry->action : shutdowns_.others) != OnShutdown::kMove) return std::nullopt;
  const auto models = ModelsOf(asked, catalogue);
  // A route moves when the last of its targets has ended.
  const bool over = std::ranges::all_of(models, [&](const catalogue::Model* model) {
    const auto end = EndOf(entry, model);
    return end && *end <= now;
  });
  if (!over) return std::nullopt;
  const catalogue::Model* const model = models.front();
  catalogue::Ending ending = EndingOf(entry, model, asked, *EndOf(entry, model), now);
  if (ending.replacement == asked || ending.replacement.empty()) return std::nullopt;
  if (!Serves(ending.replacement)) return std::nullopt;
  ending.moved = true;
  std::string name = ending.replacement;
  return Moved{std::move(name), std::move(ending)};
}

std::optional<Router::Moved> Router::MovedFrom(std::string_view asked) const {
  if (shutdowns_.only_warn()) return std::nullopt;
  const auto catalogue = this->catalogue();
  if (!catalogue) return std::nullopt;
  const WallTime now = snapshot_->Now();
  auto moved = NextOf(asked, *catalogue, now);
  for (int moves = 1; moved && moves < kMostMoves; ++moves) {
    auto next = NextOf(moved->name, *catalogue, now);
    if (!next) break;
    moved->name = std::move(next->name);
    moved->ending.replacement = moved->name;
  }
  return moved;
}

Result<void> Router::AddEnding(std::string_view asked, Destination& destination) const {
  const catalogue::Model* const model = destination.model_info.get();
  const Shutdown* const entry = EntryOf(asked);
  const auto end = EndOf(entry, model);
  if (!end && !(model && model->ends)) return {};
  const WallTime now = snapshot_->Now();
  const OnShutdown action = entry ? entry->action : shutdowns_.others;
  if (end && *end <= now && action != OnShutdown::kWarn) {
    if (action == OnShutdown::kRefuse) return Ended(EndingOf(entry, model, asked, *end, now));
    destination.left = true;
  }
  if (!model) return {};
  auto ending = catalogue::EndingOf(*model, now);
  if (!ending) return {};
  if (entry && !entry->replacement.empty()) ending->replacement = entry->replacement;
  destination.endings.push_back(*std::move(ending));
  return {};
}

}  // namespace inferwire::upstream
