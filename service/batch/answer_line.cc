#include "batch/answer_line.h"

#include <algorithm>
#include <string>
#include <utility>

#include "batch/header.h"
#include "batch/json_object.h"
#include "batch/line.h"
#include "codec/decode.h"
#include "codec/json_number.h"
#include "codec/json_text.h"
#include "gateway/rpc_status.h"
#include "http/headers.h"
#include "openai/answer_usage.h"
#include "openai/whole_answer.h"

namespace inferwire::batch {
namespace {

// The upstream's counts and what they cost.
void AddUsage(std::string_view body, const Pricing& pricing, store::NewResult& result) {
  store::Tokens& usage = result.usage;
  openai::AnswerUsage answer;
  answer.SeeJson(body);
  const catalogue::AskedModel asked{pricing.model, pricing.sent, pricing.upstream};
  const catalogue::Charge charge =
      openai::PriceAnswer(answer, pricing.catalogue.get(), asked, pricing.tier);
  const catalogue::Tokens& tokens = answer.reading().tokens;
  usage.input = tokens.input.value_or(0);
  usage.output = tokens.output.value_or(0);
  usage.cached = tokens.cached;
  usage.reasoning = tokens.reasoning;
  usage.answers = 1;
  usage.picousd = charge.total.value_or(0);
  usage.unpriced = charge.total ? 0 : 1;
  usage.differing = catalogue::Differs(charge) ? 1 : 0;
  v1::Cost cost;
  catalogue::FillCost(charge, cost);
  result.cost = cost.SerializeAsString();
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

// 200, "200" and 200.0 alike. Unset: there is none that can be read.
std::optional<int> StatusOf(const JsonObject& response) {
  const std::string_view found = response.Find("status_code").value_or("");
  const std::string text = response.Text("status_code");
  const auto status = codec::ToInt64(text.empty() ? found : std::string_view(text));
  if (!status || *status < 100 || *status > 999) return std::nullopt;
  return static_cast<int>(*status);
}

store::NewResult ResultOfAnswer(std::string custom_id, std::string_view body,
                                std::string_view endpoint, const openai::Attempt& attempt,
                                const Pricing& pricing, WallTime now,
                                const codec::JsonLimits& limits, LineOf place) {
  if (!IsObject(body)) {
    Error error =
        OfItem(openai::Protocol("the answer is no JSON object", attempt), custom_id, place);
    return ResultOfError(std::move(custom_id), error);
  }
  if (endpoint == kChatEndpoint) {
    const http::Headers none;
    if (auto failed = openai::FaultOfAnswer(body, limits, {none, attempt, now})) {
      if (failed->reason == v1::ERROR_REASON_UPSTREAM_PROTOCOL) {
        failed = OfItem(*std::move(failed), custom_id, place);
      }
      return ResultOfError(std::move(custom_id), *failed);
    }
  } else if (const TypedBody* const typed = TypedBodyOf(endpoint);
             typed && !typed->answers_with_error) {
    const http::Headers none;
    if (const auto stated = openai::FromBody(body, none, attempt, now)) {
      return ResultOfError(std::move(custom_id), *stated);
    }
  }
  store::NewResult result;
  result.custom_id = std::move(custom_id);
  result.outcome = store::ItemOutcome::kSucceeded;
  result.body = body;
  AddUsage(body, pricing, result);
  return result;
}

store::NewResult ReadResponse(std::string custom_id, const JsonObject& response,
                              std::string_view endpoint, const openai::Attempt& attempt,
                              const Pricing& pricing, WallTime now, const codec::JsonLimits& limits,
                              LineOf place) {
  openai::Attempt named = attempt;
  named.upstream_request_id = response.Text("request_id");
  const std::string_view body = response.Find("body").value_or("");
  const auto failed = openai::FromBody(body, http::Headers(), named, now);
  // Without a status the body alone tells what it is.
  const int status = StatusOf(response).value_or(failed ? 0 : 200);
  store::NewResult result;
  if (status / 100 == 2) {
    result =
        ResultOfAnswer(std::move(custom_id), body, endpoint, named, pricing, now, limits, place);
  } else {
    Error error =
        status == 0 ? *failed : openai::FromStatus(status, http::Headers(), body, named, now);
    if (!failed) error = OfItem(std::move(error), custom_id, place);
    result = ResultOfError(std::move(custom_id), error);
  }
  result.http_status = StatusOf(response).value_or(0);
  result.upstream_request_id = CleanId(named.upstream_request_id);
  return result;
}

// The custom_id of a line that is cut: its first strings and values, as far as they are whole.
std::string CustomIdIn(std::string_view beginning) {
  constexpr std::string_view kName = "\"custom_id\"";
  constexpr size_t kLookedAt = 4096;
  // The answer comes after it, or may quote anything.
  beginning = beginning.substr(0, std::min(beginning.find("\"response\""), kLookedAt));
  const size_t at = beginning.find(kName);
  if (at == std::string_view::npos) return {};
  beginning.remove_prefix(at + kName.size());
  const size_t open = beginning.find_first_not_of(" \t:");
  if (open == std::string_view::npos || beginning[open] != '"') return {};
  for (size_t close = open + 1; close < beginning.size(); ++close) {
    if (beginning[close] == '\\') ++close;
    if (close < beginning.size() && beginning[close] == '"') {
      const std::string_view text = beginning.substr(open, close + 1 - open);
      return codec::CheckJson(text) ? codec::JsonCursor(text).ReadString().Text() : std::string();
    }
  }
  return {};
}

// Of a line that cannot be read to its end; nothing if it names no item.
std::optional<store::NewResult> ResultOfUnreadable(std::string_view line, const Error& why,
                                                   const openai::Attempt& attempt, LineOf place) {
  std::string custom_id = CustomIdIn(line);
  if (!CheckCustomId(custom_id)) return std::nullopt;
  Error error = OfItem(why, custom_id, place);
  if (!attempt.upstream.empty()) error.metadata["upstream"] = attempt.upstream;
  return ResultOfError(std::move(custom_id), error);
}

}  // namespace

void AddCost(std::string_view cost, std::string& sum) {
  v1::Cost one, all;
  one.ParseFromArray(cost.data(), static_cast<int>(cost.size()));
  all.ParseFromString(sum);
  catalogue::AddCost(one, all);
  sum = all.SerializeAsString();
}

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

Error MissingError(const openai::Attempt& attempt, const LostLines& lost, size_t most_bytes) {
  std::string message = "the upstream completed the batch without a result for this item";
  if (lost.unreadable > 0) {
    message += "; lines of its files that named no item: " + std::to_string(lost.unreadable);
  }
  if (lost.too_long > 0) {
    message += ", of them longer than " + std::to_string(most_bytes) +
               " bytes (batches.max_line_bytes): " + std::to_string(lost.too_long);
  }
  return Ours(Code::kInternal, v1::ERROR_REASON_UPSTREAM_PROTOCOL, std::move(message), attempt);
}

Error OfItem(Error error, std::string_view custom_id, LineOf place) {
  std::string item = "item";
  if (!custom_id.empty()) item += " \"" + std::string(custom_id) + '"';
  if (!place.file.empty()) {
    item += " (line " + std::to_string(place.number) + " of the " + std::string(place.file) + ')';
  }
  error.message = item + ": " + error.message;
  return error;
}

std::string CleanId(std::string_view id) {
  constexpr size_t kMostBytes = 256;
  const bool clean = id.size() <= kMostBytes &&
                     std::all_of(id.begin(), id.end(), [](char c) { return c > ' ' && c < 0x7f; });
  return clean ? std::string(id) : std::string();
}

store::NewResult ResultOfError(std::string custom_id, const Error& error,
                               store::ItemOutcome outcome) {
  store::NewResult result;
  result.custom_id = std::move(custom_id);
  result.outcome = outcome;
  result.body = gateway::ToRpcStatus(error, "").SerializeAsString();
  return result;
}

Pricing PricingOf(const upstream::Router& router, const upstream::Upstream& upstream,
                  const std::string& sent, std::string_view tier) {
  Pricing pricing{router.catalogue(), nullptr, sent, tier, upstream.name()};
  if (pricing.catalogue) pricing.model = router.ModelInfoOfSent(*pricing.catalogue, upstream, sent);
  return pricing;
}

store::NewResult ResultOfBody(std::string custom_id, std::string_view body,
                              std::string_view endpoint, const openai::Attempt& attempt,
                              const Pricing& pricing, WallTime now, const codec::JsonLimits& limits,
                              LineOf place) {
  std::string mended;
  const auto readable = codec::MakeReadable(body, limits, mended);
  return ResultOfAnswer(std::move(custom_id), readable ? *readable : std::string_view(), endpoint,
                        attempt, pricing, now, limits, place);
}

std::optional<store::NewResult> ReadAnswerLine(std::string_view line, std::string_view endpoint,
                                               const openai::Attempt& attempt,
                                               const Pricing& pricing, WallTime now,
                                               const codec::JsonLimits& limits, LineOf place) {
  std::string mended;
  const auto readable = codec::MakeReadable(line, limits, mended);
  if (!readable && readable.error().reason == v1::ERROR_REASON_RESPONSE_TOO_LARGE) {
    return ResultOfUnreadable(line, readable.error(), attempt, place);
  }
  if (!readable || !IsObject(*readable)) return std::nullopt;
  const JsonObject object(*readable);
  std::string custom_id = object.Text("custom_id");
  if (!CheckCustomId(custom_id)) return std::nullopt;
  if (object.Find("response")) {
    return ReadResponse(std::move(custom_id), object.Object("response"), endpoint, attempt, pricing,
                        now, limits, place);
  }
  const JsonObject error = object.Object("error");
  const std::string code = error.Text("code");
  if (code == "batch_expired" || code == "batch_cancelled") {
    const bool expired = code == "batch_expired";
    const Error ended =
        OfItem(expired ? ExpiredError(attempt) : CancelledError(attempt), custom_id, place);
    return ResultOfError(std::move(custom_id), ended,
                         expired ? store::ItemOutcome::kExpired : store::ItemOutcome::kCancelled);
  }
  Error failed = ItemError(error, attempt);
  if (error.Text("message").empty()) failed = OfItem(std::move(failed), custom_id, place);
  return ResultOfError(std::move(custom_id), failed);
}

std::optional<store::NewResult> ReadLongLine(std::string_view beginning, size_t most_bytes,
                                             const openai::Attempt& attempt, LineOf place) {
  const Error error =
      openai::TooLarge("the answer's line is longer than " + std::to_string(most_bytes) +
                           " bytes (batches.max_line_bytes)",
                       attempt);
  return ResultOfUnreadable(beginning, error, attempt, place);
}

}  // namespace inferwire::batch
