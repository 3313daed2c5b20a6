// What limits say of a caller, for those who ask without calling a model: GetLimits and Estimate.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/error.h"
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
    std::optional<Error> refusal;
  };

  virtual ~CallerLimits() = default;
  virtual bool HasTenant(std::string_view tenant) const = 0;
  // All that hold, those of single models too.
  virtual std::vector<v1::LimitState> StatesOf(const Scope& scope) = 0;
  // Takes nothing. names: what the model stands for.
  virtual Outlook OutlookOf(const Scope& scope, std::string_view model, int64_t request_bytes,
                            limits::OutputBound output, const tenancy::ModelNames& names) = 0;
};

}  // namespace inferwire::gateway
