#include "catalogue/catalogue.h"

#include <algorithm>
#include <cassert>
#include <functional>
#include <iterator>
#include <set>
#include <utility>

#include "catalogue/ending.h"
#include "catalogue/model_name.h"

namespace inferwire::catalogue {
namespace {

void Complete(const std::string& revision, Model& model) {
  model.revision = revision;
  model.endless = model.shutdown_date == kNoEnd;
  if (model.endless) model.shutdown_date.clear();
  model.ends = BeginningOf(model.shutdown_date);
  model.lacks = 0;
  for (const AbilityRow& row : AbilityRows()) {
    if (model.Has(row) == false) model.lacks |= row.ability;
  }
}

void PutInForce(WallTime moment, Facts& facts) {
  for (DatedPrices& dated : facts.later_prices) {
    if (dated.from <= moment) facts.prices = std::move(dated.prices);
  }
  facts.later_prices.clear();
}

}  // namespace

Catalogue::Catalogue(std::string revision, std::vector<Model> models, bool strict)
    : revision_(std::move(revision)), models_(std::move(models)), strict_(strict) {
  for (Model& model : models_) {
    for (const Offer& offer : model.offers) {
      Model there = WithOffer(model, offer);
      Complete(revision_, there);
      offered_.emplace(std::pair(&model, std::string_view(offer.upstream)), std::move(there));
    }
    Complete(revision_, model);
    const auto add = [&](const std::string& name) {
      by_name_.emplace(name, &model);
      AddKey(name, model);
    };
    add(model.id);
    for (const std::string& name : model.aliases) add(name);
    for (const std::string& name : model.snapshots) add(name);
    for (const std::string& pattern : model.patterns) AddPattern(pattern, model);
  }
  std::ranges::stable_sort(patterns_, std::greater(), [](const Pattern& pattern) {
    return pattern.before.size() + pattern.after.size();
  });
  AddLater();
}

void Catalogue::AddPattern(const std::string& pattern, const Model& model) {
  const std::string_view text = pattern;
  const size_t star = text.find('*');
  patterns_.push_back({text.substr(0, star), text.substr(star + 1), &model});
}

// Each is a whole catalogue, made once: a change of prices costs no call anything.
void Catalogue::AddLater() {
  std::set<WallTime> moments;
  for (const Model& model : models_) {
    for (const DatedPrices& dated : model.later_prices) moments.insert(dated.from);
    for (const Offer& offer : model.offers) {
      for (const DatedPrices& dated : offer.later_prices) moments.insert(dated.from);
    }
  }
  for (const WallTime moment : moments) {
    std::vector<Model> then = models_;
    for (Model& model : then) {
      PutInForce(moment, model);
      for (Offer& offer : model.offers) PutInForce(moment, offer);
    }
    later_.push_back(
        {moment, std::make_shared<const Catalogue>(revision_, std::move(then), strict_)});
  }
}

void Catalogue::AddKey(const std::string& name, const Model& model) {
  const ModelName read = ReadModelName(name);
  if (read.key.empty() || !read.plain) return;
  const auto [place, is_new] = by_key_.emplace(read.key + '@' + read.stamp, &model);
  if (!is_new && place->second != &model) place->second = nullptr;
}

const Model* Catalogue::Find(std::string_view name) const {
  const auto found = by_name_.find(name);
  if (found != by_name_.end()) return found->second;
  for (const Pattern& pattern : patterns_) {
    if (name.size() > pattern.before.size() + pattern.after.size() &&
        name.starts_with(pattern.before) && name.ends_with(pattern.after)) {
      return pattern.model;
    }
  }
  return nullptr;
}

const Model* Catalogue::FindAs(std::string_view name) const {
  if (const Model* const exact = Find(name)) return exact;
  const ModelName read = ReadModelName(name);
  if (!read.plain) return nullptr;
  auto found = by_key_.find(read.key + '@' + read.stamp);
  // A snapshot that the catalogue does not list is one of the undated name.
  if (found == by_key_.end() && !read.stamp.empty()) found = by_key_.find(read.key + '@');
  return found == by_key_.end() ? nullptr : found->second;
}

const Model& Catalogue::At(const Model& model, std::string_view upstream) const {
  if (model.offers.empty()) return model;
  const auto found = offered_.find(std::pair(&model, upstream));
  return found == offered_.end() ? model : found->second;
}

std::string_view Catalogue::SnapshotOf(const Model& model, std::string_view name) {
  const auto& snapshots = model.snapshots;
  if (const auto itself = std::find(snapshots.begin(), snapshots.end(), name);
      itself != snapshots.end()) {
    return *itself;
  }
  return snapshots.empty() ? std::string_view() : std::string_view(snapshots.front());
}

std::shared_ptr<const Catalogue> Snapshot::Load() const {
  std::lock_guard lock(mutex_);
  const auto& later = catalogue_->later();
  if (!clock_ || later.empty()) return catalogue_;
  const WallTime now = clock_->WallNow();
  const auto next = std::ranges::upper_bound(later, now, {}, &Catalogue::Later::from);
  return next == later.begin() ? catalogue_ : std::prev(next)->catalogue;
}

WallTime Snapshot::Now() const { return clock_ ? clock_->WallNow() : WallTime::min(); }

void Snapshot::Replace(std::shared_ptr<const Catalogue> catalogue) {
  assert(catalogue);
  {
    std::lock_guard lock(mutex_);
    catalogue_.swap(catalogue);
  }
  // The old one may end here, outside the lock.
}

}  // namespace inferwire::catalogue
