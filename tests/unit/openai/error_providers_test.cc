// One error of each provider, as it was seen on the wire, with what callers must get.
#include <gmock/gmock.h>

#include <optional>
#include <string>

#include "openai/error.h"

namespace inferwire::openai {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Seen {
  const char* name;
  int status;  // 200: in a stream's event or a good answer
  const char* body;
  Code code;
  const char* reason;
  const char* words;  // of the provider, in the message
};

void PrintTo(const Seen& seen, std::ostream* out) { *out << seen.name; }

Attempt ToUpstream() {
  Attempt attempt;
  attempt.upstream = "up";
  attempt.model = "m1";
  return attempt;
}

Error Read(const Seen& seen) {
  if (seen.status != 200) return FromStatus(seen.status, {}, seen.body, ToUpstream(), WallTime{});
  auto error = FromBody(seen.body, {}, ToUpstream(), WallTime{});
  EXPECT_TRUE(error) << seen.name;
  return error.value_or(Error{});
}

class Providers : public testing::TestWithParam<Seen> {};

TEST_P(Providers, ErrorIsUnderstood) {
  const Error error = Read(GetParam());
  EXPECT_EQ(error.code, GetParam().code);
  EXPECT_EQ(ReasonName(error.reason), GetParam().reason) << error.message;
  EXPECT_THAT(error.message, HasSubstr(GetParam().words));
}

INSTANTIATE_TEST_SUITE_P(
    Seen, Providers,
    testing::Values(
        Seen{"AzureContentFilter", 400,
             R"({"error":{"message":"The response was filtered due to the prompt triggering Azure )"
             R"(OpenAI's content management policy.","type":null,"param":"prompt",)"
             R"("code":"content_filter","status":400,"innererror":{)"
             R"("code":"ResponsibleAIPolicyViolation","content_filter_result":{"hate":{)"
             R"("filtered":true,"severity":"high"}}}}})",
             Code::kInvalidArgument, "CONTENT_POLICY_VIOLATION", "was filtered"},
        Seen{"AzureContentFilterInStream", 200,
             R"({"error":{"message":"filtered","type":null,"param":"prompt",)"
             R"("code":"content_filter","status":400}})",
             Code::kInvalidArgument, "CONTENT_POLICY_VIOLATION", "filtered"},
        Seen{"AzureNoDeployment", 404,
             R"({"error":{"code":"DeploymentNotFound","message":"The API deployment for this )"
             R"(resource does not exist."}})",
             Code::kNotFound, "MODEL_NOT_FOUND", "does not exist"},
        Seen{"AzureDetailsAsText", 429,
             R"({"error":{"code":"RateLimitReached","message":"Rate limit of 1 per 86400s )"
             R"(exceeded","details":"Please retry after 10 seconds."}})",
             Code::kResourceExhausted, "RATE_LIMITED", "Rate limit of 1"},
        Seen{"AzureKey", 401,
             R"({"statusCode":401,"message":"Access denied due to invalid subscription key"})",
             Code::kInternal, "UPSTREAM_CREDENTIALS_REJECTED", "Access denied"},
        Seen{
            "AzureKeyNested", 401,
            R"({"error":{"code":"401","message":"Access denied due to invalid subscription key"}})",
            Code::kInternal, "UPSTREAM_CREDENTIALS_REJECTED", "Access denied"},
        Seen{"MistralDetailText", 401, R"({"detail":"Unauthorized"})", Code::kInternal,
             "UPSTREAM_CREDENTIALS_REJECTED", "Unauthorized"},
        Seen{"MistralExtraForbidden", 422,
             R"({"object":"error","message":{"detail":[{"type":"extra_forbidden","loc":["body",)"
             R"("max_completion_tokens"],"msg":"Extra inputs are not permitted","input":32000}]},)"
             R"("type":"invalid_request_error","param":null,"code":null})",
             Code::kInvalidArgument, "INVALID_PARAMETER", "Extra inputs are not permitted"},
        Seen{"MistralMessageText", 429,
             R"({"object":"error","message":"Requests rate limit exceeded","type":"rate_limited",)"
             R"("param":null,"code":"1300"})",
             Code::kResourceExhausted, "RATE_LIMITED", "Requests rate limit exceeded"},
        Seen{"XaiTexts", 400,
             R"({"code":"Client specified an invalid argument","error":"Argument not supported )"
             R"(on this model: stop"})",
             Code::kInvalidArgument, "UNSUPPORTED_PARAMETER", "Argument not supported"},
        Seen{"OpenRouterNumber", 402,
             R"({"error":{"message":"Insufficient credits","code":402},"user_id":"u"})",
             Code::kResourceExhausted, "INSUFFICIENT_QUOTA", "Insufficient credits"},
        Seen{"OpenRouterPassesOn", 400,
             R"({"error":{"message":"Provider returned error","code":400,"metadata":{"raw":)"
             R"("{\"error\":{\"message\":\"too long\",\"code\":\"context_length_exceeded\"}}",)"
             R"("provider_name":"Azure"}}})",
             Code::kInvalidArgument, "CONTEXT_LENGTH_EXCEEDED", "(from Azure): too long"},
        Seen{"OpenRouterInStream", 200,
             R"({"error":{"message":"Upstream error from Venice","code":502,"metadata":{)"
             R"("provider_name":"Venice"}},"user_id":"u"})",
             Code::kUnavailable, "UPSTREAM_OVERLOADED", "Upstream error from Venice"},
        Seen{"OpenRouterBesideItsChoice", 200,
             R"({"id":"c","object":"chat.completion.chunk","error":{"code":"server_error",)"
             R"("message":"Provider disconnected"},"choices":[{"index":0,"delta":{"content":""},)"
             R"("finish_reason":"error"}]})",
             Code::kInternal, "UPSTREAM_ERROR", "Provider disconnected"},
        Seen{"GroqFailedGeneration", 400,
             R"({"error":{"message":"Tool call validation failed","type":"invalid_request_error",)"
             R"("code":"tool_use_failed","failed_generation":"[{\"canary\":1}]"}})",
             Code::kInvalidArgument, "INVALID_PARAMETER", "Tool call validation failed"},
        Seen{"GroqFailedGenerationInStream", 200,
             R"({"error":{"message":"Tool call validation failed","type":"invalid_request_error",)"
             R"("code":"tool_use_failed","failed_generation":"[{\"canary\":1}]",)"
             R"("status_code":400}})",
             Code::kInvalidArgument, "INVALID_PARAMETER", "Tool call validation failed"},
        Seen{"VllmFlat", 400,
             R"({"object":"error","message":"top_p must be in (0, 1], got 2.0.",)"
             R"("type":"BadRequestError","param":null,"code":400})",
             Code::kInvalidArgument, "INVALID_PARAMETER", "top_p must be"},
        Seen{"VllmFlatModel", 404,
             R"({"object":"error","message":"The model `x` does not exist.","type":)"
             R"("NotFoundError","param":null,"code":404})",
             Code::kNotFound, "MODEL_NOT_FOUND", "does not exist"},
        Seen{"VllmNested", 404,
             R"({"error":{"message":"The model `x` does not exist.","type":"NotFoundError",)"
             R"("param":"model","code":404}})",
             Code::kNotFound, "MODEL_NOT_FOUND", "does not exist"},
        Seen{"OllamaText", 400, R"({"error":"invalid options"})", Code::kInvalidArgument,
             "INVALID_PARAMETER", "invalid options"},
        Seen{"OllamaModel", 404,
             R"({"error":{"message":"model \"x\" not found, try pulling it first",)"
             R"("type":"api_error","param":null,"code":null}})",
             Code::kNotFound, "MODEL_NOT_FOUND", "not found"},
        Seen{"TogetherObject", 404,
             R"({"id":"oCx-1","error":{"message":"Unable to access model x. Please visit )"
             R"(https://api.together.ai/models to view the list of supported models.",)"
             R"("type":"invalid_request_error","param":null,"code":"model_not_available"}})",
             Code::kNotFound, "MODEL_NOT_FOUND", "Unable to access model"},
        Seen{"DeepSeekBalance", 402,
             R"({"error":{"message":"Insufficient Balance","type":"unknown_error","param":null,)"
             R"("code":"invalid_request_error"}})",
             Code::kResourceExhausted, "INSUFFICIENT_QUOTA", "Insufficient Balance"},
        Seen{"PerplexityNumber", 400,
             R"({"error":{"message":"Invalid model 'x'.","type":"invalid_model","code":400}})",
             Code::kNotFound, "MODEL_NOT_FOUND", "Invalid model"},
        Seen{"LlamaCppContext", 400,
             R"({"error":{"code":400,"message":"the request exceeds the available context size",)"
             R"("type":"exceed_context_size_error","n_prompt_tokens":9000,"n_ctx":4096}})",
             Code::kInvalidArgument, "CONTEXT_LENGTH_EXCEEDED", "available context size"}),
    [](const auto& param) { return std::string(param.param.name); });

TEST(ProviderDetails, WhatAModelGeneratedInVainIsNotRepeated) {
  const Error error = FromStatus(
      400, {}, R"({"error":{"message":"failed","failed_generation":"canary"}})", ToUpstream(), {});
  EXPECT_THAT(error.message, Not(HasSubstr("canary")));
  for (const auto& [name, value] : error.metadata) EXPECT_THAT(value, Not(HasSubstr("canary")));
}

TEST(ErrorEvent, IsAnErrorInEveryShape) {
  const auto of = [](std::string_view data) {
    return FromErrorEvent(data, {}, ToUpstream(), WallTime{});
  };
  // llama.cpp names no member "error": its event is called so.
  const Error flat = of(R"({"code":500,"message":"slot broke","type":"server_error"})");
  EXPECT_EQ(flat.reason, v1::ERROR_REASON_UPSTREAM_ERROR);
  EXPECT_THAT(flat.message, HasSubstr("slot broke"));
  EXPECT_EQ(of(R"({"code":503,"message":"Loading model","type":"unavailable_error"})").reason,
            v1::ERROR_REASON_UPSTREAM_OVERLOADED);
  EXPECT_EQ(of(R"({"error":{"type":"tokens","code":"rate_limit_exceeded"}})").reason,
            v1::ERROR_REASON_RATE_LIMITED);
  EXPECT_THAT(of("out of memory").message, HasSubstr("out of memory"));
  EXPECT_EQ(of("{}").origin, Origin::kUpstream);
}

}  // namespace
}  // namespace inferwire::openai
