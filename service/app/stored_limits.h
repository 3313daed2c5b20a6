// Limits, budgets and what else tenants, teams and keys of the store have alike, as the
// configuration has them.
#pragma once

#include <google/protobuf/map.h>
#include <google/protobuf/repeated_ptr_field.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "config/tenants.h"
#include "inferwire/v1/governance.pb.h"

namespace inferwire::app {

// What is wrong with a message, field by field.
class FieldFaults {
 public:
  void Add(std::string field, std::string what);
  bool none() const { return faults_.empty(); }
  // INVALID_ARGUMENT. message: where the fields are in a request, e.g. tenant.
  Error Take(const std::string& message);

 private:
  std::vector<Error::FieldViolation> faults_;
};

using Texts = google::protobuf::RepeatedPtrField<std::string>;
using ModelLimits = google::protobuf::Map<std::string, v1::Limits>;
using Budgets = google::protobuf::RepeatedPtrField<v1::Budget>;

// prefix: of the fields' names, with its dot. zone: the tenant's, in which all its budgets count.
void TakeLimits(const v1::Limits& from, const std::string& prefix, config::AccessConfig& access,
                config::RatesConfig& rates, FieldFaults& faults);
void TakeModelLimits(const ModelLimits& from, const std::string& prefix,
                     std::vector<config::ModelRatesConfig>& to, FieldFaults& faults);
// field: the budget's own name. False: it is of no period that there are budgets of.
bool TakeBudget(const v1::Budget& budget, const std::string& field, std::string_view zone,
                config::BudgetConfig& to, FieldFaults& faults);
void TakeBudgets(const Budgets& from, const std::string& prefix, std::string_view zone,
                 config::BudgetConfig& to, FieldFaults& faults);
void TakeAccess(const Texts& models, const Texts& operations, const std::string& prefix,
                config::AccessConfig& to, FieldFaults& faults);
// Adds to the limit that the meter is of, if there is one. False: nothing is added to such a meter.
bool AddBoost(v1::Meter meter, int64_t amount, config::QuotaConfig& to);

}  // namespace inferwire::app
