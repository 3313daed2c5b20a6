// Holds callers to what they may use: requests and tokens per minute and day, calls at once, money.
// What a call will probably use is set aside before it is sent, from all of its limits or from
// none, and what it did use is booked when it has ended: see limits/.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/caller_limits.h"
#include "limits/level.h"
#include "policy/policy.h"
#include "policy/quota/allowances.h"
#include "policy/quota/rules.h"
#include "telemetry/quota_metrics.h"

namespace inferwire::policy {

// What is known of the model of a call.
class ModelFacts {
 public:
  struct Facts {
    std::string id;              // the catalogue's; empty: it does not have the model
    int64_t max_output = 32768;  // tokens
    int64_t input_price = 0, output_price = 0;  // pico-USD per token; 0: not priced
  };

  virtual ~ModelFacts() = default;
  // name: one that the catalogue may have.
  virtual Facts Of(std::string_view name) const = 0;
};

class Quota final : public Policy, public gateway::CallerLimits {
 public:
  struct Parts {
    QuotaSettings settings;
    std::shared_ptr<QuotaCounts> counts;  // with other versions of the settings
    std::unique_ptr<const ModelFacts> models;
    const Clock& clock;
    telemetry::QuotaMetrics& metrics;
    uint64_t seed = 0;  // of what is added to waits, so that callers do not come back at once
  };
  explicit Quota(Parts parts);

  Result<void> Admit(Call& call) override;
  // Waits if it may; without a queue, and where the wait would be too long, as Admit.
  Result<limits::Ticket> AdmitOrPark(Call& call, const Waiting& waiting) override;
  void Granted(const limits::Ticket& ticket) override { CountExceeded(ticket.exceeded()); }
  Error TurnAway(const Call& call, const limits::Ticket& ticket) override;
  void Settle(const Call& call, const Settlement& settlement) override;

  // What calls of theirs have to keep, for those that wait while the settings change.
  std::shared_ptr<const limits::Allowance> AllowanceOf(const limits::FairQueue::Who& who);

  bool HasTenant(std::string_view tenant) const override { return allowances_.HasTenant(tenant); }
  std::vector<v1::LimitState> StatesOf(const CallerLimits::Scope& scope) override;
  Outlook OutlookOf(const CallerLimits::Scope& scope, std::string_view model, int64_t request_bytes,
                    limits::OutputBound output, const tenancy::ModelNames& names) override;
  int64_t ExpectedCost(const CallerLimits::Scope& scope, std::string_view model,
                       int64_t request_bytes, const tenancy::ModelNames& names) override;
  Result<void> CheckBudgets(const CallerLimits::Scope& scope, int64_t picousd) override;
  void Spend(const CallerLimits::Scope& scope, int64_t picousd) override;
  // Limits that callers have met with, and how much of them is used.
  void Visit(const std::function<void(const limits::Limit&, const limits::Level&)>& visit);

 private:
  // What the call needs, and of whom; from is null: there are too many meters.
  struct Want {
    limits::Reservation reservation{};
    std::string user{}, model{};
  };
  // Who shares what there is not enough of with others of the kind.
  struct Party {
    std::string_view tenant, team;
    gateway::Priority priority;
  };
  static Party PartyOf(const Call& call) {
    return {call.principal->tenant, call.principal->team, call.priority};
  }
  Want WantOf(const Call& call, limits::Moment now);
  Want Foresee(const policy::Scope& scope, const std::string& name, int64_t request_bytes,
               limits::OutputBound output, limits::Moment now);
  // False: it has no limits to keep, or what it needs is taken already.
  bool HoldsFor(Call& call);
  // Unset: it is admitted.
  std::optional<limits::Shortage> Take(Call& call, const Want& want, limits::Moment now);
  limits::MeterSet::Taken TakeFor(const limits::Reservation& reservation, const Party& party,
                                  limits::Moment now);
  limits::QueueParty QueueOf(const Party& party) const;
  // How long the call may wait for what it lacks.
  Duration LongestWait(const Call& call, const Want& want, const limits::Shortage& shortage,
                       const Waiting& waiting, limits::Moment now) const;
  Result<limits::Ticket> Park(const Call& call, Want want, const limits::Shortage& shortage,
                              const Waiting& waiting, limits::Moment now);
  // Those of money that hold for the scope.
  limits::MeterSet BudgetsOf(const CallerLimits::Scope& scope, limits::Moment now);
  void CountExceeded(const std::vector<const limits::Limit*>& exceeded);
  Error Refuse(const limits::Shortage& shortage, const Call& call, limits::Moment now);

  const std::unique_ptr<const ModelFacts> models_;
  const Clock& clock_;
  telemetry::QuotaMetrics& metrics_;
  Allowances allowances_;
  std::atomic<uint64_t> spread_;
};

}  // namespace inferwire::policy
