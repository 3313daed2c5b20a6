#include "catalogue/catalogue.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "catalogue/model_name.h"

namespace inferwire::catalogue {
namespace {

void Complete(const std::string& revision, Model& model) {
  model.revision = revision;
  for (const AbilityRow& row : AbilityRows()) {
    if (model.Has(row) == false) model.lacks |= row.ability;
  }
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
  return found == by_name_.end() ? nullptr : found->second;
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
  return catalogue_;
}

void Snapshot::Replace(std::shared_ptr<const Catalogue> catalogue) {
  assert(catalogue);
  {
    std::lock_guard lock(mutex_);
    catalogue_.swap(catalogue);
  }
  // The old one may end here, outside the lock.
}

}  // namespace inferwire::catalogue
