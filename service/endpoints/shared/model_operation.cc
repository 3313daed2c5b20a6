#include "endpoints/shared/model_operation.h"

#include <string>
#include <utility>

#include "gateway/gateway_info.h"

namespace inferwire::endpoints {

ModelOperation::ModelOperation(ModelPlan plan, const upstream::Runtime& runtime,
                               const gateway::CallContext& context,
                               gateway::Operation::Observer& observer)
    : UpstreamOperation(std::move(plan.request), runtime, context, observer),
      operation_metrics_(runtime.metrics.operations.With(plan.operation)),
      metrics_(&runtime.metrics.models.With(plan.operation,
                                            upstream_call_.request().upstream->name(),
                                            upstream_call_.request().model)),
      include_raw_response_(plan.include_raw_response),
      bill_(runtime, *metrics_, std::move(plan.model_info), std::move(plan.catalogue), stats_),
      operation_(plan.operation),
      validate_only_(plan.validate_only),
      shadow_(std::move(plan.shadow)),
      booked_(context.booked) {
  stats_.client_request_id = std::move(plan.client_request_id);
}

ModelOperation::~ModelOperation() { ModelOperation::Abandon(v1::ERROR_REASON_CANCELLED); }

void ModelOperation::Abandon(v1::ErrorReason reason) {
  if (!std::exchange(running_, false)) return;
  upstream_call_.Cancel();
  if (!stats_.output_tokens) {
    operation_metrics_.Missing(telemetry::UsageMissing::kClientCancelled);
  }
  bill_.Failed(reason, upstream_call_);
  RecordEnd(ReasonName(reason));
}

void ModelOperation::Start() {
  started_ = runtime_.timers.Now();
  running_ = true;
  if (validate_only_) {
    running_ = false;
    SendValidated();
    return UpstreamOperation::End(std::nullopt);
  }
  upstream_call_.Start();
  // With the first attempt, or not at all.
  if (!shadow_ || !running_ || stats_.attempts == 0) return;
  runtime_.shadows->Begin(runtime_, upstream_call_, *shadow_, stats_.request_id, booked_);
}

void ModelOperation::OnNewAttempt(const upstream::Destination& destination) {
  ForgetAnswer();
  metrics_ =
      &runtime_.metrics.models.With(operation_, destination.upstream->name(), destination.model);
  bill_.BeginAgain(*metrics_, destination);
}

void ModelOperation::OnAttemptFailed(const Error& error) {
  bill_.Failed(error.reason, upstream_call_);
}

void ModelOperation::OnEndBeside(const upstream::AttemptBeside& other) {
  bill_.FailedBeside(other, upstream_call_);
}

void ModelOperation::End(std::optional<Error> error) {
  if (error && running_ && upstream_call_.TryAgain(*error)) return;
  upstream_call_.Cancel();
  if (!std::exchange(running_, false)) return;
  if (!stats_.output_tokens && (output_began_ || !error)) {
    operation_metrics_.Missing(error ? telemetry::UsageMissing::kTruncated
                                     : telemetry::UsageMissing::kUpstreamOmitted);
  }
  if (error) {
    bill_.Failed(error->reason, upstream_call_);
    gateway::AddMaybeBilled(stats_.maybe_billed, *error);
    gateway::AddRoute(stats_, *error);
  } else {
    bill_.Answered();
  }
  if (!error) {
    RecordEnd("");
  } else if (stats_.http_status >= 400) {
    RecordEnd(std::to_string(stats_.http_status));
  } else {
    RecordEnd(ReasonName(error->reason));
  }
  UpstreamOperation::End(std::move(error));
}

void ModelOperation::RecordEnd(std::string_view error_type) {
  metrics_->Ended(runtime_.timers.Now() - started_, error_type);
}

void ModelOperation::FillGatewayAtEnd(v1::GatewayInfo& info) {
  bill_.FillCost(*info.mutable_cost());
  FillGateway(info);
}

}  // namespace inferwire::endpoints
