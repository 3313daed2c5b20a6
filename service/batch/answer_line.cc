#include "batch/answer_line.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/rpc_status.h"
#include "batch/header.h"
#include "batch/json_object.h"
#include "batch/line.h"
#include "http/headers.h"
#include "openai/answer_usage.h"

namespace llmgate::batch {
namespace {

// The upstream's counts and what they cost.
void AddUsage(std::string_view body, const Pricing& pricing, store::Tokens& usage) {
  openai::AnswerUsage answer;
  answer.SeeJson(body);
  const catalogue::Charge charge = openai::PriceAnswer(answer, pricing.catalogue.get(),
                                                       pricing.model, pricing.sent, pricing.tier);
  const catalogue::Tokens& tokens = answer.reading().tokens;
  usage.input = tokens.input.value_or(0);
  usage.output = tokens.output.value_or(0);
  usage.cached = tokens.cached;
  usage.reasoning = tokens.reasoning;
  usage.answers = 1;
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

Pricing PricingOf(const openai::Routes& routes, const openai::Upstream& upstream,
                  const std::string& sent, std::string_view tier) {
  Pricing pricing{routes.catalogue(), nullptr, sent, tier};
  if (pricing.catalogue) pricing.model = routes.FactsOfSent(*pricing.catalogue, upstream, sent);
  return pricing;
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
  AddUsage(body, pricing, result.usage);
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
