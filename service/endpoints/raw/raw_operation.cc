#include "endpoints/raw/raw_operation.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "codec/utf8.h"
#include "endpoints/shared/long_body.h"
#include "gateway/gateway_info.h"
#include "openai/error.h"
#include "openai/error_body.h"
#include "telemetry/model_metrics.h"
#include "telemetry/operation_metrics.h"

namespace inferwire::endpoints {
namespace {

// Of the connection, of what was agreed between the upstream and us, or naming our account.
constexpr std::string_view kNotPassedOn[] = {"connection",
                                             "keep-alive",
                                             "proxy-connection",
                                             "proxy-authenticate",
                                             "transfer-encoding",
                                             "te",
                                             "trailer",
                                             "upgrade",
                                             "set-cookie",
                                             "set-cookie2",
                                             "www-authenticate",
                                             "alt-svc",
                                             "openai-organization",
                                             "openai-project",
                                             "x-databricks-org-id",
                                             "server",
                                             "proxy-authorization",
                                             "authorization"};

bool IsGood(int status) { return status / 100 == 2; }

}  // namespace

RawOperation::RawOperation(RawPlan plan, const upstream::Runtime& runtime,
                           const gateway::CallContext& context,
                           gateway::Operation::Observer& observer)
    : UpstreamOperation(std::move(plan.request), runtime, context, observer),
      endpoint_(plan.endpoint),
      validate_only_(plan.validate_only) {
  stats_.client_request_id = std::move(plan.client_request_id);
  if (!endpoint_ || stats_.model.empty()) return;
  metrics_ = &runtime.metrics.models.With("raw", stats_.upstream, stats_.model);
  bill_.emplace(runtime, *metrics_, std::move(plan.route.model_info),
                std::move(plan.route.catalogue), stats_);
}

RawOperation::~RawOperation() { RawOperation::Abandon(v1::ERROR_REASON_CANCELLED); }

void RawOperation::Start() {
  if (!validate_only_) {
    running_ = true;
    started_ = runtime_.timers.Now();
    return upstream_call_.Start();
  }
  SendEnd();
  End(std::nullopt);
}

void RawOperation::Abandon(v1::ErrorReason reason) {
  upstream_call_.Cancel();
  CloseBill(reason);
}

void RawOperation::End(std::optional<Error> error) {
  upstream_call_.Cancel();
  CloseBill(error ? error->reason : v1::ERROR_REASON_UNSPECIFIED);
  if (error) gateway::AddMaybeBilled(stats_.maybe_billed, *error);
  UpstreamOperation::End(std::move(error));
}

void RawOperation::FillHeaders(const http::Headers& headers, HttpHeaders& to) {
  to.Clear();
  for (const auto& [name, value] : headers) {
    const auto* const end = std::end(kNotPassedOn);
    if (std::find(std::begin(kNotPassedOn), end, name) != end) continue;
    v1::HttpHeader& header = *to.Add();
    header.set_name(Shown(name));
    header.set_value(Shown(value));
  }
}

std::string RawOperation::Shown(std::string_view text) {
  std::string shown = codec::ReplaceInvalidUtf8(text);
  upstream_call_.HideKey(shown);
  return shown;
}

void RawOperation::FillGatewayAtEnd(std::string_view body, v1::GatewayInfo& info) {
  if (HasPrice()) bill_->FillCost(*info.mutable_cost());
  FillGateway(info);
  FillRetryAfter(body, info);
}

// As a typed call's error would say it.
void RawOperation::FillRetryAfter(std::string_view body, v1::GatewayInfo& info) const {
  if (stats_.http_status < 400) return;
  const Error error = openai::FromStatus(
      stats_.http_status, upstream_call_.headers(), body.substr(0, openai::kMaxErrorBody),
      upstream_call_.attempt(), runtime_.timers.clock().WallNow());
  if (!error.retry_after) return;
  const auto milliseconds = error.retry_after->count();
  info.mutable_retry_after()->set_seconds(milliseconds / 1000);
  info.mutable_retry_after()->set_nanos(static_cast<int32_t>(milliseconds % 1000 * 1'000'000));
}

void RawOperation::SeeUsage(std::string_view json) {
  if (!bill_ || !IsGood(stats_.http_status)) return;
  const bool is_short = json.size() <= kShortBody;
  if (is_short && json.find("\"error\"") != std::string_view::npos) {
    if (const auto error =
            openai::FromBody(json, upstream_call_.headers(), upstream_call_.attempt(),
                             runtime_.timers.clock().WallNow())) {
      failed_ = error->reason;
      return bill_->SeeRefusal(json);
    }
  }
  if (!is_short) return bill_->SeeJson(UsageOfLongBody(json));
  if (json.find("\"usage\"") != std::string_view::npos) bill_->SeeJson(json);
}

void RawOperation::CountOutput() {
  if (bill_ && IsGood(stats_.http_status)) bill_->CountOutput(0);
}

bool RawOperation::HasPrice() const {
  return bill_ && running_ && IsGood(stats_.http_status) && !failed_ &&
         (endpoint_->always_reports || bill_->usage());
}

void RawOperation::CloseBill(v1::ErrorReason reason) {
  const bool priced = HasPrice();
  if (!std::exchange(running_, false) || !bill_) return;
  if (reason == v1::ERROR_REASON_UNSPECIFIED && failed_) reason = *failed_;
  std::string error_type;
  if (reason != v1::ERROR_REASON_UNSPECIFIED) {
    bill_->Failed(reason, upstream_call_);
    error_type = ReasonName(reason);
  } else if (!IsGood(stats_.http_status)) {
    error_type = std::to_string(stats_.http_status);
  } else if (priced) {
    bill_->Answered();
    if (!bill_->usage()) {
      runtime_.metrics.operations.With("raw").Missing(telemetry::UsageMissing::kUpstreamOmitted);
    }
  }
  metrics_->Ended(runtime_.timers.Now() - started_, error_type);
}

}  // namespace inferwire::endpoints
