#include "wire/expected_error.h"

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <vector>

namespace inferwire::wire {
namespace {

struct Rule {
  std::initializer_list<int> statuses;            // empty: any
  std::initializer_list<std::string_view> words;  // one of them in the body, lower case
  std::string_view reason;
};

// The first that fits decides. Codes before words, words before statuses.
const Rule kRules[] = {
    {{},
     {"\"insufficient_quota\"", "\"credit_balance_exhausted\"", "_spend_limit_exceeded\"",
      "usage_limit_exceeded\"", "\"billing_", "\"insufficient_balance\""},
     "INSUFFICIENT_QUOTA"},
    {{}, {"\"context_length_exceeded\""}, "CONTEXT_LENGTH_EXCEEDED"},
    {{},
     {"\"content_filter\"", "\"content_policy_violation\"", "\"invalid_prompt\"", "\"bio_policy\"",
      "responsibleaipolicyviolation"},
     "CONTENT_POLICY_VIOLATION"},
    {{}, {"\"unsupported_parameter\"", "\"unsupported_value\""}, "UNSUPPORTED_PARAMETER"},
    {{400, 404, 410},
     {"\"model_not_found\"", "\"model_decommissioned\"", "deploymentnotfound"},
     "MODEL_NOT_FOUND"},
    {{}, {"\"unsupported_country_region_territory\""}, "REGION_NOT_SUPPORTED"},
    {{}, {"\"invalid_api_key\""}, "UPSTREAM_CREDENTIALS_REJECTED"},
    {{}, {"\"rate_limit_exceeded\"", "ratelimitreached"}, "RATE_LIMITED"},
    {{500, 502, 503, 529}, {"overloaded"}, "UPSTREAM_OVERLOADED"},
    {{400, 413, 422},
     {"context length", "context window", "token limit reached", "too long"},
     "CONTEXT_LENGTH_EXCEEDED"},
    {{400, 403, 422},
     {"content management policy", "usage guidelines", "content policy"},
     "CONTENT_POLICY_VIOLATION"},
    {{400, 401, 403}, {"incorrect api key", "invalid api key"}, "UPSTREAM_CREDENTIALS_REJECTED"},
    {{403}, {"this model", "the model"}, "MODEL_NOT_ALLOWED"},
    {{404},
     {"not supported in this model", "not supported with this model"},
     "UNSUPPORTED_PARAMETER"},
    {{404, 410}, {"model", "endpoints found", "deployment"}, "MODEL_NOT_FOUND"},
    {{400, 422},
     {"does not exist", "decommissioned", "not a valid model", "invalid model"},
     "MODEL_NOT_FOUND"},
    {{400, 422},
     {"unsupported parameter", "not support parameter", "unsupported value"},
     "UNSUPPORTED_PARAMETER"},
    {{404}, {"invalid url", "unknown url", "unknown request url"}, "UNSUPPORTED_ENDPOINT"},
    {{404}, {"no such", "not found"}, "RESOURCE_NOT_FOUND"},
    {{400, 422}, {}, "INVALID_PARAMETER"},
    {{401, 407}, {}, "UPSTREAM_CREDENTIALS_REJECTED"},
    {{402}, {}, "INSUFFICIENT_QUOTA"},
    {{403}, {}, "UPSTREAM_PERMISSION_DENIED"},
    {{404}, {}, "UPSTREAM_NOT_FOUND"},
    {{405, 501}, {}, "UNSUPPORTED_ENDPOINT"},
    {{408, 504}, {}, "UPSTREAM_TIMEOUT"},
    {{409}, {}, "CONFLICT"},
    {{413}, {}, "REQUEST_TOO_LARGE"},
    {{429}, {}, "RATE_LIMITED"},
    {{500}, {}, "UPSTREAM_ERROR"},
    {{502, 503, 520, 521, 522, 523, 524, 529}, {}, "UPSTREAM_OVERLOADED"},
    {{}, {}, "UPSTREAM_ERROR"},
};

struct CodeRow {
  std::string_view code;
  std::initializer_list<std::string_view> reasons;
};

const CodeRow kCodes[] = {
    {"INVALID_ARGUMENT",
     {"INVALID_PARAMETER", "UNSUPPORTED_PARAMETER", "CONTEXT_LENGTH_EXCEEDED",
      "CONTENT_POLICY_VIOLATION", "REQUEST_TOO_LARGE"}},
    {"PERMISSION_DENIED",
     {"REGION_NOT_SUPPORTED", "MODEL_NOT_ALLOWED", "UPSTREAM_PERMISSION_DENIED"}},
    {"NOT_FOUND", {"MODEL_NOT_FOUND", "RESOURCE_NOT_FOUND", "UPSTREAM_NOT_FOUND"}},
    {"UNIMPLEMENTED", {"UNSUPPORTED_ENDPOINT"}},
    {"ABORTED", {"CONFLICT"}},
    {"RESOURCE_EXHAUSTED", {"RATE_LIMITED", "INSUFFICIENT_QUOTA"}},
    {"UNAVAILABLE", {"UPSTREAM_OVERLOADED", "UPSTREAM_TIMEOUT", "STREAM_TRUNCATED"}},
    {"INTERNAL", {"UPSTREAM_ERROR", "UPSTREAM_PROTOCOL", "UPSTREAM_CREDENTIALS_REJECTED"}},
};

std::string CodeOf(std::string_view reason) {
  for (const CodeRow& row : kCodes) {
    if (std::find(row.reasons.begin(), row.reasons.end(), reason) != row.reasons.end()) {
      return std::string(row.code);
    }
  }
  return "UNKNOWN";
}

std::string Lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

std::string ReasonFor(int status, const std::string& body) {
  const std::string lower = Lower(body);
  for (const Rule& rule : kRules) {
    const bool status_fits =
        rule.statuses.size() == 0 ||
        std::find(rule.statuses.begin(), rule.statuses.end(), status) != rule.statuses.end();
    const bool words_fit =
        rule.words.size() == 0 || std::any_of(rule.words.begin(), rule.words.end(), [&](auto word) {
          return lower.find(word) != std::string::npos;
        });
    if (status_fits && words_fit) return std::string(rule.reason);
  }
  return "UPSTREAM_ERROR";
}

std::optional<double> Number(const std::string& text) {
  double value = 0;
  const auto [stop, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc() || stop != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

void ExpectWait(const Recording& recording, ExpectedError& expected) {
  const bool waits = expected.reason == "RATE_LIMITED" || recording.status == 503;
  expected.no_retry_info = expected.code == "INVALID_ARGUMENT" || expected.code == "NOT_FOUND" ||
                           expected.reason == "INSUFFICIENT_QUOTA" ||
                           recording.Header("x-should-retry") == "false";
  if (!waits || expected.no_retry_info) return;
  // Azure sends 0 ms beside a second.
  if (const auto ms = Number(recording.Header("retry-after-ms")); ms && *ms > 0) {
    expected.retry_after = std::chrono::milliseconds(static_cast<int64_t>(*ms));
  } else if (const auto seconds = Number(recording.Header("retry-after"))) {
    expected.retry_after = std::chrono::milliseconds(static_cast<int64_t>(*seconds * 1000));
  }
}

bool IsError(const JsonTree& value) {
  return (value.is_object() || value.is_string()) && !value.is_empty();
}

}  // namespace

const JsonTree& ErrorIn(const JsonTree& json) {
  static const JsonTree kNone;
  if (IsError(json.At("error"))) return json.At("error");
  const auto& choices = json.At("choices").items();
  const bool all_failed = std::all_of(choices.begin(), choices.end(), [](const JsonTree& choice) {
    return choice.At("error").is_object() && IsError(choice.At("error"));
  });
  return !choices.empty() && all_failed ? choices.front().At("error") : kNone;
}

ExpectedError ErrorOfAnswer(const Recording& recording) {
  ExpectedError expected;
  expected.reason = ReasonFor(recording.status, recording.body);
  expected.code = CodeOf(expected.reason);
  ExpectWait(recording, expected);
  return expected;
}

ExpectedError ErrorOfEvent(const JsonTree& json, bool after_output) {
  const JsonTree& error = ErrorIn(json);
  long long status = 500;
  for (const std::string_view name : {"code", "status", "status_code"}) {
    const long long named = error.At(name).Integer(0);
    if (named >= 400 && named <= 599) {
      status = named;
      break;
    }
  }
  if (status == 500 && error.At("type").text() == "invalid_request_error") status = 400;
  ExpectedError expected;
  expected.reason = ReasonFor(static_cast<int>(status), error.Dump());
  if (after_output &&
      (CodeOf(expected.reason) == "UNAVAILABLE" || expected.reason == "UPSTREAM_ERROR")) {
    expected.reason = "STREAM_TRUNCATED";
  }
  expected.code = CodeOf(expected.reason);
  return expected;
}

}  // namespace inferwire::wire
