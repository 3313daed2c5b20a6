// Errors as one line for people.
#include <array>
#include <string>

#include "inferwire/client/error.h"

namespace inferwire::client {
namespace {

struct Advice {
  std::string_view reason;
  std::string_view what_to_do;
};

constexpr Advice kAdvice[] = {
    {kUnreachable, "check the server's address, that it runs, and TLS settings"},
    {kConnectionLost, "the request may have been processed: check before sending it again"},
    {kDeadline, "allow more time, or ask for less output"},
    {kStreamTruncated, "what arrived is incomplete: discard it or ask again"},
    {"INVALID_CREDENTIALS", "check the token or the client certificate"},
    {"MODEL_NOT_ALLOWED", "ask the gateway's operator for access to this model"},
    {"MODEL_NOT_FOUND", "check the model's name"},
    {"MODEL_ENDED", "ask for the model that replaces it"},
    {"CONTEXT_LENGTH_EXCEEDED", "shorten the messages or use a model with a larger context"},
    {"REQUEST_TOO_LARGE", "send less, or in parts"},
    {"RATE_LIMITED", "slow down, or ask for a higher limit upstream"},
    {"TENANT_RATE_LIMITED", "slow down, or ask the gateway's operator for a higher limit"},
    {"CONCURRENCY_LIMITED", "send fewer calls at once, or ask the gateway's operator for more"},
    {"QUEUE_FULL", "slow down: more calls wait already than the gateway lets wait"},
    {"CLIENT_RETRY_LIMITED", "repeat less: too many of these calls are repetitions"},
    {"IDEMPOTENCY_KEY_REUSED", "use another idempotency key for another request"},
    {"IDEMPOTENT_RESULT_GONE", "the call was answered before; use a new key to ask again"},
    {"IDEMPOTENT_IN_PROGRESS", "wait for the first call with this idempotency key to end"},
    {"IDEMPOTENT_OUTCOME_UNKNOWN", "the first call may be billed; use a new key to ask again"},
    {"INSUFFICIENT_QUOTA", "the upstream account needs credit; waiting does not help"},
    {"BUDGET_EXCEEDED", "ask the gateway's operator to raise the budget"},
    {"UPSTREAM_CREDENTIALS_REJECTED", "the gateway's operator must renew the upstream key"},
    {"PATH_NOT_ALLOWED", "ask the gateway's operator to allow this path"},
};

std::string_view AdviceFor(const Error& error) {
  for (const auto& [reason, what_to_do] : kAdvice) {
    if (error.reason == reason) return what_to_do;
  }
  return error.code == grpc::StatusCode::INVALID_ARGUMENT ? "correct the request" : "";
}

std::string Seconds(std::chrono::milliseconds time) {
  std::string text = std::to_string(time.count() / 1000);
  if (const auto rest = time.count() % 1000; rest != 0) {
    const auto digits = std::to_string(1000 + rest);
    text += "." + digits.substr(1);
  }
  return text + " s";
}

std::string RetryText(const Error& error) {
  if (!error.safe_to_retry) return "not safe to retry blindly";
  return error.retry_after ? "safe to retry after " + Seconds(*error.retry_after) : "safe to retry";
}

// Texts from elsewhere may hold line breaks and control characters; a line for a terminal may not.
std::string OneLine(std::string_view text) {
  std::string line(text);
  for (char& c : line) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  return line;
}

}  // namespace

std::string_view CodeName(grpc::StatusCode code) {
  constexpr std::array<std::string_view, 17> kNames = {
      "OK",
      "CANCELLED",
      "UNKNOWN",
      "INVALID_ARGUMENT",
      "DEADLINE_EXCEEDED",
      "NOT_FOUND",
      "ALREADY_EXISTS",
      "PERMISSION_DENIED",
      "RESOURCE_EXHAUSTED",
      "FAILED_PRECONDITION",
      "ABORTED",
      "OUT_OF_RANGE",
      "UNIMPLEMENTED",
      "INTERNAL",
      "UNAVAILABLE",
      "DATA_LOSS",
      "UNAUTHENTICATED",
  };
  const auto index = static_cast<std::size_t>(code);
  return index < kNames.size() ? kNames[index] : "UNKNOWN";
}

std::string Describe(const Error& error) {
  std::string text(CodeName(error.code));
  if (!error.reason.empty() && error.reason != text) text += " " + error.reason;
  if (!error.message.empty()) text += ": " + error.message;
  for (const auto& [field, description] : error.fields) {
    if (error.message.find(field) == std::string::npos) text += "; " + field + ": " + description;
  }
  for (const auto& [subject, description] : error.quotas) {
    if (description.empty() || error.message.find(description) == std::string::npos) {
      text += "; limit of " + subject + ": " + description;
    }
  }
  text += " (origin: " + std::string(error.origin()) + "; " + RetryText(error);
  if (const auto advice = AdviceFor(error); !advice.empty()) text += "; " + std::string(advice);
  return OneLine(text + ")");
}

}  // namespace inferwire::client
