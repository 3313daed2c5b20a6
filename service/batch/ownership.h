// Whose is what at the upstreams, kept in the store.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/batch_metrics.h"
#include "batch/options.h"
#include "openai/ownership.h"
#include "store/executor.h"

namespace inferwire::batch {

// Whether this owner may use the thing, as the store knows it.
Result<bool> MayUse(store::Jobs& jobs, const openai::OwnedThing& thing, const std::string& owner,
                    const OwnershipRules& rules);
// NOT_FOUND if one of them is not.
Result<void> CheckMayUse(store::Jobs& jobs, const std::vector<openai::OwnedThing>& things,
                         const std::string& owner, const OwnershipRules& rules);

class StoreOwnership final : public openai::Ownership {
 public:
  // executor: null if no store is configured. Nobody's things are known then.
  StoreOwnership(store::Executor* executor, BatchMetrics& metrics, OwnershipRules rules)
      : executor_(executor), metrics_(metrics), rules_(rules) {}

  std::optional<Error> Refusal(const std::string& owner) const override;
  void Check(std::vector<openai::OwnedThing> things, std::string owner, Mailbox& mailbox,
             Done done) override;
  void Sort(std::vector<openai::OwnedThing> things, std::string owner, Mailbox& mailbox,
            Sorted done) override;
  void Keep(openai::OwnedThing thing, std::string owner, WallTime now, Mailbox& mailbox,
            Done done) override;
  void Forget(openai::OwnedThing thing) override;

 private:
  template <class Answer>
  void Ask(std::function<Answer(store::Jobs&)> work, Mailbox& mailbox,
           std::function<void(Answer)> done);
  void Count(const Error& error);

  store::Executor* const executor_;
  BatchMetrics& metrics_;
  const OwnershipRules rules_;
};

}  // namespace inferwire::batch
