// All models that are known, by each of their names. A Catalogue never changes: a new one takes its
// place in the Snapshot, and whoever holds a model of the old one keeps the old one alive.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "catalogue/model.h"

namespace inferwire::catalogue {

class Catalogue {
 public:
  // The names of the models (id, aliases, snapshots) are different, all of them:
  // config/catalogue.cc checks it. strict: only these models may be used.
  Catalogue(std::string revision, std::vector<Model> models, bool strict = false);
  Catalogue(const Catalogue&) = delete;
  Catalogue& operator=(const Catalogue&) = delete;

  // By any of its names, else by the longest of the patterns that fit; null if there is none.
  const Model* Find(std::string_view name) const;
  // The same for a name that others write in another way: openai/gpt-5, gpt-5-2025-08-07. Null if
  // it means no model, or more than one.
  const Model* FindAs(std::string_view name) const;
  // A model of this catalogue as the upstream of that name offers it: the model itself, unless it
  // has an offer of that upstream's.
  const Model& At(const Model& model, std::string_view upstream) const;
  // The snapshot that a name of the model means: itself, or the current one; empty if none is
  // known.
  static std::string_view SnapshotOf(const Model& model, std::string_view name);

  const std::vector<Model>& models() const { return models_; }
  const std::string& revision() const { return revision_; }
  // With the prices of a later time in the place of this one's; the earliest first.
  struct Later {
    WallTime from;
    std::shared_ptr<const Catalogue> catalogue;
  };
  const std::vector<Later>& later() const { return later_; }
  bool strict() const { return strict_; }

 private:
  const std::string revision_;
  std::vector<Model> models_;
  const bool strict_;
  void AddKey(const std::string& name, const Model& model);
  void AddPattern(const std::string& pattern, const Model& model);
  void AddLater();

  std::unordered_map<std::string_view, const Model*> by_name_;          // the texts are in models_
  std::unordered_map<std::string, const Model*> by_key_;                // null: of several models
  std::map<std::pair<const Model*, std::string_view>, Model> offered_;  // by model and upstream
  struct Pattern {
    std::string_view before, after;  // the '*'
    const Model* model;
  };
  std::vector<Pattern> patterns_;  // the longest first
  std::vector<Later> later_;
};

// A model together with the catalogue that it is a part of; null if the model is not known.
using ModelRef = std::shared_ptr<const Model>;

// The catalogue in force. Any thread: a reload calls Replace once with the whole new catalogue, and
// the calls that began before end with the facts they began with.
class Snapshot {
 public:
  // Without a clock later prices do not come into force, and no model ends. It outlives the
  // snapshot.
  explicit Snapshot(std::shared_ptr<const Catalogue> catalogue, const Clock* clock = nullptr)
      : clock_(clock), catalogue_(std::move(catalogue)) {}

  // Never null. With the prices that are in force now.
  std::shared_ptr<const Catalogue> Load() const;
  // Before everything if there is no clock.
  WallTime Now() const;
  void Replace(std::shared_ptr<const Catalogue> catalogue);

 private:
  const Clock* const clock_;
  mutable std::mutex mutex_;
  std::shared_ptr<const Catalogue> catalogue_;  // shared with the ModelRefs of running calls
};

}  // namespace inferwire::catalogue
