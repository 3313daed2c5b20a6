// What went wrong with a call, as a value for programs: read from the google.rpc.Status that the
// gateway attaches to every error, or made by the client when the gateway was never reached.
#pragma once

#include <grpcpp/support/status_code_enum.h>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace google::rpc {
class Status;
}

namespace inferwire::client {

// Reasons of errors that the client makes itself; their domain is kClientDomain. All others are the
// names of inferwire.v1.ErrorReason without ERROR_REASON_, and their domain is "inferwire".
inline constexpr std::string_view kClientDomain = "inferwire.client";
inline constexpr std::string_view kUnreachable = "UNREACHABLE";  // the call never left this process
inline constexpr std::string_view kConnectionLost = "CONNECTION_LOST";
inline constexpr std::string_view kDeadline = "DEADLINE";
inline constexpr std::string_view kCancelled = "CANCELLED";
inline constexpr std::string_view kStreamTruncated = "STREAM_TRUNCATED";
inline constexpr std::string_view kInvalidOptions = "INVALID_OPTIONS";

struct FieldViolation {
  std::string field;  // path in the request message, e.g. params.messages[0].content
  std::string description;
};

struct QuotaViolation {
  std::string subject;
  std::string description;
};

// Into which of the caller's limits a call did not fit. Amounts are text: exact, in USD where the
// limit is money; empty where the server said nothing.
struct Limit {
  std::string name;   // rpm, tpm, concurrent, ...; of a budget day, week or month
  std::string scope;  // tenant/acme, team/acme/search
  std::string model;
  std::string amount, used, reserved, remaining, needed;
  std::string resets_at;  // RFC 3339
};

struct Error {
  grpc::StatusCode code = grpc::StatusCode::UNKNOWN;
  std::string domain;  // "inferwire", kClientDomain, or empty: the status had no details
  std::string reason;  // e.g. RATE_LIMITED; empty: the status had no details
  std::string message;
  // A repetition cannot be billed twice and may succeed.
  bool safe_to_retry = false;
  // How long to wait before a retry.
  std::optional<std::chrono::milliseconds> retry_after;
  std::vector<FieldViolation> fields;
  std::vector<QuotaViolation> quotas;
  // ErrorInfo.metadata: origin, upstream, model, attempts, phase, upstream_request_id, ...
  std::map<std::string, std::string> metadata;

  // caller, gateway, upstream, cancelled or, when the call never arrived, network.
  std::string_view origin() const;
  // The model may have worked on this call (proto/README.md has the rule).
  bool may_be_billed() const;
  // The gateway's id of the call; empty if it never answered.
  std::string_view request_id() const;
  // Of an error about an idempotency key: the call that had it first.
  std::string_view first_request_id() const;
  // Of TENANT_RATE_LIMITED, CONCURRENCY_LIMITED and BUDGET_EXCEEDED.
  std::optional<Limit> limit() const;
};

// The error of one item of CompleteMany.
Error FromRpcStatus(const google::rpc::Status& status);

// RESOURCE_EXHAUSTED for the number 8.
std::string_view CodeName(grpc::StatusCode code);

// One line for people: what happened, whose fault it was, whether a retry is safe, what to do.
std::string Describe(const Error& error);

}  // namespace inferwire::client
