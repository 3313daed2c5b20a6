#include "endpoints/shared/bill.h"

#include <algorithm>
#include <utility>

#include "codec/json_gate.h"
#include "endpoints/shared/maybe_billed.h"
#include "gateway/gateway_info.h"
#include "telemetry/maybe_billed_metrics.h"
#include "telemetry/model_metrics.h"

namespace inferwire::endpoints {

Bill::Bill(const upstream::Runtime& runtime, telemetry::ModelMetrics& metrics,
           catalogue::ModelRef model, std::shared_ptr<const catalogue::Catalogue> catalogue,
           gateway::CallStats& stats)
    : runtime_(runtime),
      metrics_(&metrics),
      model_(std::move(model)),
      catalogue_(std::move(catalogue)),
      stats_(stats) {}

void Bill::TakeCounts() {
  stats_.input_tokens = usage_.reading().tokens.input;
  stats_.output_tokens = usage_.reading().tokens.output;
  stats_.cached_tokens = usage_.reading().tokens.cached;
  stats_.reasoning_tokens = usage_.reading().tokens.reasoning;
}

void Bill::SeeJson(std::string_view json) {
  if (!codec::CheckJson(json, runtime_.limits.json)) return;
  usage_.SeeJson(json);
  TakeCounts();
}

void Bill::CountOutput(const v1::ChatCompletionChunk& chunk) {
  size_t bytes = 0;
  for (const v1::ChunkChoice& choice : chunk.choices()) {
    const v1::Delta& delta = choice.delta();
    bytes += delta.content().size() + delta.reasoning_content().size() + delta.refusal().size();
    for (const v1::ToolCallDelta& call : delta.tool_calls()) {
      bytes += call.function().name().size() + call.function().arguments().size() +
               call.custom().name().size() + call.custom().input().size();
    }
    for (const auto& [name, value] : delta.extra()) bytes += value.size();
  }
  if (bytes > 0) CountOutput(bytes);
}

void Bill::CountOutput(size_t bytes) {
  ++output_pieces_;
  output_bytes_ += bytes;
}

void Bill::SeeRefusal(std::string_view json) {
  refused_ = true;
  if (!json.empty()) SeeJson(json);
}

void Bill::Answered() {
  RecordTokens();
  const catalogue::Charge& charge = PriceOnce();
  if (charge.total) {
    metrics_->Cost(*charge.total);
  } else {
    metrics_->Unpriced();
  }
  if (catalogue::Differs(charge)) metrics_->CostDiffers();
}

// What failed has its price apart from what is charged for answers.
void Bill::Failed(v1::ErrorReason reason, const upstream::UpstreamCall& upstream_call) {
  if (std::exchange(failed_, true)) return;
  RecordTokens();
  FailedWork work{usage_, catalogue_.get(), {model_.get(), stats_.model, stats_.upstream}};
  work.request = upstream_call.body();
  work.request_bytes = upstream_call.body_bytes();
  work.received_tokens = std::max(output_pieces_, TokensOfBytes(output_bytes_));
  work.refused = refused_;
  // Without its end a form is none.
  if (!upstream_call.request_complete() && !usage_.reported()) return;
  work.countable = upstream_call.request().source == nullptr;
  if (!MayBeBilled(stats_.http_status, stats_.reached_upstream, work)) return;
  NoteBill(reason, work);
}

void Bill::FailedBeside(const upstream::AttemptBeside& other,
                        const upstream::UpstreamCall& upstream_call) {
  const openai::AnswerUsage none;
  const upstream::Destination& to = other.destination;
  FailedWork work{none,
                  to.catalogue ? to.catalogue.get() : catalogue_.get(),
                  {to.model_info.get(), to.model, to.upstream->name()}};
  work.request = upstream_call.body();
  work.request_bytes = upstream_call.body_bytes();
  if (!MayBeBilled(other.http_status, other.reached_upstream, work)) return;
  NoteBill(other.reason, work);
}

void Bill::NoteBill(v1::ErrorReason reason, const FailedWork& work) {
  const gateway::MaybeBilled bill = EstimateBill(reason, work, runtime_.limits.json);
  gateway::AddMaybeBilled(bill, stats_.maybe_billed);
  runtime_.metrics.maybe_billed.Record(stats_.operation, work.asked.upstream, work.asked.sent,
                                       bill.why, bill.picousd, !bill.estimate_of.empty());
}

void Bill::BeginAgain(telemetry::ModelMetrics& metrics, const upstream::Destination& destination) {
  metrics_ = &metrics;
  // Of a request that goes to the same place again, nothing new is known.
  if (destination.catalogue) {
    model_ = destination.model_info;
    catalogue_ = destination.catalogue;
  }
  usage_ = {};
  TakeCounts();
  output_pieces_ = 0;
  output_bytes_ = 0;
  refused_ = failed_ = false;
}

void Bill::RecordTokens() {
  if (!usage_.reported()) return;
  metrics_->Tokens(stats_.input_tokens.value_or(0), stats_.output_tokens.value_or(0));
  const catalogue::Tokens& tokens = usage_.reading().tokens;
  metrics_->TokenDetails(tokens.cached, tokens.reasoning);
}

const catalogue::Charge& Bill::PriceOnce() {
  if (!charge_) {
    charge_ = openai::PriceAnswer(usage_, catalogue_.get(),
                                  {model_.get(), stats_.model, stats_.upstream});
    stats_.cost_picousd = charge_->total;
    stats_.unpriced = !charge_->total;
  }
  return *charge_;
}

void Bill::FillCost(v1::Cost& cost) { catalogue::FillCost(PriceOnce(), cost); }

}  // namespace inferwire::endpoints
