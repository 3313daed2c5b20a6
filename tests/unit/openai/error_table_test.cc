// The whole table, row by row: an upstream's status, type, code and message -> what the caller
// gets.
#include "openai/error_table.h"

#include <gmock/gmock.h>

#include <string>

#include "base/error.h"
#include "openai/error.h"

namespace inferwire::openai {
namespace {

struct Row {
  std::string name;
  int status;
  std::string body;
  Code code;
  std::string_view reason;
  Origin origin;
  bool safe = false;
};

std::string Body(std::string_view type, std::string_view code, std::string_view message = "m",
                 std::string_view param = "null") {
  const auto quoted = [](std::string_view text) {
    return text == "null" ? std::string(text) : '"' + std::string(text) + '"';
  };
  return R"({"error":{"message":)" + quoted(message) + R"(,"type":)" + quoted(type) +
         R"(,"param":)" + quoted(param) + R"(,"code":)" + quoted(code) + "}}";
}

class ErrorTable : public testing::TestWithParam<Row> {};

TEST_P(ErrorTable, MapsToReasonAndCode) {
  const Row& row = GetParam();
  Attempt attempt;
  attempt.upstream = "up";
  attempt.model = "m1";
  const Error error = FromStatus(row.status, {}, row.body, attempt, WallTime{});
  EXPECT_EQ(ReasonName(error.reason), row.reason) << error.message;
  EXPECT_EQ(error.code, row.code);
  EXPECT_EQ(Name(error.origin), Name(row.origin));
  EXPECT_EQ(error.safe_to_retry, row.safe);
  EXPECT_EQ(error.metadata.at("upstream_status"), std::to_string(row.status));
  EXPECT_THAT(error.message, testing::StartsWith("up answered " + std::to_string(row.status)));
}

constexpr std::string_view kBad = "invalid_request_error";
constexpr auto kCaller = Origin::kCaller;
constexpr auto kUp = Origin::kUpstream;

// A row for each of these codes.
std::vector<Row> ForCodes(int status, std::string_view type,
                          std::initializer_list<std::string_view> codes, Code code,
                          std::string_view reason, Origin origin, bool safe = false) {
  std::vector<Row> rows;
  for (const std::string_view name : codes) {
    rows.push_back({std::to_string(status) + "_" + std::string(name), status, Body(type, name),
                    code, reason, origin, safe});
  }
  return rows;
}

std::vector<Row> CodeRows() {
  std::vector<Row> all;
  const auto add = [&](std::vector<Row> rows) { all.insert(all.end(), rows.begin(), rows.end()); };
  add(ForCodes(400, kBad,
               {"null", "missing_required_parameter", "invalid_type", "invalid_value",
                "unknown_parameter", "integer_below_min_value"},
               Code::kInvalidArgument, "INVALID_PARAMETER", kCaller));
  add(ForCodes(400, kBad, {"unsupported_parameter", "unsupported_value"}, Code::kInvalidArgument,
               "UNSUPPORTED_PARAMETER", kCaller));
  add(ForCodes(400, kBad, {"context_length_exceeded"}, Code::kInvalidArgument,
               "CONTEXT_LENGTH_EXCEEDED", kCaller));
  add(ForCodes(400, kBad,
               {"content_filter", "content_policy_violation", "invalid_prompt", "bio_policy"},
               Code::kInvalidArgument, "CONTENT_POLICY_VIOLATION", kCaller));
  add(ForCodes(401, kBad, {"invalid_api_key", "null"}, Code::kInternal,
               "UPSTREAM_CREDENTIALS_REJECTED", Origin::kGateway));
  add(ForCodes(403, kBad, {"unsupported_country_region_territory"}, Code::kPermissionDenied,
               "REGION_NOT_SUPPORTED", kUp));
  add(ForCodes(403, kBad, {"model_not_found"}, Code::kPermissionDenied, "MODEL_NOT_ALLOWED",
               kCaller));
  add(ForCodes(403, kBad, {"null", "missing_scope"}, Code::kPermissionDenied,
               "UPSTREAM_PERMISSION_DENIED", kUp));
  add(ForCodes(404, kBad, {"model_not_found", "DeploymentNotFound"}, Code::kNotFound,
               "MODEL_NOT_FOUND", kCaller));
  add(ForCodes(400, kBad, {"model_decommissioned", "model_not_found"}, Code::kNotFound,
               "MODEL_NOT_FOUND", kCaller));
  add(ForCodes(404, kBad, {"file_not_found", "previous_response_not_found", "thing_not_found"},
               Code::kNotFound, "RESOURCE_NOT_FOUND", kCaller));
  add(ForCodes(404, kBad, {"null"}, Code::kNotFound, "UPSTREAM_NOT_FOUND", kCaller));
  add(ForCodes(404, kBad, {"unknown_url"}, Code::kUnimplemented, "UNSUPPORTED_ENDPOINT", kCaller));
  add(ForCodes(429, "requests", {"rate_limit_exceeded", "null", "slow_down"},
               Code::kResourceExhausted, "RATE_LIMITED", kUp, true));
  add(ForCodes(429, "tokens", {"rate_limit_exceeded", "null"}, Code::kResourceExhausted,
               "RATE_LIMITED", kUp, true));
  add(ForCodes(
      429, "insufficient_quota",
      {"insufficient_quota", "credit_balance_exhausted", "organization_spend_limit_exceeded",
       "project_spend_limit_exceeded", "organization_usage_limit_exceeded", "null"},
      Code::kResourceExhausted, "INSUFFICIENT_QUOTA", kUp));
  add(ForCodes(413, "tokens", {"rate_limit_exceeded"}, Code::kResourceExhausted, "RATE_LIMITED",
               kUp, true));
  add(ForCodes(500, "server_error", {"null", "server_error"}, Code::kInternal, "UPSTREAM_ERROR",
               kUp));
  add(ForCodes(503, "server_error", {"server_is_overloaded", "slow_down", "overloaded"},
               Code::kUnavailable, "UPSTREAM_OVERLOADED", kUp, true));
  add(ForCodes(503, "service_unavailable_error", {"null"}, Code::kUnavailable,
               "UPSTREAM_OVERLOADED", kUp, true));
  return all;
}

// With an empty body, as from a proxy in between.
std::vector<Row> StatusRows() {
  const auto row = [](int status, Code code, std::string_view reason, Origin origin,
                      bool safe = false) {
    return Row{"status_" + std::to_string(status), status, "", code, reason, origin, safe};
  };
  return {
      row(301, Code::kInternal, "UPSTREAM_PROTOCOL", kUp),
      row(308, Code::kInternal, "UPSTREAM_PROTOCOL", kUp),
      row(400, Code::kInvalidArgument, "INVALID_PARAMETER", kCaller),
      row(401, Code::kInternal, "UPSTREAM_CREDENTIALS_REJECTED", Origin::kGateway),
      row(402, Code::kResourceExhausted, "INSUFFICIENT_QUOTA", kUp),
      row(403, Code::kPermissionDenied, "UPSTREAM_PERMISSION_DENIED", kUp),
      row(404, Code::kUnimplemented, "UNSUPPORTED_ENDPOINT", kCaller),
      row(405, Code::kUnimplemented, "UNSUPPORTED_ENDPOINT", kCaller),
      row(407, Code::kInternal, "UPSTREAM_CREDENTIALS_REJECTED", Origin::kGateway),
      row(408, Code::kUnavailable, "UPSTREAM_TIMEOUT", kUp),
      row(409, Code::kAborted, "CONFLICT", kCaller),
      row(410, Code::kNotFound, "UPSTREAM_NOT_FOUND", kCaller),
      row(412, Code::kFailedPrecondition, "WRONG_STATE", kCaller),
      row(413, Code::kInvalidArgument, "REQUEST_TOO_LARGE", kCaller),
      row(418, Code::kInvalidArgument, "INVALID_PARAMETER", kCaller),
      row(421, Code::kUnavailable, "UPSTREAM_UNREACHABLE", kUp, true),
      row(422, Code::kInvalidArgument, "INVALID_PARAMETER", kCaller),
      row(424, Code::kInternal, "UPSTREAM_ERROR", kUp),
      row(420, Code::kResourceExhausted, "RATE_LIMITED", kUp, true),
      row(425, Code::kUnavailable, "UPSTREAM_OVERLOADED", kUp, true),
      row(429, Code::kResourceExhausted, "RATE_LIMITED", kUp, true),
      row(431, Code::kInvalidArgument, "REQUEST_TOO_LARGE", kCaller),
      row(430, Code::kInvalidArgument, "INVALID_PARAMETER", kCaller),
      row(444, Code::kUnavailable, "UPSTREAM_UNREACHABLE", kUp),
      row(451, Code::kPermissionDenied, "REGION_NOT_SUPPORTED", kUp),
      row(460, Code::kUnavailable, "UPSTREAM_TIMEOUT", kUp),
      row(464, Code::kInternal, "UPSTREAM_PROTOCOL", kUp),
      row(494, Code::kInvalidArgument, "REQUEST_TOO_LARGE", kCaller),
      row(495, Code::kInternal, "UPSTREAM_CREDENTIALS_REJECTED", Origin::kGateway),
      row(498, Code::kUnavailable, "UPSTREAM_OVERLOADED", kUp, true),
      row(499, Code::kUnavailable, "UPSTREAM_TIMEOUT", kUp),
      row(500, Code::kInternal, "UPSTREAM_ERROR", kUp),
      row(501, Code::kUnimplemented, "UNSUPPORTED_ENDPOINT", kCaller),
      row(502, Code::kUnavailable, "UPSTREAM_OVERLOADED", kUp),
      row(503, Code::kUnavailable, "UPSTREAM_OVERLOADED", kUp),
      row(504, Code::kUnavailable, "UPSTREAM_TIMEOUT", kUp),
      row(505, Code::kInternal, "UPSTREAM_ERROR", kUp),
      row(507, Code::kUnavailable, "UPSTREAM_OVERLOADED", kUp),
      row(509, Code::kUnavailable, "UPSTREAM_OVERLOADED", kUp),
      row(511, Code::kUnavailable, "UPSTREAM_UNREACHABLE", kUp),
      row(520, Code::kUnavailable, "UPSTREAM_OVERLOADED", kUp),
      row(521, Code::kUnavailable, "UPSTREAM_OVERLOADED", kUp, true),
      row(522, Code::kUnavailable, "UPSTREAM_OVERLOADED", kUp),
      row(523, Code::kUnavailable, "UPSTREAM_OVERLOADED", kUp, true),
      row(524, Code::kUnavailable, "UPSTREAM_OVERLOADED", kUp),
      row(525, Code::kUnavailable, "UPSTREAM_UNREACHABLE", kUp, true),
      row(526, Code::kUnavailable, "UPSTREAM_UNREACHABLE", kUp, true),
      row(527, Code::kUnavailable, "UPSTREAM_UNREACHABLE", kUp),
      row(529, Code::kUnavailable, "UPSTREAM_OVERLOADED", kUp, true),
      row(530, Code::kUnavailable, "UPSTREAM_UNREACHABLE", kUp, true),
      row(561, Code::kInternal, "UPSTREAM_CREDENTIALS_REJECTED", Origin::kGateway),
      row(598, Code::kUnavailable, "UPSTREAM_TIMEOUT", kUp),
      row(599, Code::kUnavailable, "UPSTREAM_TIMEOUT", kUp),
      row(600, Code::kInternal, "UPSTREAM_PROTOCOL", kUp),
      row(101, Code::kInternal, "UPSTREAM_PROTOCOL", kUp),
      row(0, Code::kInternal, "UPSTREAM_PROTOCOL", kUp),
  };
}

// Nothing but the message tells.
std::vector<Row> MessageRows() {
  const auto row = [](std::string name, int status, std::string_view message, Code code,
                      std::string_view reason, Origin origin, bool safe = false) {
    return Row{std::move(name), status, Body(kBad, "null", message), code, reason, origin, safe};
  };
  return {
      row("too_long", 400, "This model's maximum context length is 8 tokens.",
          Code::kInvalidArgument, "CONTEXT_LENGTH_EXCEEDED", kCaller),
      row("guidelines", 403, "Content violates usage guidelines.", Code::kInvalidArgument,
          "CONTENT_POLICY_VIOLATION", kCaller),
      row("wrong_key_as_400", 400, "Incorrect API key provided", Code::kInternal,
          "UPSTREAM_CREDENTIALS_REJECTED", Origin::kGateway),
      row("country", 403, "Country, region, or territory not supported", Code::kPermissionDenied,
          "REGION_NOT_SUPPORTED", kUp),
      row("ip", 403, "Your IP address is not allowed", Code::kPermissionDenied,
          "REGION_NOT_SUPPORTED", kUp),
      row("model_permission", 403, "You are not allowed to use this model", Code::kPermissionDenied,
          "MODEL_NOT_ALLOWED", kCaller),
      row("model_gone", 404, "The model grok-0 was deprecated", Code::kNotFound, "MODEL_NOT_FOUND",
          kCaller),
      row("no_endpoints", 404, "No endpoints found for a/b.", Code::kNotFound, "MODEL_NOT_FOUND",
          kCaller),
      row("no_file", 404, "No such File object: file-abc", Code::kNotFound, "RESOURCE_NOT_FOUND",
          kCaller),
      row("route", 404, "Invalid URL (POST /v1/x)", Code::kUnimplemented, "UNSUPPORTED_ENDPOINT",
          kCaller),
      row("route_only_words", 404, "Not Found", Code::kUnimplemented, "UNSUPPORTED_ENDPOINT",
          kCaller),
      row("feature", 404, "tools is not supported in this model.", Code::kInvalidArgument,
          "UNSUPPORTED_PARAMETER", kCaller),
      row("finished_batch", 400, "Cannot cancel a batch with status 'completed'.",
          Code::kFailedPrecondition, "WRONG_STATE", kCaller),
      row("foreground_response", 400, "Cannot cancel a synchronous response.",
          Code::kFailedPrecondition, "WRONG_STATE", kCaller),
      row("foreground_response_only", 400,
          "Only responses created with background=true can be cancelled.",
          Code::kFailedPrecondition, "WRONG_STATE", kCaller),
      row("only_background", 400, "A response can only be canceled if it runs in the background",
          Code::kFailedPrecondition, "WRONG_STATE", kCaller),
      row("only_background_409", 409, "You can cancel background responses only.",
          Code::kFailedPrecondition, "WRONG_STATE", kCaller),
      row("only_running_job", 400, "Only a running job can be paused.", Code::kFailedPrecondition,
          "WRONG_STATE", kCaller),
      row("only_about_else", 400, "Only 128 tools are allowed.", Code::kInvalidArgument,
          "INVALID_PARAMETER", kCaller),
      row("no_money", 403, "Insufficient balance", Code::kResourceExhausted, "INSUFFICIENT_QUOTA",
          kUp),
      row("quota_for_good", 429, "You exceeded your current quota, check your plan",
          Code::kResourceExhausted, "INSUFFICIENT_QUOTA", kUp),
      row("quota_for_now", 429, "You exceeded your current quota. Please retry in 3s",
          Code::kResourceExhausted, "RATE_LIMITED", kUp, true),
      row("overloaded_words", 500, "The server is currently overloaded", Code::kUnavailable,
          "UPSTREAM_OVERLOADED", kUp, true),
      row("never_fits", 429, "Request too large: Limit 100, Requested 200",
          Code::kResourceExhausted, "RATE_LIMITED", kUp, false),
  };
}

std::string NameOfRow(const testing::TestParamInfo<Row>& info) { return info.param.name; }

// Codes alone are not unique as test names: the same one is tried with several types.
std::string NumberedName(const testing::TestParamInfo<Row>& info) {
  return info.param.name + "_" + std::to_string(info.index);
}

INSTANTIATE_TEST_SUITE_P(Codes, ErrorTable, testing::ValuesIn(CodeRows()), NumberedName);
INSTANTIATE_TEST_SUITE_P(Statuses, ErrorTable, testing::ValuesIn(StatusRows()), NameOfRow);
INSTANTIATE_TEST_SUITE_P(Messages, ErrorTable, testing::ValuesIn(MessageRows()), NameOfRow);

TEST(ErrorTableTest, CallersOwnKeyIsTheCallersFault) {
  Attempt attempt;
  attempt.caller_supplied_key = true;
  const Error error = FromStatus(401, {}, Body(kBad, "invalid_api_key"), attempt, WallTime{});
  EXPECT_EQ(error.code, Code::kUnauthenticated);
  EXPECT_EQ(error.reason, v1::ERROR_REASON_INVALID_CREDENTIALS);
  EXPECT_EQ(error.origin, Origin::kCaller);
}

TEST(ErrorTableTest, CodeIsReadBeforeTypeAndTypeBeforeStatus) {
  Attempt attempt;
  const Error by_code =
      FromStatus(500, {}, Body("rate_limit_error", "insufficient_quota"), attempt, WallTime{});
  EXPECT_EQ(by_code.reason, v1::ERROR_REASON_INSUFFICIENT_QUOTA);
  const Error by_type = FromStatus(500, {}, Body("rate_limit_error", "x"), attempt, WallTime{});
  EXPECT_EQ(by_type.reason, v1::ERROR_REASON_RATE_LIMITED);
}

// The status line counts; where it is a good one or one that stands for everything, the body's.
TEST(ErrorTableTest, StatusLineAndTheBodysCode) {
  struct Both {
    int line, body;
    std::string_view reason;
    bool safe;
  };
  const Both kBoth[] = {
      {429, 400, "RATE_LIMITED", true},
      {429, 500, "RATE_LIMITED", true},
      {429, 401, "RATE_LIMITED", true},
      {503, 400, "UPSTREAM_OVERLOADED", false},
      {504, 500, "UPSTREAM_TIMEOUT", false},
      {529, 500, "UPSTREAM_OVERLOADED", true},
      {530, 502, "UPSTREAM_UNREACHABLE", true},
      {401, 400, "UPSTREAM_CREDENTIALS_REJECTED", false},
      {403, 400, "UPSTREAM_PERMISSION_DENIED", false},
      {413, 400, "REQUEST_TOO_LARGE", false},
      {200, 429, "RATE_LIMITED", true},
      {200, 400, "INVALID_PARAMETER", false},
      {200, 503, "UPSTREAM_OVERLOADED", false},
      {400, 429, "RATE_LIMITED", true},
      {400, 401, "UPSTREAM_CREDENTIALS_REJECTED", false},
      {400, 503, "UPSTREAM_OVERLOADED", false},
      {500, 429, "RATE_LIMITED", true},
      {500, 400, "INVALID_PARAMETER", false},
      {500, 504, "UPSTREAM_TIMEOUT", false},
      {502, 429, "RATE_LIMITED", true},
      {502, 530, "UPSTREAM_UNREACHABLE", true},
  };
  for (const Both& both : kBoth) {
    for (const char* quote : {"", "\""}) {
      const std::string body = R"({"error":{"message":"m","code":)" + std::string(quote) +
                               std::to_string(both.body) + quote + "}}";
      const Error error = both.line == 200 ? *FromBody(body, {}, Attempt{}, WallTime{})
                                           : FromStatus(both.line, {}, body, Attempt{}, WallTime{});
      EXPECT_EQ(ReasonName(error.reason), both.reason) << both.line << " with " << body;
      EXPECT_EQ(error.safe_to_retry, both.safe) << both.line << " with " << body;
    }
  }
}

// Words that say no more than 400 or 500 do not hide what the status says.
TEST(ErrorTableTest, GeneralCodesDoNotHideTheStatus) {
  const auto reason = [](int status, std::string_view code) {
    return ReasonName(FromStatus(status, {}, Body("null", code), Attempt{}, WallTime{}).reason);
  };
  for (const std::string_view code : {"server_error", "internal_server_error", "invalid_value"}) {
    EXPECT_EQ(reason(429, code), "RATE_LIMITED") << code;
    EXPECT_EQ(reason(503, code), "UPSTREAM_OVERLOADED") << code;
    EXPECT_EQ(reason(504, code), "UPSTREAM_TIMEOUT") << code;
  }
  EXPECT_EQ(reason(429, "context_length_exceeded"), "CONTEXT_LENGTH_EXCEEDED");
  EXPECT_EQ(reason(400, "server_error"), "UPSTREAM_ERROR");
}

// Every reason belongs to the code under which errors.proto lists it.
TEST(ErrorTableTest, EveryReasonHasItsCode) {
  const google::protobuf::EnumDescriptor& reasons = *v1::ErrorReason_descriptor();
  std::map<Code, std::vector<int>> by_code;
  for (int i = 1; i < reasons.value_count(); ++i) {
    const auto reason = static_cast<v1::ErrorReason>(reasons.value(i)->number());
    EXPECT_NE(CodeOf(reason), Code::kUnknown) << reasons.value(i)->name();
    by_code[CodeOf(reason)].push_back(reason);
  }
  using testing::ElementsAre;
  EXPECT_THAT(by_code[Code::kInvalidArgument], ElementsAre(1, 2, 3, 4, 5, 6, 7, 8, 9));
  EXPECT_THAT(by_code[Code::kUnauthenticated], ElementsAre(10, 11, 12));
  EXPECT_THAT(by_code[Code::kAlreadyExists], ElementsAre(15, 16, 17));
  EXPECT_THAT(by_code[Code::kPermissionDenied], ElementsAre(20, 21, 22, 23, 24, 25, 26, 28, 27));
  EXPECT_THAT(by_code[Code::kNotFound], ElementsAre(30, 31, 32, 33));
  EXPECT_THAT(by_code[Code::kResourceExhausted], ElementsAre(40, 41, 42, 43, 44, 45, 46, 47));
  EXPECT_THAT(by_code[Code::kFailedPrecondition], ElementsAre(50, 52, 55));
  EXPECT_THAT(by_code[Code::kAborted], ElementsAre(51, 53, 54));
  EXPECT_THAT(by_code[Code::kUnavailable], ElementsAre(60, 61, 62, 63, 64, 65, 66, 67, 68));
  EXPECT_THAT(by_code[Code::kInternal], ElementsAre(70, 71, 72, 73, 74, 75));
  EXPECT_THAT(by_code[Code::kDeadlineExceeded], ElementsAre(80, 82));
  EXPECT_THAT(by_code[Code::kCancelled], ElementsAre(81));
  EXPECT_THAT(by_code[Code::kUnimplemented], ElementsAre(90));
}

TEST(ErrorTableTest, WhatARouteCannotGiveIsTheCallersToChange) {
  EXPECT_EQ(OriginOf(v1::ERROR_REASON_NO_TARGET_WITH_TAGS), Origin::kCaller);
  EXPECT_EQ(OriginOf(v1::ERROR_REASON_ROUTE_OVERRIDE_NOT_ALLOWED), Origin::kCaller);
}

}  // namespace
}  // namespace inferwire::openai
