#include "openai/error_details.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "openai/param_path.h"
#include "openai/rate_limit_headers.h"
#include "openai/scrub.h"
#include "openai/token_counts.h"

namespace inferwire::openai {
namespace {

struct IdPrefix {
  std::string_view prefix, type;
};
constexpr std::array kIdPrefixes = {
    IdPrefix{"file-", "file"},
    IdPrefix{"batch_", "batch"},
    IdPrefix{"resp_", "response"},
    IdPrefix{"ftjob-", "fine_tuning_job"},
    IdPrefix{"chatcmpl-", "chat_completion"},
    IdPrefix{"conv_", "conversation"},
};

void Put(std::string_view name, std::string_view value, Error& error) {
  std::string scrubbed = Scrub(value, kMaxDetailBytes);
  if (!scrubbed.empty()) error.metadata[std::string(name)] = std::move(scrubbed);
}

void AddField(std::string_view param, std::string_view message, const Attempt& attempt,
              Error& error) {
  if (param.empty() || error.fields.size() == kMaxErrorViolations) return;
  std::string path = FieldPath(param, attempt.fields);
  if (path.empty()) return;
  error.fields.push_back({std::move(path), Scrub(message, kMaxViolationBytes)});
}

void AddFields(const UpstreamError& upstream_error, const Attempt& attempt, Error& error) {
  // It is the conversation that is too long, whatever upstream names.
  if (error.reason == v1::ERROR_REASON_CONTEXT_LENGTH_EXCEEDED && attempt.fields != nullptr) {
    return AddField("messages", upstream_error.message, attempt, error);
  }
  for (const UpstreamError::Violation& violation : upstream_error.violations) {
    AddField(violation.param, violation.message, attempt, error);
  }
  if (error.fields.empty()) {
    AddField(upstream_error.param, upstream_error.message, attempt, error);
  }
}

void AddCounts(const TokenCounts& counts, Error& error) {
  if (counts.limit) error.metadata["limit"] = std::to_string(*counts.limit);
  if (counts.requested) error.metadata["requested"] = std::to_string(*counts.requested);
}

// Which of the upstream's limits it was, as far as type and headers tell.
std::string LimitDescription(const UpstreamError& upstream_error, const http::Headers& headers,
                             WallTime now) {
  std::string text;
  for (const gateway::RateLimit& limit : RateLimits(headers, now)) {
    if (limit.remaining != 0) continue;
    text += (text.empty() ? "" : ", ") + limit.metric;
    if (limit.limit) text += ": limit " + std::to_string(*limit.limit);
  }
  if (!text.empty()) return Scrub(text, kMaxViolationBytes);
  if (upstream_error.type == "requests" || upstream_error.type == "tokens")
    return upstream_error.type;
  return Scrub(upstream_error.message, kMaxViolationBytes);
}

void AddQuota(std::string description, const Attempt& attempt, Error& error) {
  const std::string& subject = attempt.model.empty() ? attempt.upstream : attempt.model;
  error.quotas.push_back({Scrub(subject, kMaxDetailBytes), std::move(description)});
}

// The first id of a known kind in the message, e.g. file-abc123.
std::optional<Error::Resource> NamedResource(std::string_view message) {
  for (const auto& [prefix, type] : kIdPrefixes) {
    const size_t begin = message.find(prefix);
    if (begin == std::string_view::npos) continue;
    size_t end = begin + prefix.size();
    const auto is_id = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
             c == '_' || c == '-';
    };
    while (end < message.size() && is_id(message[end])) ++end;
    if (end == begin + prefix.size()) continue;
    return Error::Resource{std::string(type),
                           Scrub(message.substr(begin, end - begin), kMaxDetailBytes)};
  }
  return std::nullopt;
}

}  // namespace

std::map<std::string, std::string> AttemptMetadata(const Attempt& attempt) {
  Error error;
  Put("upstream", attempt.upstream, error);
  Put("model", attempt.model, error);
  Put("attempts", std::to_string(attempt.number), error);
  Put("phase", attempt.output_began ? "after_output" : "before_output", error);
  // Headers have been checked to be printable; an id of 32 digits is no secret.
  if (!attempt.upstream_request_id.empty()) {
    error.metadata["upstream_request_id"] =
        CutAtCharacter(attempt.upstream_request_id, kMaxDetailBytes);
  }
  return std::move(error.metadata);
}

void AddDetails(const UpstreamError& upstream_error, const http::Headers& headers, WallTime now,
                const Attempt& attempt, Error& error) {
  Put("upstream_type", upstream_error.type, error);
  Put("upstream_code", upstream_error.code, error);
  Put("upstream_param", upstream_error.param, error);
  if (attempt.upstream_request_id.empty()) {
    if (std::string id = RequestId(headers); !id.empty()) {
      error.metadata["upstream_request_id"] = std::move(id);
    }
  }
  switch (error.reason) {
    case v1::ERROR_REASON_INVALID_PARAMETER:
    case v1::ERROR_REASON_UNSUPPORTED_PARAMETER:
      return AddFields(upstream_error, attempt, error);
    case v1::ERROR_REASON_CONTEXT_LENGTH_EXCEEDED:
      AddFields(upstream_error, attempt, error);
      return AddCounts(FindOverflow(upstream_error.message), error);
    case v1::ERROR_REASON_RATE_LIMITED:
      AddQuota(LimitDescription(upstream_error, headers, now), attempt, error);
      return AddCounts(FindTokenCounts(upstream_error.message), error);
    case v1::ERROR_REASON_INSUFFICIENT_QUOTA:
      return AddQuota(Scrub(upstream_error.message, kMaxViolationBytes), attempt, error);
    case v1::ERROR_REASON_MODEL_NOT_FOUND:
    case v1::ERROR_REASON_MODEL_NOT_ALLOWED:
      error.resource = {"model", Scrub(attempt.model, kMaxDetailBytes)};
      return;
    case v1::ERROR_REASON_RESOURCE_NOT_FOUND:
      error.resource = NamedResource(upstream_error.message);
      return;
    case v1::ERROR_REASON_WRONG_STATE: {
      const auto resource = NamedResource(upstream_error.message);
      error.preconditions.push_back({"STATE", resource ? resource->name : "",
                                     Scrub(upstream_error.message, kMaxViolationBytes)});
      return;
    }
    default:
      return;
  }
}

}  // namespace inferwire::openai
