// The limits of a caller for those who do not call a model: GetLimits and Estimate, which ask, and
// batches, whose cost is one of its budgets'.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/result.h"
#include "inferwire/v1/governance.pb.h"
#include "limits/demand.h"
#include "tenancy/model_names.h"

namespace inferwire::gateway {

class CallerLimits {
 public:
  // Ids; team and key may be empty.
  struct Scope {
    std::string_view tenant, team, key;
  };

  // What a call would be told.
  struct Outlook {
    std::vector<v1::LimitState> limits;
    std::optional<int64_t> expected_picousd;  // unset: the model has no price
    std::optional<Duration> would_wait;       // for room, and then go on
    std::optional<Error> refusal;
  };

  virtual ~CallerLimits() = default;
  virtual bool HasTenant(std::string_view tenant) const = 0;
  // All that hold, those of single models too.
  virtual std::vector<v1::LimitState> StatesOf(const Scope& scope) = 0;
  // Takes nothing. names: what the model stands for.
  virtual Outlook OutlookOf(const Scope& scope, std::string_view model, int64_t request_bytes,
                            limits::OutputBound output, const tenancy::ModelNames& names) = 0;

  // Of work that takes longer than a call, an item of a batch: what it will probably cost by the
  // prices of calls. 0: the model has no price.
  virtual int64_t ExpectedCost(const Scope& scope, std::string_view model, int64_t request_bytes,
                               const tenancy::ModelNames& names) = 0;
  // Whether the budgets have room for so much, and for anything at all. Takes nothing.
  virtual Result<void> CheckBudgets(const Scope& scope, int64_t picousd) = 0;
  // What such work has cost, whatever is left of the budgets.
  virtual void Spend(const Scope& scope, int64_t picousd) = 0;
};

}  // namespace inferwire::gateway
