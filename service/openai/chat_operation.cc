#include "openai/chat_operation.h"

#include <string>
#include <utility>

#include "openai/gateway_info.h"

namespace inferwire::openai {

ChatOperation::ChatOperation(ChatPlan plan, const Runtime& runtime, const CallContext& context,
                             Sink& sink)
    : runtime_(runtime),
      sink_(sink),
      operation_metrics_(runtime.metrics.Operation("chat")),
      metrics_(runtime.metrics.Model("chat", plan.request.upstream->name(), plan.request.model)),
      exchange_(runtime, std::move(plan.request), report_, *this),
      include_raw_response_(plan.include_raw_response),
      bill_(runtime, metrics_, std::move(plan.facts), std::move(plan.catalogue), report_),
      validate_only_(plan.validate_only) {
  report_.request_id = context.request_id;
  report_.client_request_id = std::move(plan.client_request_id);
}

ChatOperation::~ChatOperation() { ChatOperation::Abandon(v1::ERROR_REASON_CANCELLED); }

void ChatOperation::Abandon(v1::ErrorReason reason) {
  if (!std::exchange(running_, false)) return;
  exchange_.Cancel();
  if (!report_.output_tokens) {
    operation_metrics_.Missing(UsageMissing::kClientCancelled);
  }
  bill_.Failed(reason, exchange_);
  RecordEnd(ReasonName(reason));
}

void ChatOperation::Start() {
  started_ = runtime_.timers.Now();
  running_ = true;
  if (!validate_only_) return exchange_.Start();
  report_.finished = true;
  running_ = false;
  SendValidated();
  sink_.OnEnd(std::nullopt);
}

void ChatOperation::End(std::optional<Error> error) {
  exchange_.Cancel();
  if (!std::exchange(running_, false)) return;
  report_.finished = !error;
  if (!report_.output_tokens && (output_began_ || !error)) {
    operation_metrics_.Missing(error ? UsageMissing::kTruncated : UsageMissing::kUpstreamOmitted);
  }
  if (error) {
    bill_.Failed(error->reason, exchange_);
    AddMaybeBilled(report_.maybe_billed, *error);
  } else {
    bill_.Answered();
  }
  if (!error) {
    RecordEnd("");
  } else if (report_.http_status >= 400) {
    RecordEnd(std::to_string(report_.http_status));
  } else {
    RecordEnd(ReasonName(error->reason));
  }
  sink_.OnEnd(std::move(error));
}

void ChatOperation::RecordEnd(std::string_view error_type) {
  metrics_.Ended(runtime_.timers.Now() - started_, error_type);
}

void ChatOperation::FillGateway(v1::GatewayInfo& info) const {
  FillGatewayInfo(report_, exchange_.rate_limits(), info);
}

void ChatOperation::FillGatewayAtEnd(v1::GatewayInfo& info) {
  bill_.FillCost(*info.mutable_cost());
  FillGateway(info);
}

}  // namespace inferwire::openai
