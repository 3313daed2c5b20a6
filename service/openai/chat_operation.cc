#include "openai/chat_operation.h"

#include <string>
#include <utility>

#include "openai/gateway_info.h"

namespace llmgate::openai {

ChatOperation::ChatOperation(ChatPlan plan, const Runtime& runtime, const CallContext& context,
                             Sink& sink)
    : runtime_(runtime),
      sink_(sink),
      operation_metrics_(runtime.metrics.Operation("chat")),
      metrics_(runtime.metrics.Model("chat", plan.request.upstream->name(), plan.request.model)),
      exchange_(runtime, std::move(plan.request), report_, *this),
      include_raw_response_(plan.include_raw_response),
      facts_(std::move(plan.facts)),
      catalogue_(std::move(plan.catalogue)),
      validate_only_(plan.validate_only) {
  report_.request_id = context.request_id;
  report_.client_request_id = std::move(plan.client_request_id);
}

ChatOperation::~ChatOperation() {
  if (!running_) return;
  // The caller went away: whatever upstream has already produced is billed, and nobody knows it.
  exchange_.Cancel();
  if (!report_.output_tokens) {
    operation_metrics_.Missing(UsageMissing::kClientCancelled);
  }
  RecordEnd(ReasonName(v1::ERROR_REASON_CANCELLED));
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
  running_ = false;
  report_.finished = !error;
  if (!report_.output_tokens && (output_began_ || !error)) {
    operation_metrics_.Missing(error ? UsageMissing::kTruncated : UsageMissing::kUpstreamOmitted);
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
  // A failure without usage was not billed, as far as anyone can tell.
  if (error_type.empty() || report_.input_tokens || report_.output_tokens) RecordTokens();
}

void ChatOperation::RecordTokens() {
  if (report_.input_tokens || report_.output_tokens) {
    metrics_.Tokens(report_.input_tokens.value_or(0), report_.output_tokens.value_or(0));
    const catalogue::Tokens& tokens = usage_.reading().tokens;
    metrics_.TokenDetails(tokens.cached, tokens.reasoning);
  }
  if (const auto& charge = PriceOnce(); charge.total) {
    metrics_.Cost(*charge.total);
  } else {
    metrics_.Unpriced();
  }
  if (catalogue::Differs(*charge_)) metrics_.CostDiffers();
}

const catalogue::Charge& ChatOperation::PriceOnce() {
  if (!charge_) {
    charge_ = PriceAnswer(usage_, catalogue_.get(), facts_.get(), report_.model);
    report_.cost_picousd = charge_->total;
  }
  return *charge_;
}

void ChatOperation::FillGateway(v1::GatewayInfo& info) const {
  FillGatewayInfo(report_, exchange_.rate_limits(), info);
}

void ChatOperation::FillGatewayAtEnd(v1::GatewayInfo& info) {
  catalogue::FillCost(PriceOnce(), *info.mutable_cost());
  FillGateway(info);
}

}  // namespace llmgate::openai
