#include "wire/common_check.h"

#include <array>
#include <string_view>

#include "google/rpc/error_details.pb.h"
#include "support/status_detail.h"

namespace inferwire::wire {
namespace {

using testing_support::DetailOf;

constexpr std::array<std::string_view, 4> kSecretHeaders = {
    "set-cookie", "openai-organization", "openai-project", "x-databricks-org-id"};
// A shorter value may stand anywhere by chance.
constexpr size_t kTellingBytes = 8;

constexpr std::array<std::string_view, 17> kCodeNames = {
    "OK",        "CANCELLED",      "UNKNOWN",           "INVALID_ARGUMENT",   "DEADLINE_EXCEEDED",
    "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION",
    "ABORTED",   "OUT_OF_RANGE",   "UNIMPLEMENTED",     "INTERNAL",           "UNAVAILABLE",
    "DATA_LOSS", "UNAUTHENTICATED"};

std::string NameOf(grpc::StatusCode code) {
  const auto number = static_cast<size_t>(code);
  return number < kCodeNames.size() ? std::string(kCodeNames[number]) : std::to_string(number);
}

std::optional<std::string> CheckWait(const grpc::Status& status, const ExpectedError& expected) {
  const auto retry = DetailOf<google::rpc::RetryInfo>(status);
  if (expected.no_retry_info && retry) return "RetryInfo although waiting does not help";
  if (!expected.retry_after) return std::nullopt;
  if (!retry) return "no RetryInfo although the upstream says when to retry";
  const auto delay = std::chrono::milliseconds(retry->retry_delay().seconds() * 1000 +
                                               retry->retry_delay().nanos() / 1'000'000);
  if (delay == *expected.retry_after) return std::nullopt;
  return "RetryInfo says " + std::to_string(delay.count()) + " ms, expected " +
         std::to_string(expected.retry_after->count());
}

}  // namespace

std::optional<std::string> CheckStatus(const grpc::Status& status, const ExpectedError& expected,
                                       const Recording& recording) {
  const auto info = DetailOf<google::rpc::ErrorInfo>(status);
  const std::string reason = info ? info->reason() : "without ErrorInfo";
  if (NameOf(status.error_code()) != expected.code || reason != expected.reason) {
    return "error " + NameOf(status.error_code()) + ' ' + reason + ", expected " + expected.code +
           ' ' + expected.reason + " (" + status.error_message().substr(0, 160) + ')';
  }
  if (info->domain() != "inferwire") return "ErrorInfo.domain is " + info->domain();
  if (expected.by_gateway) return std::nullopt;
  const auto id = info->metadata().find("upstream_request_id");
  if (auto wrong = CheckRequestId(id == info->metadata().end() ? "" : id->second, recording)) {
    return wrong;
  }
  return CheckWait(status, expected);
}

std::optional<std::string> CheckRequestId(const std::string& id, const Recording& recording) {
  const std::string recorded = recording.Header("x-request-id");
  if (recorded.empty() || recorded == id) return std::nullopt;
  return "upstream_request_id is '" + id + "', recorded x-request-id '" + recorded + '\'';
}

std::optional<std::string> CheckSecrets(const std::string& delivered, const Recording& recording) {
  for (const std::string_view name : kSecretHeaders) {
    const std::string value = recording.Header(name);
    const bool also_said = recording.body.find(value) != std::string::npos ||
                           recording.request_body.find(value) != std::string::npos;
    if (value.size() < kTellingBytes || also_said) continue;
    if (delivered.find(value) != std::string::npos) {
      return "the value of " + std::string(name) + " reached the caller";
    }
  }
  return std::nullopt;
}

std::string Delivered(const grpc::Status& status, const grpc::ClientContext& context) {
  std::string all = status.error_message() + status.error_details();
  for (const auto* metadata :
       {&context.GetServerInitialMetadata(), &context.GetServerTrailingMetadata()}) {
    for (const auto& [name, value] : *metadata) {
      all.append(name.data(), name.size()).append(value.data(), value.size());
    }
  }
  return all;
}

}  // namespace inferwire::wire
