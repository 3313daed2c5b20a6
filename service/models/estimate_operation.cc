// Estimate as an operation: counts a slice in each turn of the loop, so that the calls beside it go
// on however long the request is.
#include <utility>

#include "base/timers.h"
#include "codec/encode.h"
#include "models/estimate.h"
#include "models/operations.h"
#include "tokens/counter.h"

namespace inferwire::models {
namespace {

// Far below a millisecond. Of all estimates on a loop one takes a slice in a turn.
constexpr size_t kSliceWork = 4u << 10;

class Estimate final : public openai::Operation {
 public:
  Estimate(EstimatePlan plan, const openai::Runtime& runtime, const openai::CallContext& context,
           Sink& sink)
      : plan_(std::move(plan)),
        counter_(tokens::Vocabulary::BuiltIn(), std::move(plan_.texts.texts)),
        sink_(sink),
        next_slice_(runtime.timers, [this] { CountSlice(); }) {
    report_.request_id = context.request_id;
    report_.model = plan_.response.upstream_model();
  }

  void Start() override { next_slice_.SetBackground(); }
  void Resume() override {}
  const openai::Report& report() const override { return report_; }

 private:
  void CountSlice() {
    if (counter_.Step(kSliceWork)) return next_slice_.SetBackground();
    report_.finished = true;
    auto response = FinishEstimate(std::move(plan_), counter_.tokens(), counter_.exact());
    sink_.OnMessage(response);
    sink_.OnEnd(std::nullopt);
  }

  EstimatePlan plan_;
  tokens::Counter counter_;
  Sink& sink_;
  Timer next_slice_;
  openai::Report report_;
};

}  // namespace

Begun NewEstimate(v1::EstimateRequest& request, const openai::Runtime& runtime,
                  const openai::CallContext& context, openai::Operation::Sink& sink) {
  if (auto known = codec::RefuseUnknownFields(request); !known) return known.error();
  auto plan = PlanEstimate(request, runtime.routes);
  if (!plan) return plan.error();
  return std::unique_ptr<openai::Operation>(
      std::make_unique<Estimate>(std::move(*plan), runtime, context, sink));
}

}  // namespace inferwire::models
