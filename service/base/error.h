// What went wrong, as a value: what happened, whose fault it was, and whether a retry is safe.
// rpc_status.h turns it into google.rpc.Status; nothing else does.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "inferwire/v1/errors.pb.h"

namespace inferwire {

// The numbers of google.rpc.Code, which are gRPC's.
enum class Code {
  kOk = 0,
  kCancelled = 1,
  kUnknown = 2,
  kInvalidArgument = 3,
  kDeadlineExceeded = 4,
  kNotFound = 5,
  kAlreadyExists = 6,
  kPermissionDenied = 7,
  kResourceExhausted = 8,
  kFailedPrecondition = 9,
  kAborted = 10,
  kOutOfRange = 11,
  kUnimplemented = 12,
  kInternal = 13,
  kUnavailable = 14,
  kDataLoss = 15,
  kUnauthenticated = 16,
};

// Whose fault it was; a metric label and ErrorInfo.metadata["origin"].
enum class Origin { kCaller, kGateway, kUpstream, kCancelled };
std::string_view Name(Origin origin);

struct Error {
  struct FieldViolation {
    std::string field;  // path in the request message, e.g. params.messages[0].content
    std::string description;
  };
  struct QuotaViolation {
    std::string subject;  // the model or upstream
    std::string description;
  };
  struct PreconditionViolation {
    std::string type, subject, description;
  };
  struct Resource {
    std::string type, name;  // e.g. model, gpt-4.1-mini
  };

  Code code = Code::kInternal;
  v1::ErrorReason reason = v1::ERROR_REASON_GATEWAY_ERROR;
  Origin origin = Origin::kGateway;
  std::string message;  // for people; never a secret, never a prompt

  // A repetition cannot be billed twice and may succeed.
  bool safe_to_retry = false;
  // The upstream itself reported it, in an error of its own: not silence, nor a proxy's page.
  bool reported = false;
  // The upstream says that a repetition is no use (x-should-retry: false).
  bool forbids_retry = false;
  // Safe or not, callers' libraries are not to repeat it: too much is repeated already.
  bool stops_retries = false;
  // How long to wait first; becomes RetryInfo and the pushback trailer.
  std::optional<std::chrono::milliseconds> retry_after;

  std::vector<FieldViolation> fields;
  std::vector<QuotaViolation> quotas;
  std::vector<PreconditionViolation> preconditions;
  std::optional<Resource> resource;
  // ErrorInfo.metadata: upstream_status, upstream_code, upstream, model, attempts, phase, ...
  std::map<std::string, std::string> metadata;
};

// INVALID_ARGUMENT about one field of the request.
Error InvalidField(std::string_view field, std::string_view description,
                   v1::ErrorReason reason = v1::ERROR_REASON_INVALID_PARAMETER);

// The reason's name without its prefix, e.g. RATE_LIMITED.
std::string_view ReasonName(v1::ErrorReason reason);

}  // namespace inferwire
