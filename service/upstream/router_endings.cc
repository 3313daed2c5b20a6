// What the router does about models that have ended.
#include <algorithm>
#include <optional>
#include <utility>

#include "openai/error.h"
#include "openai/error_table.h"
#include "upstream/model_life.h"
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
std::optional<WallTime> EndOf(const Shutdown* entry, const ModelLife& life) {
  return entry && entry->from ? entry->from : life.ends();
}

// at: if nobody but the entry says when.
catalogue::Ending EndingOf(const Shutdown* entry, const ModelLife& life, std::string_view asked,
                           WallTime at, WallTime now) {
  catalogue::Ending ending;
  ending.model = life.model() ? life.model()->id : openai::Scrub(asked, 128);
  ending.at = life.ends().value_or(at);
  ending.days_left = catalogue::DaysLeft(ending.at, now);
  if (entry) ending.replacement = entry->replacement;
  if (ending.replacement.empty()) ending.replacement = life.replacement();
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

std::vector<ModelLife> Router::LivesOf(std::string_view name,
                                       const catalogue::Catalogue& catalogue) const {
  std::vector<ModelLife> lives;
  const auto add = [&](const Upstream* upstream, std::string_view sent) {
    const catalogue::Model* model = catalogue.Find(sent);
    if (!model) model = catalogue.Find(name);
    if (model && upstream) model = &catalogue.At(*model, upstream->name());
    lives.emplace_back(upstream, sent, model);
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
  return lives;
}

std::optional<Router::Moved> Router::NextOf(std::string_view asked,
                                            const catalogue::Catalogue& catalogue,
                                            WallTime now) const {
  const Shutdown* const entry = EntryOf(asked);
  if ((entry ? entry->action : shutdowns_.others) != OnShutdown::kMove) return std::nullopt;
  const auto lives = LivesOf(asked, catalogue);
  // A route moves when the last of its targets has ended.
  const bool over = std::ranges::all_of(lives, [&](const ModelLife& life) {
    const auto end = EndOf(entry, life);
    return end && *end <= now;
  });
  if (!over) return std::nullopt;
  const ModelLife& first = lives.front();
  catalogue::Ending ending = EndingOf(entry, first, asked, *EndOf(entry, first), now);
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
  const ModelLife life(destination.upstream, destination.model, destination.model_info.get());
  const Shutdown* const entry = EntryOf(asked);
  const auto end = EndOf(entry, life);
  if (!end && !life.ends()) return {};
  const WallTime now = snapshot_->Now();
  const OnShutdown action = entry ? entry->action : shutdowns_.others;
  if (end && *end <= now && action != OnShutdown::kWarn) {
    if (action == OnShutdown::kRefuse) return Ended(EndingOf(entry, life, asked, *end, now));
    destination.left = true;
  }
  if (!life.ends() || catalogue::DaysLeft(*life.ends(), now) > catalogue::kWarningDays) return {};
  destination.endings.push_back(EndingOf(entry, life, asked, *life.ends(), now));
  return {};
}

}  // namespace inferwire::upstream
