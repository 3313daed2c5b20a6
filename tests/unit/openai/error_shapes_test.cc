// Every provider's way of putting an error into a body, with what must be read from it.
#include <gmock/gmock.h>

#include <string>

#include "openai/error.h"

namespace inferwire::openai {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

Attempt To(std::string_view upstream) {
  Attempt attempt;
  attempt.upstream = upstream;
  attempt.model = "m1";
  attempt.number = 2;
  attempt.fields = &kChatParams;
  return attempt;
}

Error Answer(int status, std::string_view body) {
  return FromStatus(status, {}, body, To("up"), WallTime{});
}

TEST(ErrorShapes, OpenAiObjectWithEveryMember) {
  http::Headers headers;
  headers.Add("X-Request-Id", "req_1");
  const Error error = FromStatus(
      400, headers,
      R"({"error":{"message":"Bad 'top_p'","type":"invalid_request_error","param":"top_p",)"
      R"("code":"invalid_value"}})",
      To("openai"), WallTime{});
  EXPECT_EQ(error.message, "openai answered 400: Bad 'top_p'");
  EXPECT_THAT(
      error.metadata,
      ElementsAre(Pair("attempts", "2"), Pair("model", "m1"), Pair("phase", "before_output"),
                  Pair("upstream", "openai"), Pair("upstream_code", "invalid_value"),
                  Pair("upstream_param", "top_p"), Pair("upstream_request_id", "req_1"),
                  Pair("upstream_status", "400"), Pair("upstream_type", "invalid_request_error")));
  ASSERT_EQ(error.fields.size(), 1u);
  EXPECT_EQ(error.fields[0].field, "params.top_p");
  EXPECT_EQ(error.fields[0].description, "Bad 'top_p'");
}

TEST(ErrorShapes, RouterPassesOnAProvidersJson) {
  const Error error = Answer(
      400, R"({"error":{"code":400,"message":"Provider returned error","metadata":{)"
           R"("provider_name":"P","raw":"{\"error\":{\"message\":\"no temperature\",)"
           R"(\"param\":\"temperature\",\"code\":\"unsupported_parameter\"}}"}},"user_id":"u"})");
  EXPECT_EQ(error.reason, v1::ERROR_REASON_UNSUPPORTED_PARAMETER);
  EXPECT_EQ(error.message, "up answered 400 (from P): no temperature");
  EXPECT_EQ(error.fields.at(0).field, "params.temperature");
}

TEST(ErrorShapes, RouterPassesOnText) {
  const Error error = Answer(429, R"({"error":{"code":429,"message":"Provider returned error",)"
                                  R"("metadata":{"provider_name":"C","raw":"is busy"}}})");
  EXPECT_EQ(error.message, "up answered 429 (from C): is busy");
  EXPECT_EQ(error.reason, v1::ERROR_REASON_RATE_LIMITED);
}

TEST(ErrorShapes, RoutersModerationIsAPolicyAndQuotesNoPrompt) {
  const Error error = Answer(403, R"({"error":{"code":403,"message":"Input was refused",)"
                                  R"("metadata":{"reasons":["x"],"flagged_input":"my prompt"}}})");
  EXPECT_EQ(error.reason, v1::ERROR_REASON_CONTENT_POLICY_VIOLATION);
  EXPECT_THAT(error.message, testing::Not(HasSubstr("my prompt")));
}

TEST(ErrorShapes, NumericCodeInAString) {
  EXPECT_EQ(Answer(401, R"({"error":{"code":"401","message":"Access denied"}})").reason,
            v1::ERROR_REASON_UPSTREAM_CREDENTIALS_REJECTED);
  EXPECT_EQ(Answer(500, R"({"error":{"code":"429","message":"busy"}})").reason,
            v1::ERROR_REASON_RATE_LIMITED);
}

TEST(ErrorShapes, AzureInnerErrorDecides) {
  const Error error = Answer(
      400, R"({"error":{"message":"filtered","type":null,"param":"prompt","code":"x","status":400,)"
           R"("innererror":{"code":"ResponsibleAIPolicyViolation"}}})");
  EXPECT_EQ(error.reason, v1::ERROR_REASON_CONTENT_POLICY_VIOLATION);
  EXPECT_THAT(error.fields, IsEmpty());
}

TEST(ErrorShapes, AzureDetailsAreViolationsWithoutTheInput) {
  const Error error = Answer(
      422, R"({"error":{"code":"Invalid input","message":"invalid input error","status":422,)"
           R"("details":[{"loc":["body","messages",0,"content"],"msg":"not a string",)"
           R"("input":"my prompt","type":"string_type"}]}})");
  EXPECT_EQ(error.reason, v1::ERROR_REASON_INVALID_PARAMETER);
  ASSERT_EQ(error.fields.size(), 1u);
  EXPECT_EQ(error.fields[0].field, "params.messages[0].content");
  EXPECT_EQ(error.fields[0].description, "not a string");
}

TEST(ErrorShapes, CodeAndErrorAsTexts) {
  const Error error =
      Answer(404, R"({"code":"Some entity was not found","error":"The model x was deprecated"})");
  EXPECT_EQ(error.reason, v1::ERROR_REASON_MODEL_NOT_FOUND);
  EXPECT_EQ(error.message, "up answered 404: The model x was deprecated");
  EXPECT_EQ(error.resource->type, "model");
  EXPECT_EQ(error.resource->name, "m1");
}

TEST(ErrorShapes, DetailAsTextAndAsList) {
  EXPECT_EQ(Answer(401, R"({"detail":"Unauthorized"})").message, "up answered 401: Unauthorized");
  EXPECT_EQ(Answer(404, R"({"detail":"Not Found"})").reason, v1::ERROR_REASON_UNSUPPORTED_ENDPOINT);
  const Error error = Answer(
      422,
      R"({"detail":[{"loc":["body","top_p"],"msg":"too big"},{"loc":["body","x"],"msg":"?"}]})");
  EXPECT_EQ(error.message, "up answered 422: too big");
  EXPECT_THAT(error.fields,
              ElementsAre(Field(&Error::FieldViolation::field, "params.top_p"),
                          Field(&Error::FieldViolation::field, R"(params.extra["x"])")));
}

TEST(ErrorShapes, FlatObjects) {
  const Error mistral =
      Answer(400, R"({"object":"error","message":{"detail":[{"loc":["body","n"],"msg":"no"}]},)"
                  R"("type":"invalid_request_message_error","code":"1"})");
  EXPECT_EQ(mistral.message, "up answered 400: no");
  EXPECT_EQ(mistral.metadata.at("upstream_code"), "1");
  const Error vllm = Answer(404, R"({"object":"error","message":"The model `x` does not exist.",)"
                                 R"("type":"NotFoundError","param":null,"code":404})");
  EXPECT_EQ(vllm.reason, v1::ERROR_REASON_MODEL_NOT_FOUND);
  const Error databricks = Answer(400, R"({"error_code":"BAD_REQUEST","message":"no"})");
  EXPECT_EQ(databricks.metadata.at("upstream_code"), "BAD_REQUEST");
}

TEST(ErrorShapes, ListOfOneErrorAndListOfErrors) {
  EXPECT_EQ(Answer(400, R"([{"error":{"code":429,"message":"slow"}}])").reason,
            v1::ERROR_REASON_RATE_LIMITED);
  EXPECT_EQ(
      Answer(500, R"({"errors":[{"message":"AiError","code":3043}],"success":false})").message,
      "up answered 500: AiError");
}

TEST(ErrorShapes, PagesTextsAndNothing) {
  EXPECT_EQ(Answer(502, "<html><head><title>502 Bad Gateway</title></head>secret</html>").message,
            "up answered 502: 502 Bad Gateway");
  EXPECT_EQ(Answer(503, "no healthy upstream\n").message, "up answered 503: no healthy upstream");
  EXPECT_EQ(Answer(500, R"("broken")").message, "up answered 500: broken");
  EXPECT_EQ(Answer(500, " \n").message, "up answered 500 without an explanation");
  EXPECT_EQ(Answer(500, R"({"a":1})").message,
            "up answered 500 with a body that is no readable error");
}

TEST(ErrorShapes, ContextLengthNamesBothNumbers) {
  for (const std::string message :
       {"This model's maximum context length is 128,000 tokens. However, you requested 130000 "
        "tokens (129000 in the messages, 1000 in the completion).",
        "This model's maximum prompt length is 128000 but the request contains 130000 tokens.",
        "prompt is too long: 130000 tokens > 128000 maximum",
        "Prompt with 130000 tokens exceeds the context size of 128000."}) {
    const Error error = Answer(400, R"({"error":{"message":")" + message + R"("}})");
    EXPECT_EQ(error.reason, v1::ERROR_REASON_CONTEXT_LENGTH_EXCEEDED);
    EXPECT_EQ(error.metadata.at("limit"), "128000") << message;
    EXPECT_EQ(error.metadata.at("requested"), "130000") << message;
    EXPECT_EQ(error.fields.at(0).field, "params.messages");
  }
}

TEST(ErrorShapes, MissingResourceIsNamed) {
  const Error error =
      Answer(404, R"({"error":{"message":"No such File object: file-Ab1","code":null}})");
  ASSERT_TRUE(error.resource);
  EXPECT_EQ(error.resource->type, "file");
  EXPECT_EQ(error.resource->name, "file-Ab1");
}

TEST(ErrorShapes, WrongStateIsAPrecondition) {
  const Error error =
      Answer(400, R"({"error":{"message":"Cannot cancel batch_1 with status 'completed'."}})");
  ASSERT_EQ(error.preconditions.size(), 1u);
  EXPECT_EQ(error.preconditions[0].subject, "batch_1");
}

TEST(ErrorInGoodAnswer, IsFoundInEveryShape) {
  const auto reason = [](std::string_view json) {
    const auto error = FromBody(json, {}, To("up"), WallTime{});
    return error ? std::string(ReasonName(error->reason)) : "none";
  };
  EXPECT_EQ(reason(R"({"error":{"code":502,"message":"x"},"user_id":"u"})"), "UPSTREAM_OVERLOADED");
  EXPECT_EQ(
      reason(R"({"error":{"message":"x","code":"content_filter","status":400},"choices":[]})"),
      "CONTENT_POLICY_VIOLATION");
  EXPECT_EQ(reason(R"({"type":"error","error":{"type":"tokens","code":"rate_limit_exceeded"}})"),
            "RATE_LIMITED");
  EXPECT_EQ(reason(R"({"error":{"message":"t","type":"invalid_request_error","status_code":400}})"),
            "INVALID_PARAMETER");
  EXPECT_EQ(reason(R"({"choices":[{"index":0}],"error":{"code":400}})"), "INVALID_PARAMETER");
  EXPECT_EQ(reason(R"({"choices":[{"index":0,"error":{"code":502,"message":"x"}}]})"),
            "UPSTREAM_OVERLOADED");
  EXPECT_EQ(reason(R"({"error":"it broke"})"), "UPSTREAM_ERROR");
  EXPECT_EQ(reason(R"({"object":"error","message":"x","code":400})"), "INVALID_PARAMETER");
  EXPECT_EQ(reason("\n  \n{\"error\":{\"code\":429}}"), "RATE_LIMITED");
}

TEST(ErrorInGoodAnswer, IsSeenBesideAChoiceThatEndsWithIt) {
  const auto error = FromBody(
      R"({"error":{"code":502,"message":"x"},"choices":[{"index":0,"finish_reason":"error"}]})", {},
      To("up"), WallTime{});
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(ReasonName(error->reason), "UPSTREAM_OVERLOADED");
}

TEST(ErrorInGoodAnswer, IsSeenThoughItsTextIsBroken) {
  for (const std::string_view json :
       {"{\"error\":{\"message\":\"\xFF\",\"code\":\"insufficient_quota\"}}",
        "{\"error\":{\"message\":\"\\ud83d\",\"code\":\"insufficient_quota\"}}",
        "\xEF\xBB\xBF{\"error\":{\"code\":\"insufficient_quota\"}}"}) {
    const auto error = FromBody(json, {}, To("up"), WallTime{});
    ASSERT_TRUE(error.has_value()) << json;
    EXPECT_EQ(ReasonName(error->reason), "INSUFFICIENT_QUOTA");
  }
}

TEST(ErrorInGoodAnswer, IsNotSeenInGoodOnes) {
  for (const std::string_view json :
       {R"({"choices":[{"index":0,"error":{"code":502}},{"index":1}]})",
        R"({"choices":[{"index":0,"error":null}],"error":null})", R"({"error":null,"id":"x"})",
        R"({"error":{},"id":"x"})", R"({"error":{"code":null,"message":null}})",
        R"({"id":"x","choices":[]})", R"({"error":""})", R"({"error":5})", R"(["error"])",
        R"("error")", "", "{", R"({"error")"}) {
    EXPECT_FALSE(FromBody(json, {}, To("up"), WallTime{})) << json;
  }
}

TEST(ErrorInGoodAnswer, SaysSo) {
  const auto error = FromBody(R"({"error":{"code":502,"message":"x"}})", {}, To("up"), WallTime{});
  EXPECT_EQ(error->message, "up reported an error 502: x");
  EXPECT_EQ(error->metadata.at("upstream_status"), "200");
  EXPECT_EQ(error->metadata.at("upstream_code"), "502");
}

}  // namespace
}  // namespace inferwire::openai
