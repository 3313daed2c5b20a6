#include "endpoints/chat/chat_operation.h"

#include <string>
#include <utility>

#include "gateway/gateway_info.h"

namespace inferwire::endpoints {

ChatOperation::ChatOperation(ChatPlan plan, const upstream::Runtime& runtime,
                             const gateway::CallContext& context, Sink& sink)
    : runtime_(runtime),
      sink_(sink),
      operation_metrics_(runtime.metrics.Operation("chat")),
      metrics_(runtime.metrics.Model("chat", plan.request.upstream->name(), plan.request.model)),
      upstream_call_(runtime, std::move(plan.request), stats_, *this),
      include_raw_response_(plan.include_raw_response),
      bill_(runtime, metrics_, std::move(plan.model_info), std::move(plan.catalogue), stats_),
      validate_only_(plan.validate_only) {
  stats_.request_id = context.request_id;
  stats_.client_request_id = std::move(plan.client_request_id);
}

ChatOperation::~ChatOperation() { ChatOperation::Abandon(v1::ERROR_REASON_CANCELLED); }

void ChatOperation::Abandon(v1::ErrorReason reason) {
  if (!std::exchange(running_, false)) return;
  upstream_call_.Cancel();
  if (!stats_.output_tokens) {
    operation_metrics_.Missing(telemetry::UsageMissing::kClientCancelled);
  }
  bill_.Failed(reason, upstream_call_);
  RecordEnd(ReasonName(reason));
}

void ChatOperation::Start() {
  started_ = runtime_.timers.Now();
  running_ = true;
  if (!validate_only_) return upstream_call_.Start();
  stats_.finished = true;
  running_ = false;
  SendValidated();
  sink_.OnEnd(std::nullopt);
}

void ChatOperation::End(std::optional<Error> error) {
  upstream_call_.Cancel();
  if (!std::exchange(running_, false)) return;
  stats_.finished = !error;
  if (!stats_.output_tokens && (output_began_ || !error)) {
    operation_metrics_.Missing(error ? telemetry::UsageMissing::kTruncated
                                     : telemetry::UsageMissing::kUpstreamOmitted);
  }
  if (error) {
    bill_.Failed(error->reason, upstream_call_);
    gateway::AddMaybeBilled(stats_.maybe_billed, *error);
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
  sink_.OnEnd(std::move(error));
}

void ChatOperation::RecordEnd(std::string_view error_type) {
  metrics_.Ended(runtime_.timers.Now() - started_, error_type);
}

void ChatOperation::FillGateway(v1::GatewayInfo& info) const {
  gateway::FillGatewayInfo(stats_, upstream_call_.rate_limits(), info);
}

void ChatOperation::FillGatewayAtEnd(v1::GatewayInfo& info) {
  bill_.FillCost(*info.mutable_cost());
  FillGateway(info);
}

}  // namespace inferwire::endpoints
