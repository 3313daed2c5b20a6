// The limits of each caller for each model, put together from the rules when they are first asked
// for. Belongs to one version of the settings; meters and what was learned come from tables that
// outlive it. Thread-safe.
#pragma once

#include <absl/container/flat_hash_map.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <set>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "limits/experience_table.h"
#include "limits/fair_queue.h"
#include "limits/meter_table.h"
#include "limits/reservation.h"
#include "policy/quota/rules.h"
#include "telemetry/quota_metrics.h"

namespace inferwire::policy {

// Whose limits they are: the ids of a tenant, and of the team and key below it, or empty. user: an
// end user of the team, as it is counted, where the team's users have limits.
struct Scope {
  std::string_view tenant, team, key;
  std::string_view user{};
};

// What outlives the settings.
struct QuotaCounts {
  explicit QuotaCounts(size_t most_meters = limits::MeterTable::kMostMeters)
      : meters(most_meters) {}

  limits::MeterTable meters;
  limits::ExperienceTable experience;
  // Where calls wait for room; with their tickets. Null: none does.
  std::shared_ptr<limits::FairQueue> queue{};
  std::atomic<uint64_t> versions{0};  // of the settings, so far
};

class Allowances {
 public:
  // Of those that are remembered; further ones are put together at each call.
  static constexpr size_t kMost = 50'000;

  // counts: with other versions of the settings.
  Allowances(QuotaSettings settings, std::shared_ptr<QuotaCounts> counts,
             telemetry::QuotaMetrics& metrics, size_t most = kMost);

  const QuotaSettings& settings() const { return settings_; }
  // Null: nobody waits for room.
  limits::FairQueue* queue() const { return counts_->queue.get(); }
  // Whether there are limits for this model by itself.
  bool Names(std::string_view model) const { return models_.contains(model); }
  // model: an id of the catalogue, or a name that has limits; empty: none of these, so that callers
  // cannot fill the tables with words. Null: there are more meters than may be. Those of a user are
  // put together at each call: users come and go, and their meters with them.
  std::shared_ptr<const limits::Allowance> Find(const Scope& scope, std::string_view model,
                                                limits::Moment now);
  // Those that were asked for, each once.
  std::vector<limits::Limit> InUse();
  // All that the scope has, those of single models too.
  std::vector<limits::Limit> AllOf(const Scope& scope, limits::Moment now);
  // Whether each end user of the team has limits.
  bool LimitsUsersOf(std::string_view tenant, std::string_view team) const;
  bool HasTenant(std::string_view tenant) const { return settings_.tenants.contains(tenant); }

 private:
  struct Name {
    std::string tenant, team, key, model;
  };
  struct NameView {
    std::string_view tenant, team, key, model;
    NameView(const Scope& scope, std::string_view m)
        : tenant(scope.tenant), team(scope.team), key(scope.key), model(m) {}
    NameView(const Name& name)  // NOLINT(google-explicit-constructor)
        : tenant(name.tenant), team(name.team), key(name.key), model(name.model) {}
  };
  struct Hash {
    using is_transparent = void;
    size_t operator()(const NameView& name) const;
  };
  struct Equal {
    using is_transparent = void;
    bool operator()(const NameView& a, const NameView& b) const;
  };

  std::shared_ptr<const limits::Allowance> Make(const Scope& scope, std::string_view model,
                                                limits::Moment now) const;

  const QuotaSettings settings_;
  const std::shared_ptr<QuotaCounts> counts_;
  const uint64_t version_;
  telemetry::QuotaMetrics& metrics_;
  const size_t most_;
  std::set<std::string, std::less<>> models_;  // that have limits
  std::shared_mutex mutex_;
  absl::flat_hash_map<Name, std::shared_ptr<const limits::Allowance>, Hash, Equal> known_;
  std::unordered_map<std::string, limits::Limit> in_use_;  // of known_; by the meters' names
};

}  // namespace inferwire::policy
