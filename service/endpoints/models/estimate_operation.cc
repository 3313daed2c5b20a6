// Estimate as an operation: counts a slice in each turn of the loop, so that the calls beside it go
// on however long the request is.
#include <utility>

#include "base/timers.h"
#include "codec/encode.h"
#include "endpoints/models/estimate.h"
#include "endpoints/models/operations.h"
#include "endpoints/shared/one_answer.h"
#include "tokens/counter.h"

namespace inferwire::endpoints {
namespace {

// Far below a millisecond. Of all estimates on a loop one takes a slice in a turn.
constexpr size_t kSliceWork = 4u << 10;

class Estimate final : public OneAnswer {
 public:
  Estimate(EstimatePlan plan, const upstream::Runtime& runtime, const gateway::CallContext& context,
           gateway::Operation::Observer& observer)
      : OneAnswer(context, observer),
        plan_(std::move(plan)),
        counter_(tokens::Vocabulary::BuiltIn(), std::move(plan_.texts.texts)),
        next_slice_(runtime.timers, [this] { CountSlice(); }) {
    stats_.model = plan_.response.upstream_model();
  }

  void Start() override { next_slice_.SetBackground(); }

 private:
  void CountSlice() {
    if (counter_.Step(kSliceWork)) return next_slice_.SetBackground();
    auto response = FinishEstimate(std::move(plan_), counter_.tokens(), counter_.exact());
    Answer(response);
  }

  EstimatePlan plan_;
  tokens::Counter counter_;
  Timer next_slice_;
};

}  // namespace

Begun NewEstimate(v1::EstimateRequest& request, const upstream::Runtime& runtime,
                  const gateway::CallContext& context, gateway::Operation::Observer& observer) {
  if (auto known = codec::RefuseUnknownFields(request); !known) return known.error();
  auto plan = PlanEstimate(request, runtime.router);
  if (!plan) return plan.error();
  return std::unique_ptr<gateway::Operation>(
      std::make_unique<Estimate>(std::move(*plan), runtime, context, observer));
}

}  // namespace inferwire::endpoints
