#include "openai/error_table.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "openai/message_rules.h"

namespace inferwire::openai {
namespace {

// Shorter names for the table's rows.
constexpr auto kInvalid = v1::ERROR_REASON_INVALID_PARAMETER;
constexpr auto kUnsupported = v1::ERROR_REASON_UNSUPPORTED_PARAMETER;
constexpr auto kContext = v1::ERROR_REASON_CONTEXT_LENGTH_EXCEEDED;
constexpr auto kPolicy = v1::ERROR_REASON_CONTENT_POLICY_VIOLATION;
constexpr auto kTooLarge = v1::ERROR_REASON_REQUEST_TOO_LARGE;
constexpr auto kKeyRejected = v1::ERROR_REASON_UPSTREAM_CREDENTIALS_REJECTED;
constexpr auto kRegion = v1::ERROR_REASON_REGION_NOT_SUPPORTED;
constexpr auto kDenied = v1::ERROR_REASON_UPSTREAM_PERMISSION_DENIED;
constexpr auto kNoModel = v1::ERROR_REASON_MODEL_NOT_FOUND;
constexpr auto kNoResource = v1::ERROR_REASON_RESOURCE_NOT_FOUND;
constexpr auto kNotFound = v1::ERROR_REASON_UPSTREAM_NOT_FOUND;
constexpr auto kNoEndpoint = v1::ERROR_REASON_UNSUPPORTED_ENDPOINT;
constexpr auto kState = v1::ERROR_REASON_WRONG_STATE;
constexpr auto kConflict = v1::ERROR_REASON_CONFLICT;
constexpr auto kLimited = v1::ERROR_REASON_RATE_LIMITED;
constexpr auto kQuota = v1::ERROR_REASON_INSUFFICIENT_QUOTA;
constexpr auto kOverloaded = v1::ERROR_REASON_UPSTREAM_OVERLOADED;
constexpr auto kUnreachable = v1::ERROR_REASON_UPSTREAM_UNREACHABLE;
constexpr auto kTimeout = v1::ERROR_REASON_UPSTREAM_TIMEOUT;
constexpr auto kFailed = v1::ERROR_REASON_UPSTREAM_ERROR;
constexpr auto kProtocol = v1::ERROR_REASON_UPSTREAM_PROTOCOL;

struct NamedRow {
  std::string_view name;  // in lower case
  Verdict verdict;
};

constexpr NamedRow kCodes[] = {
    {"missing_required_parameter", {kInvalid}},
    {"invalid_type", {kInvalid}},
    {"invalid_value", {kInvalid}},
    {"unknown_parameter", {kInvalid}},
    {"unsupported_parameter", {kUnsupported}},
    {"unsupported_value", {kUnsupported}},
    {"unsupported_model", {kNoModel}},
    {"context_length_exceeded", {kContext}},
    {"content_filter", {kPolicy}},
    {"content_policy_violation", {kPolicy}},
    {"content_violation", {kPolicy}},
    {"responsibleaipolicyviolation", {kPolicy}},
    {"invalid_prompt", {kPolicy}},
    {"bio_policy", {kPolicy}},
    {"cyber_policy", {kPolicy}},
    {"moderation_blocked", {kPolicy}},
    {"data_inspection_failed", {kPolicy}},
    {"request_too_large", {kTooLarge}},
    {"invalid_api_key", {kKeyRejected}},
    {"invalid_authentication", {kKeyRejected}},
    {"account_deactivated", {kKeyRejected}},
    {"invalid_organization", {kKeyRejected}},
    {"mismatched_organization", {kKeyRejected}},
    {"unsupported_country_region_territory", {kRegion}},
    {"ip_not_authorized", {kRegion}},
    {"missing_scope", {kDenied}},
    {"insufficient_permissions", {kDenied}},
    {"model_not_found", {kNoModel}},
    {"model_decommissioned", {kNoModel}},
    {"model_not_available", {kNoModel}},
    {"deploymentnotfound", {kNoModel}},
    {"unknown_model", {kNoModel}},
    {"invalid_model", {kNoModel}},
    {"file_not_found", {kNoResource}},
    {"batch_not_found", {kNoResource}},
    {"response_not_found", {kNoResource}},
    {"previous_response_not_found", {kNoResource}},
    {"fine_tune_not_found", {kNoResource}},
    {"unknown_url", {kNoEndpoint}},
    {"operationnotsupported", {kNoEndpoint}},
    {"rate_limit_exceeded", {kLimited, true}},
    {"rate_limit_error", {kLimited, true}},
    {"ratelimitreached", {kLimited, true}},
    {"requestlimitexceeded", {kLimited, true}},
    {"too_many_requests", {kLimited, true}},
    {"slow_down", {kLimited, true}},
    {"insufficient_quota", {kQuota}},
    {"credit_balance_exhausted", {kQuota}},
    {"organization_spend_limit_exceeded", {kQuota}},
    {"project_spend_limit_exceeded", {kQuota}},
    {"organization_usage_limit_exceeded", {kQuota}},
    {"billing_hard_limit_reached", {kQuota}},
    {"billing_not_active", {kQuota}},
    {"insufficient_balance", {kQuota}},
    {"arrearage", {kQuota}},
    {"server_is_overloaded", {kOverloaded, true}},
    {"service_unavailable_error", {kOverloaded, true}},
    {"overloaded_error", {kOverloaded, true}},
    {"overloaded", {kOverloaded, true}},
    {"engine_overloaded", {kOverloaded, true}},
    {"resource_unavailable", {kOverloaded, true}},
    {"flex_tier_capacity_exceeded", {kOverloaded, true}},
    {"nocapacity", {kOverloaded, true}},
    {"server_error", {kFailed}},
    {"internal_error", {kFailed}},
    {"internal_server_error", {kFailed}},
};

constexpr NamedRow kTypes[] = {
    {"insufficient_quota", {kQuota}},
    {"billing_error", {kQuota}},
    {"insufficient_balance_error", {kQuota}},
    {"rate_limit_error", {kLimited, true}},
    {"requests", {kLimited, true}},
    {"tokens", {kLimited, true}},
    {"overloaded_error", {kOverloaded, true}},
    {"engine_overloaded_error", {kOverloaded, true}},
    {"service_unavailable_error", {kOverloaded, true}},
    {"server_is_overloaded", {kOverloaded, true}},
    {"authentication_error", {kKeyRejected}},
    {"exceed_context_size_error", {kContext}},
    {"content_filter", {kPolicy}},
};

struct StatusRow {
  int status;
  Verdict verdict;
};

constexpr StatusRow kStatuses[] = {
    {400, {kInvalid}},
    {401, {kKeyRejected}},
    {402, {kQuota}},
    {403, {kDenied}},
    {404, {kNotFound}},
    {405, {kNoEndpoint}},
    {407, {kKeyRejected}},
    {408, {kTimeout}},
    {409, {kConflict}},
    {410, {kNotFound}},
    {412, {kState}},
    {413, {kTooLarge}},
    {414, {kTooLarge}},
    {420, {kLimited, true}},  // enhance your calm
    {421, {kUnreachable, true}},
    {422, {kInvalid}},
    {423, {kConflict}},
    {424, {kFailed}},
    {425, {kOverloaded, true}},
    {429, {kLimited, true}},
    {431, {kTooLarge}},
    {444, {kUnreachable}},  // nginx: the connection was closed without an answer
    {449, {kConflict}},
    {451, {kRegion}},
    {460, {kTimeout}},           // a load balancer (AWS): its client has gone
    {464, {kProtocol}},          // the same: of another protocol than its target
    {494, {kTooLarge}},          // nginx: headers
    {495, {kKeyRejected}},       // nginx: the client's certificate
    {496, {kKeyRejected}},       // nginx: it is missing
    {497, {kFailed}},            // nginx: plain HTTP on a port of TLS
    {498, {kOverloaded, true}},  // Groq: no capacity
    {499, {kTimeout}},           // nginx: its client has gone
    {500, {kFailed}},
    {501, {kNoEndpoint}},
    {502, {kOverloaded}},
    {503, {kOverloaded}},
    {504, {kTimeout}},
    {507, {kOverloaded}},
    {509, {kOverloaded}},  // bandwidth
    {511, {kUnreachable}},
    // Cloudflare's: what it got of the server behind it.
    {520, {kOverloaded}},         // an answer that it cannot read
    {521, {kOverloaded, true}},   // refused
    {522, {kOverloaded}},         // no connection in time, or one that fell silent
    {523, {kOverloaded, true}},   // no way to it
    {524, {kOverloaded}},         // no answer in time
    {525, {kUnreachable, true}},  // no TLS
    {526, {kUnreachable, true}},  // a bad certificate
    {527, {kUnreachable}},
    {529, {kOverloaded, true}},
    {530, {kUnreachable, true}},  // no such server: its name or its tunnel is down
    {561, {kKeyRejected}},        // a load balancer (AWS)
    // Proxies: no answer, no connection in time.
    {598, {kTimeout}},
    {599, {kTimeout}},
};

// What a type that says little stands for where no status does: within a good answer.
constexpr struct {
  std::string_view type;
  int status;
} kTypeStatuses[] = {
    {"invalid_request_error", 400}, {"permission_error", 403}, {"not_found_error", 404},
    {"server_error", 500},          {"api_error", 500},        {"timeout_error", 504},
};

template <size_t N>
const Verdict* Find(const NamedRow (&rows)[N], std::string_view name) {
  const std::string lower = Lower(name);
  const auto* row = std::find_if(std::begin(rows), std::end(rows),
                                 [&](const NamedRow& row) { return row.name == lower; });
  return row == std::end(rows) ? nullptr : &row->verdict;
}

Verdict ByStatus(int status) {
  for (const StatusRow& row : kStatuses) {
    if (row.status == status) return row.verdict;
  }
  if (status >= 400 && status <= 499) return {kInvalid};
  if (status >= 500 && status <= 599) return {kFailed};
  return {kProtocol};
}

// The same words mean something else with some statuses.
Verdict Adjusted(Verdict verdict, int status) {
  if (verdict.reason == kNoModel && status == 403) return {v1::ERROR_REASON_MODEL_NOT_ALLOWED};
  if (verdict.reason == kLimited && status == 503) return {kOverloaded, true};
  return verdict;
}

// Words that say no more than 400 or 500 do, beside a status that says more: 429 or 503 with the
// code "server_error" or "invalid_value".
bool SaysLess(const Verdict& words, int status) {
  if (words.reason != kFailed && words.reason != kInvalid) return false;
  const Verdict line = ByStatus(status);
  return CodeOf(line.reason) == Code::kUnavailable || line.reason == kLimited;
}

// The statuses whose words are looked for where nothing names one: within a good answer.
constexpr int kLikelyStatuses[] = {400, 429, 503};

std::optional<v1::ErrorReason> ByLikelyMessage(const UpstreamError& upstream_error) {
  for (const int status : kLikelyStatuses) {
    if (const auto reason = ByMessage(status, upstream_error)) return reason;
  }
  return std::nullopt;
}

bool NamesAStatus(const UpstreamError& upstream_error) {
  return upstream_error.status != 0 ||
         std::any_of(std::begin(kTypeStatuses), std::end(kTypeStatuses),
                     [&](const auto& row) { return row.type == upstream_error.type; });
}

Verdict Find(int status, const UpstreamError& upstream_error, bool guessed) {
  for (const std::string& code : {upstream_error.inner_code, upstream_error.code}) {
    const Verdict* found = Find(kCodes, code);
    if (found && !SaysLess(*found, status)) return Adjusted(*found, status);
  }
  if (upstream_error.moderated) return {kPolicy};
  if (const Verdict* found = Find(kTypes, upstream_error.type)) return Adjusted(*found, status);
  auto reason = ByMessage(status, upstream_error);
  if (!reason && guessed) reason = ByLikelyMessage(upstream_error);
  if (reason) {
    return {*reason, *reason == kOverloaded || *reason == kLimited};
  }
  return ByStatus(status);
}

}  // namespace

int EffectiveStatus(int status, const UpstreamError& upstream_error) {
  const bool good = status >= 200 && status <= 299;
  // What servers and proxies answer with for everything.
  const bool general = status == 400 || status == 500 || status == 502;
  if (upstream_error.status != 0 && (good || general)) return upstream_error.status;
  if (!good) return status;
  for (const auto& row : kTypeStatuses) {
    if (upstream_error.type == row.type) return row.status;
  }
  return 500;
}

Verdict Classify(int status, const UpstreamError& upstream_error, bool caller_supplied_key) {
  const bool guessed = status >= 200 && status <= 299 && !NamesAStatus(upstream_error);
  Verdict verdict = Find(EffectiveStatus(status, upstream_error), upstream_error, guessed);
  if (verdict.reason == kKeyRejected && caller_supplied_key) {
    verdict.reason = v1::ERROR_REASON_INVALID_CREDENTIALS;
  }
  return verdict;
}

Code CodeOf(v1::ErrorReason reason) {
  // The enum's numbers are in groups, one for each code (errors.proto).
  const int number = reason;
  if (number <= 0) return Code::kUnknown;
  if (number < 10) return Code::kInvalidArgument;
  if (number < 15) return Code::kUnauthenticated;
  if (number < 20) return Code::kAlreadyExists;
  if (number < 30) return Code::kPermissionDenied;
  if (number < 40) return Code::kNotFound;
  if (number < 50) return Code::kResourceExhausted;
  if (number == kState || number == v1::ERROR_REASON_MODEL_LACKS_FEATURE ||
      number == v1::ERROR_REASON_NO_TARGET_WITH_TAGS) {
    return Code::kFailedPrecondition;
  }
  if (number < 60) return Code::kAborted;
  if (number < 70) return Code::kUnavailable;
  if (number < 80) return Code::kInternal;
  if (number == v1::ERROR_REASON_DEADLINE || number == v1::ERROR_REASON_BATCH_EXPIRED) {
    return Code::kDeadlineExceeded;
  }
  if (number == v1::ERROR_REASON_CANCELLED) return Code::kCancelled;
  return Code::kUnimplemented;
}

Origin OriginOf(v1::ErrorReason reason) {
  switch (reason) {
    case v1::ERROR_REASON_CANCELLED:
      return Origin::kCancelled;
    case v1::ERROR_REASON_GATEWAY_ERROR:
    case v1::ERROR_REASON_GATEWAY_OVERLOADED:
    case v1::ERROR_REASON_GATEWAY_DRAINING:
    case kKeyRejected:
      return Origin::kGateway;
    case kRegion:
    case kDenied:
    case kLimited:
    case kQuota:
    case kOverloaded:
    case kUnreachable:
    case kTimeout:
    case v1::ERROR_REASON_CIRCUIT_OPEN:
    case v1::ERROR_REASON_STREAM_TRUNCATED:
    case kFailed:
    case kProtocol:
    case v1::ERROR_REASON_RESPONSE_TOO_LARGE:
    case v1::ERROR_REASON_RESPONSE_FAILED:
    case v1::ERROR_REASON_SESSION_ENDED:
      return Origin::kUpstream;
    default:
      return Origin::kCaller;
  }
}

Error ErrorOf(v1::ErrorReason reason, std::string message) {
  Error error;
  error.code = CodeOf(reason);
  error.reason = reason;
  error.origin = OriginOf(reason);
  error.message = std::move(message);
  return error;
}

}  // namespace inferwire::openai
