#include "inferwire/client/error.h"

#include <google/protobuf/duration.pb.h>

#include <initializer_list>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "status.h"

namespace inferwire::client {
namespace {

std::chrono::milliseconds ToMilliseconds(const google::protobuf::Duration& duration) {
  return std::chrono::milliseconds(duration.seconds() * 1000 + duration.nanos() / 1'000'000);
}

void ReadDetail(const google::protobuf::Any& detail, Error& error) {
  if (google::rpc::ErrorInfo info; detail.UnpackTo(&info)) {
    error.domain = info.domain();
    error.reason = info.reason();
    error.metadata.insert(info.metadata().begin(), info.metadata().end());
  } else if (google::rpc::RetryInfo retry; detail.UnpackTo(&retry)) {
    error.retry_after = ToMilliseconds(retry.retry_delay());
  } else if (google::rpc::BadRequest bad; detail.UnpackTo(&bad)) {
    for (const auto& violation : bad.field_violations()) {
      error.fields.push_back({violation.field(), violation.description()});
    }
  } else if (google::rpc::QuotaFailure quota; detail.UnpackTo(&quota)) {
    for (const auto& violation : quota.violations()) {
      error.quotas.push_back({violation.subject(), violation.description()});
    }
  }
}

// What gRPC 1.51 says of a call that found no connection to leave by.
bool NeverLeft(const grpc::Status& status) {
  constexpr std::string_view kTexts[] = {
      "failed to connect to all addresses",
      "connections to all backends failing",
      "DNS resolution failed",
      "C-ares status is not ARES_SUCCESS",
      "empty address list",
  };
  for (const auto text : kTexts) {
    if (status.error_message().find(text) != std::string::npos) return true;
  }
  return false;
}

// The first of these that the server gave.
std::string_view Fact(const Error& error, std::initializer_list<const char*> names) {
  for (const char* const name : names) {
    if (const auto it = error.metadata.find(name); it != error.metadata.end()) return it->second;
  }
  return {};
}

// A status without details is gRPC's own, or some proxy's.
void NamePlainStatus(const grpc::Status& status, Error& error) {
  switch (status.error_code()) {
    case grpc::StatusCode::UNAVAILABLE:
      error.domain = kClientDomain;
      error.safe_to_retry = NeverLeft(status);
      error.reason = error.safe_to_retry ? kUnreachable : kConnectionLost;
      return;
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      error.domain = kClientDomain;
      error.reason = kDeadline;
      return;
    case grpc::StatusCode::CANCELLED:
      error.domain = kClientDomain;
      error.reason = kCancelled;
      return;
    default:
      return;
  }
}

}  // namespace

Error FromRpcStatus(const google::rpc::Status& status) {
  Error error;
  error.code = static_cast<grpc::StatusCode>(status.code());
  error.message = status.message();
  for (const auto& detail : status.details()) ReadDetail(detail, error);
  const auto safe = error.metadata.find("safe_to_retry");
  // RetryInfo is the gateway's invitation to come again; it gives none when that could bill twice.
  error.safe_to_retry =
      safe != error.metadata.end() ? safe->second == "true" : error.retry_after.has_value();
  return error;
}

Error FromGrpcStatus(const grpc::Status& status) {
  if (google::rpc::Status detailed; !status.error_details().empty() &&
                                    detailed.ParseFromString(status.error_details()) &&
                                    detailed.details_size() > 0) {
    Error error = FromRpcStatus(detailed);
    error.code = status.error_code();
    if (error.message.empty()) error.message = status.error_message();
    return error;
  }
  Error error;
  error.code = status.error_code();
  error.message = status.error_message();
  NamePlainStatus(status, error);
  return error;
}

Error ClientError(grpc::StatusCode code, std::string_view reason, std::string message) {
  Error error;
  error.code = code;
  error.domain = kClientDomain;
  error.reason = reason;
  error.message = std::move(message);
  return error;
}

Error OddAnswer(std::string message) {
  Error error;
  error.code = grpc::StatusCode::INTERNAL;
  error.domain = "inferwire";
  error.reason = "UPSTREAM_PROTOCOL";
  error.message = std::move(message);
  error.metadata["origin"] = "upstream";
  return error;
}

bool Error::may_be_billed() const {
  if (safe_to_retry) return false;
  const auto value = [this](const char* name) { return Fact(*this, {name}); };
  if (value("phase") == "after_output" || !value("maybe_billed").empty()) return true;
  const auto upstream = value("upstream_status");
  const bool refused = upstream.starts_with('4') && upstream != "408";
  if (refused || value("attempts") == "0") return false;
  switch (code) {
    case grpc::StatusCode::CANCELLED:
    case grpc::StatusCode::UNKNOWN:
    case grpc::StatusCode::DEADLINE_EXCEEDED:
    case grpc::StatusCode::INTERNAL:
    case grpc::StatusCode::UNAVAILABLE:
    case grpc::StatusCode::DATA_LOSS:
      return true;
    default:
      return false;
  }
}

std::string_view Error::request_id() const { return Fact(*this, {"request_id"}); }

std::string_view Error::first_request_id() const { return Fact(*this, {"first_request_id"}); }

std::optional<Limit> Error::limit() const {
  const auto fact = [this](std::initializer_list<const char*> names) {
    return std::string(Fact(*this, names));
  };
  if (fact({"scope"}).empty()) return std::nullopt;
  return Limit{fact({"limit", "period"}),
               fact({"scope"}),
               fact({"model"}),
               fact({"limit_value", "limit_usd"}),
               fact({"used", "used_usd"}),
               fact({"reserved", "reserved_usd"}),
               fact({"remaining", "remaining_usd"}),
               fact({"needed", "needed_usd"}),
               fact({"reset_at"})};
}

std::string_view Error::origin() const {
  if (const auto it = metadata.find("origin"); it != metadata.end()) return it->second;
  if (code == grpc::StatusCode::CANCELLED) return "cancelled";
  if (domain != kClientDomain) return "gateway";
  const bool on_the_way =
      reason == kUnreachable || reason == kConnectionLost || reason == kStreamTruncated;
  return on_the_way ? "network" : "caller";
}

}  // namespace inferwire::client
