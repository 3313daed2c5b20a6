// Holds callers to what they may use: requests and tokens per minute and day, calls at once, money.
// What a call will probably use is set aside before it is sent, from all of its limits or from
// none, and what it did use is booked when it has ended: see limits/. Within this process.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

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

class Quota final : public Policy {
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
  void Settle(const Call& call, const Settlement& settlement) override;

 private:
  Error Refuse(const limits::Shortage& shortage, const Call& call, limits::Moment now);

  const std::unique_ptr<const ModelFacts> models_;
  const Clock& clock_;
  telemetry::QuotaMetrics& metrics_;
  Allowances allowances_;
  std::atomic<uint64_t> spread_;
};

}  // namespace inferwire::policy
