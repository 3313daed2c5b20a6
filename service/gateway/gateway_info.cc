#include "gateway/gateway_info.h"

#include <string>

#include "gateway/admitted.h"
#include "gateway/call_usage.h"

namespace inferwire::gateway {
namespace {

void Set(Duration from, google::protobuf::Duration* to) {
  to->set_seconds(std::chrono::duration_cast<std::chrono::seconds>(from).count());
  to->set_nanos(static_cast<int32_t>(from.count() % 1'000'000'000));
}

void Fill(const AttemptRecord& from, v1::AttemptInfo& to) {
  to.set_upstream(from.upstream);
  to.set_model(from.model);
  to.set_endpoint(from.endpoint);
  to.set_key(from.key);
  Set(from.started_after, to.mutable_started_after());
  Set(from.duration, to.mutable_duration());
  to.set_http_status(from.http_status);
  if (from.reason != v1::ERROR_REASON_UNSPECIFIED) {
    to.set_reason(std::string(ReasonName(from.reason)));
  }
  to.set_may_be_billed(from.may_be_billed);
  to.set_cause(std::string(from.cause));
  if (from.waited > Duration::zero()) Set(from.waited, to.mutable_waited());
  to.set_upstream_request_id(from.upstream_request_id);
}

void Fill(const RouteRecord& from, v1::RouteInfo& to) {
  to.set_route(from.name);
  to.set_strategy(std::string(from.strategy));
  to.set_chosen_by(std::string(from.chosen_by));
  to.set_group(from.group);
  to.set_fallback(from.fallback);
}

void Fill(const catalogue::Ending& from, v1::Warning& to) {
  to.set_reason(std::string(from.reason()));
  to.set_message(from.Text());
  v1::ModelEnd& end = *to.mutable_model_end();
  end.set_model_id(from.model);
  end.set_shutdown_date(catalogue::DateOf(from.at));
  end.set_days_left(from.days_left);
  end.set_replacement_model_id(from.replacement);
}

// "openai/429,azure-eu/500": each attempt's upstream, and its status or why there was none.
std::string Tried(const std::vector<AttemptRecord>& log) {
  constexpr size_t kMost = 256;
  std::string tried;
  for (const AttemptRecord& attempt : log) {
    std::string one = attempt.upstream + '/';
    one += attempt.http_status != 0 ? std::to_string(attempt.http_status)
                                    : std::string(ReasonName(attempt.reason));
    if (tried.size() + one.size() >= kMost) break;
    tried += (tried.empty() ? "" : ",") + one;
  }
  return tried;
}

}  // namespace

void FillGatewayInfo(const CallStats& stats, const std::vector<RateLimit>& rate_limits,
                     v1::GatewayInfo& info, bool failed) {
  info.set_request_id(stats.request_id);
  info.set_client_request_id(stats.client_request_id);
  info.set_upstream_request_id(stats.upstream_request_id);
  info.set_upstream(stats.upstream);
  info.set_model(stats.model);
  info.set_attempts(stats.attempts);
  if (stats.upstream_time > Duration::zero()) {
    Set(stats.upstream_time, info.mutable_upstream_time());
  }
  if (stats.queued_for > Duration::zero()) Set(stats.queued_for, info.mutable_queued_for());
  if (stats.first_byte) Set(*stats.first_byte, info.mutable_time_to_first_byte());
  for (const RateLimit& from : rate_limits) {
    v1::RateLimit* to = info.add_rate_limits();
    to->set_metric(from.metric);
    if (from.limit) to->set_limit(*from.limit);
    if (from.remaining) to->set_remaining(*from.remaining);
    if (from.reset_after) Set(*from.reset_after, to->mutable_reset_after());
  }
  for (const AttemptRecord& from : stats.attempt_log) Fill(from, *info.add_attempt_log());
  if (stats.route) Fill(*stats.route, *info.mutable_route());
  for (const catalogue::Ending& from : stats.endings) Fill(from, *info.add_warnings());
  const v1::UsageSource source = UsageOf(failed, stats).call.source;
  // While an answer is to come, nothing is known yet.
  if (failed || source != v1::USAGE_SOURCE_NONE) info.set_usage_source(source);
  if (!stats.admitted) return;
  for (const v1::LimitState& limit : stats.admitted->limits) *info.add_limits() = limit;
  info.set_reserved_picousd(stats.admitted->reserved_picousd);
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

void AddRoute(const CallStats& stats, Error& error) {
  if (stats.route) error.metadata["route"] = stats.route->name;
  if (stats.attempt_log.size() > 1) error.metadata["tried"] = Tried(stats.attempt_log);
  if (error.reason != v1::ERROR_REASON_MODEL_NOT_FOUND) return;
  for (const catalogue::Ending& ending : stats.endings) {
    error.metadata["shutdown_date"] = catalogue::DateOf(ending.at);
    if (!ending.replacement.empty()) error.metadata["replacement"] = ending.replacement;
  }
}

void AddProgress(const CallStats& stats, Error& error) {
  auto& metadata = error.metadata;
  metadata["phase"] = stats.events > 0 ? "after_output" : "before_output";
  metadata["attempts"] = std::to_string(stats.attempts);
  metadata["events"] = std::to_string(stats.events);
  AddRoute(stats, error);
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
