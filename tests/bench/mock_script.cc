#include "mock_script.h"

#include <charconv>
#include <cstdio>

namespace inferwire::bench {
namespace {

constexpr std::string_view kMark = "mock-";

std::string Chunked(std::string_view data) {
  char size[24];
  const int digits = std::snprintf(size, sizeof(size), "%zx\r\n", data.size());
  return std::string(size, static_cast<size_t>(digits)) + std::string(data) + "\r\n";
}

std::string Event(std::string_view choices, std::string_view usage) {
  return R"(data: {"id":"chatcmpl-mock0123456789012345678901","object":"chat.completion.chunk",)"
         R"("created":1750000000,"model":"gpt-4.1-mini-2025-04-14","service_tier":"default",)"
         R"("system_fingerprint":"fp_0123456789","choices":)" +
         std::string(choices) + R"(,"usage":)" + std::string(usage) + "}\n\n";
}

std::string Usage(int output_tokens) {
  return R"({"prompt_tokens":64,"completion_tokens":)" + std::to_string(output_tokens) +
         R"(,"total_tokens":)" + std::to_string(64 + output_tokens) +
         R"(,"prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0}})";
}

std::string Head(std::string_view status, std::string_view type) {
  return "HTTP/1.1 " + std::string(status) + "\r\nContent-Type: " + std::string(type) +
         "\r\nx-request-id: req_mock\r\nx-ratelimit-limit-requests: 10000\r\n"
         "x-ratelimit-remaining-requests: 9999\r\nx-ratelimit-reset-requests: 6ms\r\n";
}

std::string WithLength(std::string head, std::string_view body) {
  head += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  return head.append(body);
}

}  // namespace

std::string OwnText(std::string_view body) {
  const size_t at = body.find("own-");
  const size_t end = at == std::string_view::npos ? at : body.find('.', at);
  return end == std::string_view::npos ? "" : std::string(body.substr(at, end + 1 - at));
}

MockScript MockScript::Of(std::string_view body) {
  MockScript script;
  script.stream = body.find("\"stream\":true") != std::string_view::npos ||
                  body.find("\"stream\": true") != std::string_view::npos;
  size_t at = body.find(kMark);
  if (at == std::string_view::npos) return script;
  at += kMark.size();
  while (at < body.size() && body[at] != '"') {
    const char key = body[at++];
    int value = 0;
    const auto [end, failed] = std::from_chars(body.data() + at, body.data() + body.size(), value);
    if (failed != std::errc()) break;
    at = static_cast<size_t>(end - body.data()) + (*end == '-' ? 1 : 0);
    switch (key) {
      case 'b':
        script.answer_bytes = value;
        break;
      case 'c':
        script.chunks = value;
        break;
      case 'i':
        script.interval = std::chrono::microseconds(value);
        break;
      case 'd':
        script.delay = std::chrono::microseconds(value);
        break;
      case 'r':
        script.random_delay = std::chrono::microseconds(value);
        break;
      case 'f':
        script.failures = value;
        break;
      case 'k':
        script.cuts = value;
        break;
      case 'e':
        if (value != 0) script.own_text = OwnText(body);
        break;
      default:
        break;
    }
  }
  return script;
}

std::string UnaryAnswer(const MockScript& script) {
  const std::string body =
      R"({"id":"chatcmpl-mock0123456789012345678901","object":"chat.completion",)"
      R"("created":1750000000,"model":"gpt-4.1-mini-2025-04-14","choices":[{"index":0,)"
      R"("message":{"role":"assistant","content":")" +
      (script.own_text.empty() ? std::string(static_cast<size_t>(script.answer_bytes), 'x')
                               : script.own_text) +
      R"(","refusal":null,"annotations":[]},"logprobs":null,"finish_reason":"stop"}],"usage":)" +
      Usage(script.answer_bytes / 4) + R"(,"service_tier":"default"})";
  return WithLength(Head("200 OK", "application/json"), body);
}

std::string FailureAnswer() {
  return WithLength(Head("503 Service Unavailable", "application/json"),
                    R"({"error":{"message":"mock failure","type":"server_error","code":null}})");
}

std::string StreamHead() {
  return Head("200 OK", "text/event-stream") + "Transfer-Encoding: chunked\r\n\r\n";
}

std::string StreamChunk(std::string_view text) {
  return Chunked(Event(R"([{"index":0,"delta":{"content":")" + std::string(text) +
                           R"("},"logprobs":null,"finish_reason":null}])",
                       "null"));
}

const std::string& StreamEnd() {
  static const std::string end =
      Chunked(Event(R"([{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}])", "null")) +
      Chunked(Event("[]", Usage(100))) + Chunked("data: [DONE]\n\n") + "0\r\n\r\n";
  return end;
}

}  // namespace inferwire::bench
