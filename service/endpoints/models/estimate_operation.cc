// Estimate as an operation: counts a slice in each turn of the loop, so that the calls beside it go
// on however long the request is.
#include <google/protobuf/util/time_util.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "base/timers.h"
#include "codec/encode.h"
#include "endpoints/models/estimate.h"
#include "endpoints/models/operations.h"
#include "endpoints/shared/one_answer.h"
#include "gateway/caller_limits.h"
#include "tenancy/principal.h"
#include "tokens/counter.h"

namespace inferwire::endpoints {
namespace {

// Far below a millisecond. Of all estimates on a loop one takes a slice in a turn.
constexpr size_t kSliceWork = 4u << 10;

// What the caller's limits are asked about. Items of batches do not take from them.
struct LimitsQuestion {
  std::string model;
  int64_t request_bytes = 0;
  limits::OutputBound output{};
};

void AddOutlook(gateway::CallerLimits::Outlook outlook, v1::EstimateResponse& to) {
  for (v1::LimitState& state : outlook.limits) to.add_limits()->Swap(&state);
  if (outlook.expected_picousd) {
    to.mutable_expected_cost()->set_total_picousd(*outlook.expected_picousd);
  }
  if (outlook.would_wait) {
    *to.mutable_would_wait() =
        google::protobuf::util::TimeUtil::NanosecondsToDuration(outlook.would_wait->count());
  }
  if (outlook.refusal) AddProblem(*outlook.refusal, to);
}

class Estimate final : public OneAnswer {
 public:
  Estimate(EstimatePlan plan, std::optional<LimitsQuestion> question,
           const upstream::Runtime& runtime, const gateway::CallContext& context,
           gateway::Operation::Observer& observer)
      : OneAnswer(context, observer),
        runtime_(runtime),
        principal_(context.principal),
        question_(std::move(question)),
        plan_(std::move(plan)),
        counter_(tokens::Vocabulary::BuiltIn(plan_.tokenizer), std::move(plan_.texts.texts)),
        next_slice_(runtime.timers, [this] { CountSlice(); }) {
    stats_.model = plan_.response.upstream_model();
  }

  void Start() override { next_slice_.SetBackground(); }

 private:
  void CountSlice() {
    if (counter_.Step(kSliceWork)) return next_slice_.SetBackground();
    auto response = FinishEstimate(std::move(plan_), counter_.tokens(), counter_.exact());
    if (principal_ && question_ && runtime_.caller_limits) {
      AddOutlook(runtime_.caller_limits->OutlookOf(
                     {principal_->tenant, principal_->team, principal_->key}, question_->model,
                     question_->request_bytes, question_->output, runtime_.router),
                 response);
    }
    Answer(response);
  }

  const upstream::Runtime& runtime_;
  const tenancy::Principal* const principal_;  // the call's, which outlives this
  const std::optional<LimitsQuestion> question_;
  EstimatePlan plan_;
  tokens::Counter counter_;
  Timer next_slice_;
};

}  // namespace

Begun NewEstimate(v1::EstimateRequest& request, const upstream::Runtime& runtime,
                  const gateway::CallContext& context, gateway::Operation::Observer& observer) {
  if (auto known = codec::RefuseUnknownFields(request); !known) return known.error();
  const auto bytes = static_cast<int64_t>(request.ByteSizeLong());
  const bool takes_from_limits = !request.batch();
  auto plan = PlanEstimate(request, runtime.router);
  if (!plan) return plan.error();
  std::optional<LimitsQuestion> question;
  if (takes_from_limits) question = {plan->subject.model, bytes, plan->subject.output()};
  return std::unique_ptr<gateway::Operation>(std::make_unique<Estimate>(
      std::move(*plan), std::move(question), runtime, context, observer));
}

}  // namespace inferwire::endpoints
