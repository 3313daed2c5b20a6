// Answers with status 200 that answer nothing, as providers and proxies give them. Calls and items
// of batches have to read them alike.
#pragma once

#include <string_view>

namespace inferwire::testing_support {

struct HollowAnswer {
  std::string_view json;
  std::string_view reason;  // without its prefix
  std::string_view words;   // in the error's message
};

inline constexpr HollowAnswer kHollowAnswers[] = {
    {R"({})", "UPSTREAM_PROTOCOL", "answers nothing"},
    {R"({"object":"chat.completion"})", "UPSTREAM_PROTOCOL", "answers nothing"},
    {R"({"id":"c","model":"m","choices":null})", "UPSTREAM_PROTOCOL", "answers nothing"},
    {R"({"id":"c","model":"m","choices":[]})", "UPSTREAM_PROTOCOL", "answers nothing"},
    {R"({"id":"c","choices":[],"usage":{"prompt_tokens":3}})", "UPSTREAM_PROTOCOL",
     "answers nothing"},
    {R"({"id":"c","choices":[{}]})", "UPSTREAM_PROTOCOL", "answers nothing"},
    {R"({"id":"c","choices":[{"index":0}]})", "UPSTREAM_PROTOCOL", "answers nothing"},
    {R"({"id":"c","choices":[{"index":0,"message":null}]})", "UPSTREAM_PROTOCOL",
     "answers nothing"},
    {R"({"error":{"message":"slow down","code":"rate_limit_exceeded"}})", "RATE_LIMITED",
     "slow down"},
    {R"({"error":{"message":"slow down","code":429},"choices":[]})", "RATE_LIMITED", "slow down"},
    {R"({"error":"it broke"})", "UPSTREAM_ERROR", "it broke"},
    {R"({"choices":[{"index":0,"error":{"code":502,"message":"gone"}}]})", "UPSTREAM_OVERLOADED",
     "gone"},
    {R"({"Response":{"Error":{"Code":"RequestLimitExceeded","Message":"too many"},)"
     R"("RequestId":"r"}})",
     "RATE_LIMITED", "too many"},
    {R"({"header":{"code":10013,"message":"input was refused","sid":"s"}})", "UPSTREAM_ERROR",
     "input was refused"},
    {R"({"base_resp":{"status_code":1008,"status_msg":"insufficient balance"},"choices":null})",
     "INSUFFICIENT_QUOTA", "insufficient balance"},
    {R"({"code":1113,"msg":"account in arrears"})", "UPSTREAM_ERROR", "account in arrears"},
    {R"({"detail":"the worker died"})", "UPSTREAM_ERROR", "the worker died"},
    {R"({"success":false,"message":"not today"})", "UPSTREAM_ERROR", "not today"},
};

// Answers that say little, and yet are some: providers were seen to give unfinished empty ones.
inline constexpr std::string_view kShortAnswers[] = {
    R"({"choices":[{"message":{}}]})",
    R"({"choices":[{"message":{"role":"assistant","content":null},"finish_reason":null}]})",
    R"({"choices":[{"message":{"role":"assistant","content":""}}]})",
    R"({"choices":[{"message":{"content":"x"}}]})",
    R"({"choices":[{"message":{"content":""},"finish_reason":"stop"}]})",
    R"({"choices":[{"message":null,"finish_reason":"content_filter"}]})",
    R"({"choices":[{"message":{"content":null,"refusal":"no"}}]})",
    R"({"choices":[{"message":{"content":null,"reasoning_content":"hm"}}]})",
    R"({"choices":[{"message":{"content":null,"tool_calls":[{"id":"t","type":"function",)"
    R"("function":{"name":"f","arguments":"{}"}}]}}]})",
    R"({"choices":[{"message":{"images":[{"url":"u"}]}}]})",
    R"({"choices":[{},{"message":{"content":"x"}}]})",
};

}  // namespace inferwire::testing_support
