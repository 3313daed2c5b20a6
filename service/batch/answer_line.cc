#include "batch/answer_line.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/rpc_status.h"
#include "batch/header.h"
#include "batch/json_object.h"
#include "batch/line.h"
#include "http/headers.h"

namespace llmgate::batch {
namespace {

int64_t Either(const JsonObject& object, std::string_view one, std::string_view other) {
  return object.Number(one).value_or(object.Number(other).value_or(0));
}

// The Responses API has other names than all the others.
store::Tokens ReadUsage(const JsonObject& body) {
  store::Tokens tokens;
  if (!body.Find("usage")) return tokens;
  const JsonObject usage = body.Object("usage");
  tokens.input = Either(usage, "prompt_tokens", "input_tokens");
  tokens.output = Either(usage, "completion_tokens", "output_tokens");
  const auto details = [&](std::string_view one, std::string_view other) {
    return usage.Find(one) ? usage.Object(one) : usage.Object(other);
  };
  tokens.cached =
      details("prompt_tokens_details", "input_tokens_details").Number("cached_tokens").value_or(0);
  tokens.reasoning = details("completion_tokens_details", "output_tokens_details")
                         .Number("reasoning_tokens")
                         .value_or(0);
  tokens.answers = 1;
  return tokens;
}

void Price(const Pricing& pricing, store::Tokens& usage) {
  if (usage.answers == 0) return;
  catalogue::Tokens tokens;
  tokens.input = usage.input;
  tokens.output = usage.output;
  tokens.total = usage.input + usage.output;
  tokens.cached = usage.cached;
  tokens.reasoning = usage.reasoning;
  const catalogue::Charge charge = catalogue::Price(pricing.model, tokens, pricing.tier);
  usage.picousd = charge.total.value_or(0);
  usage.unpriced = charge.total ? 0 : 1;
}

Error ItemError(const JsonObject& error, const openai::Attempt& attempt) {
  Error result;
  result.code = Code::kInternal;
  result.reason = v1::ERROR_REASON_UPSTREAM_ERROR;
  result.origin = Origin::kUpstream;
  result.message = openai::Scrub(error.Text("message"));
  if (result.message.empty()) result.message = "the upstream did not answer this item";
  result.metadata["upstream"] = attempt.upstream;
  result.metadata["upstream_code"] = openai::Scrub(error.Text("code"), 128);
  return result;
}

Error Ours(Code code, v1::ErrorReason reason, std::string message, const openai::Attempt& attempt) {
  Error error;
  error.code = code;
  error.reason = reason;
  error.origin = Origin::kUpstream;
  error.message = std::move(message);
  if (!attempt.upstream.empty()) error.metadata["upstream"] = attempt.upstream;
  return error;
}

}  // namespace

Error ExpiredError(const openai::Attempt& attempt) {
  return Ours(Code::kDeadlineExceeded, v1::ERROR_REASON_BATCH_EXPIRED,
              "the batch's completion window passed before this item was worked on", attempt);
}

Error CancelledError(const openai::Attempt& attempt) {
  Error error = Ours(Code::kCancelled, v1::ERROR_REASON_CANCELLED,
                     "the batch was cancelled before this item was worked on", attempt);
  error.origin = Origin::kCancelled;
  return error;
}

Error MissingError(const openai::Attempt& attempt) {
  return Ours(Code::kInternal, v1::ERROR_REASON_UPSTREAM_PROTOCOL,
              "the upstream completed the batch without a result for this item", attempt);
}

std::string CleanId(std::string_view id) {
  constexpr size_t kMostBytes = 256;
  const bool clean = id.size() <= kMostBytes &&
                     std::all_of(id.begin(), id.end(), [](char c) { return c > ' ' && c < 0x7f; });
  return clean ? std::string(id) : std::string();
}

store::NewResult ResultOfError(std::string custom_id, const Error& error, store::Outcome outcome) {
  store::NewResult result;
  result.custom_id = std::move(custom_id);
  result.outcome = outcome;
  result.body = ToRpcStatus(error, "").SerializeAsString();
  return result;
}

store::NewResult ResultOfAnswer(std::string custom_id, std::string_view body,
                                std::string_view endpoint, const openai::Attempt& attempt,
                                const Pricing& pricing, WallTime now) {
  if (!IsObject(body)) {
    return ResultOfError(std::move(custom_id),
                         openai::Protocol("the answer is no JSON object", attempt));
  }
  if (endpoint == kChatEndpoint) {
    if (auto failed = openai::FromBody(body, http::Headers(), attempt, now)) {
      return ResultOfError(std::move(custom_id), *failed);
    }
  }
  store::NewResult result;
  result.custom_id = std::move(custom_id);
  result.outcome = store::Outcome::kSucceeded;
  result.body = body;
  result.usage = ReadUsage(JsonObject(body));
  Price(pricing, result.usage);
  return result;
}

std::optional<store::NewResult> ReadAnswerLine(std::string_view line, std::string_view endpoint,
                                               const openai::Attempt& attempt,
                                               const Pricing& pricing, WallTime now,
                                               const codec::JsonLimits& limits) {
  if (!codec::CheckJson(line, limits) || !IsObject(line)) return std::nullopt;
  const JsonObject object(line);
  std::string custom_id = object.Text("custom_id");
  if (!CheckCustomId(custom_id)) return std::nullopt;
  const JsonObject response = object.Object("response");
  if (object.Find("response")) {
    openai::Attempt named = attempt;
    named.upstream_request_id = response.Text("request_id");
    const int status = static_cast<int>(response.Number("status_code").value_or(0));
    const std::string_view body = response.Find("body").value_or("");
    store::NewResult result =
        status / 100 == 2
            ? ResultOfAnswer(std::move(custom_id), body, endpoint, named, pricing, now)
            : ResultOfError(std::move(custom_id),
                            openai::FromStatus(status, http::Headers(), body, named, now));
    result.http_status = status;
    result.upstream_request_id = CleanId(named.upstream_request_id);
    return result;
  }
  const JsonObject error = object.Object("error");
  const std::string code = error.Text("code");
  if (code == "batch_expired") {
    return ResultOfError(std::move(custom_id), ExpiredError(attempt), store::Outcome::kExpired);
  }
  if (code == "batch_cancelled") {
    return ResultOfError(std::move(custom_id), CancelledError(attempt), store::Outcome::kCancelled);
  }
  return ResultOfError(std::move(custom_id), ItemError(error, attempt));
}

}  // namespace llmgate::batch
