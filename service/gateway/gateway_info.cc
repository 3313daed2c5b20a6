#include "gateway/gateway_info.h"

#include <string>

namespace inferwire::gateway {
namespace {

void Set(Duration from, google::protobuf::Duration* to) {
  to->set_seconds(std::chrono::duration_cast<std::chrono::seconds>(from).count());
  to->set_nanos(static_cast<int32_t>(from.count() % 1'000'000'000));
}

}  // namespace

void FillGatewayInfo(const CallStats& stats, const std::vector<RateLimit>& rate_limits,
                     v1::GatewayInfo& info) {
  info.set_request_id(stats.request_id);
  info.set_client_request_id(stats.client_request_id);
  info.set_upstream_request_id(stats.upstream_request_id);
  info.set_upstream(stats.upstream);
  info.set_model(stats.model);
  info.set_attempts(stats.attempts);
  if (stats.upstream_time > Duration::zero()) {
    Set(stats.upstream_time, info.mutable_upstream_time());
  }
  if (stats.first_byte) Set(*stats.first_byte, info.mutable_time_to_first_byte());
  for (const RateLimit& from : rate_limits) {
    v1::RateLimit* to = info.add_rate_limits();
    to->set_metric(from.metric);
    if (from.limit) to->set_limit(*from.limit);
    if (from.remaining) to->set_remaining(*from.remaining);
    if (from.reset_after) Set(*from.reset_after, to->mutable_reset_after());
  }
}

void AddMaybeBilled(const MaybeBilled& billed, Error& error) {
  if (billed.why.empty()) return;
  auto& metadata = error.metadata;
  metadata["maybe_billed"] = billed.why;
  const auto add = [&](const char* name, const std::optional<int64_t>& number) {
    if (number) metadata[name] = std::to_string(*number);
  };
  add("maybe_billed_picousd", billed.picousd);
  add("maybe_billed_input_tokens", billed.input_tokens);
  add("maybe_billed_output_tokens", billed.output_tokens);
  if (billed.estimate_of.empty()) return;
  metadata["maybe_billed_estimate_of"] = billed.estimate_of;
  metadata["maybe_billed_input_by"] = billed.by_bytes ? "bytes" : "tokens";
}

void AddMaybeBilled(const MaybeBilled& billed, MaybeBilled& sum) {
  if (billed.why.empty()) return;
  const auto add = [](const std::optional<int64_t>& number, std::optional<int64_t>& total) {
    if (number) total = total.value_or(0) + *number;
  };
  sum.why = sum.why.empty() || sum.why == billed.why ? billed.why : "several";
  add(billed.picousd, sum.picousd);
  add(billed.input_tokens, sum.input_tokens);
  add(billed.output_tokens, sum.output_tokens);
  if (!billed.estimate_of.empty()) sum.estimate_of = billed.estimate_of;
}

void AddProgress(const CallStats& stats, Error& error) {
  auto& metadata = error.metadata;
  metadata["phase"] = stats.events > 0 ? "after_output" : "before_output";
  metadata["attempts"] = std::to_string(stats.attempts);
  metadata["events"] = std::to_string(stats.events);
  if (!stats.upstream.empty()) metadata["upstream"] = stats.upstream;
  if (!stats.model.empty()) metadata["model"] = stats.model;
  if (!stats.upstream_request_id.empty()) {
    metadata["upstream_request_id"] = stats.upstream_request_id;
  }
  if (stats.input_tokens) metadata["input_tokens"] = std::to_string(*stats.input_tokens);
  if (stats.output_tokens) metadata["output_tokens"] = std::to_string(*stats.output_tokens);
  AddMaybeBilled(stats.maybe_billed, error);
}

}  // namespace inferwire::gateway
