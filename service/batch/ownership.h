// Whose is what at the upstreams, kept in the store.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "batch/options.h"
#include "gateway/ownership.h"
#include "store/executor.h"
#include "telemetry/batch_metrics.h"

namespace inferwire::batch {

// Whether this owner may use the thing, as the store knows it.
Result<bool> MayUse(store::Jobs& jobs, const gateway::OwnedThing& thing, const std::string& owner,
                    const OwnershipRules& rules);
// NOT_FOUND if one of them is not.
Result<void> CheckMayUse(store::Jobs& jobs, const std::vector<gateway::OwnedThing>& things,
                         const std::string& owner, const OwnershipRules& rules);

class StoreOwnership final : public gateway::Ownership {
 public:
  // executor: null if no store is configured. Nobody's things are known then.
  StoreOwnership(store::Executor* executor, telemetry::BatchMetrics& metrics, OwnershipRules rules)
      : executor_(executor), metrics_(metrics), rules_(rules) {}

  std::optional<Error> Refusal(const std::string& owner) const override;
  void Check(std::vector<gateway::OwnedThing> things, std::string owner, Mailbox& mailbox,
             Done done) override;
  void Sort(std::vector<gateway::OwnedThing> things, std::string owner, Mailbox& mailbox,
            Sorted done) override;
  void Keep(gateway::OwnedThing thing, std::string owner, WallTime now, Mailbox& mailbox,
            Done done) override;
  void Forget(gateway::OwnedThing thing) override;

 private:
  template <class Answer>
  void Ask(std::function<Answer(store::Jobs&)> work, Mailbox& mailbox,
           std::function<void(Answer)> done);
  void Count(const Error& error);

  store::Executor* const executor_;
  telemetry::BatchMetrics& metrics_;
  const OwnershipRules rules_;
};

}  // namespace inferwire::batch
