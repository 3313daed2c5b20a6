#include "hostile/wire_text.h"

#include "support/scripted_server.h"

namespace inferwire::e2e::hostile {
namespace {

constexpr std::string_view kChunkStart =
    R"({"id":"c1","object":"chat.completion.chunk","created":1,"model":"m1","choices":)";

std::string Text(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const std::string_view part : parts) text += part;
  return text;
}

}  // namespace

std::string Head(std::string_view type, std::string_view more_headers, std::string_view status) {
  std::string head = Text({"HTTP/1.1 ", status, "\r\nConnection: close\r\n"});
  if (!type.empty()) head += Text({"Content-Type: ", type, "\r\n"});
  return Text({head, more_headers, "\r\n"});
}

std::string WithLength(std::string_view type, std::string_view body, std::string_view status,
                       std::string_view more_headers) {
  const std::string length = "Content-Length: " + std::to_string(body.size()) + "\r\n";
  return Text({Head(type, length + std::string(more_headers), status), body});
}

std::string ChunkedCut(std::string_view type, std::string_view body) {
  return Head(type, "Transfer-Encoding: chunked\r\n") + (body.empty() ? "" : http::Chunk(body));
}

std::string Chunked(std::string_view type, std::string_view body) {
  return ChunkedCut(type, body) + std::string(http::kLastChunk);
}

std::string Completion(std::string_view content_json) {
  return Text({R"({"id":"c1","object":"chat.completion","created":1,"model":"m1","choices":[{)"
               R"("index":0,"message":{"role":"assistant","content":")",
               content_json,
               R"("},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":2,)"
               R"("total_tokens":5}})"});
}

std::string FullCompletion() {
  return R"({"id":"c1","object":"chat.completion","created":1,"model":"m1","service_tier":"default",
    "system_fingerprint":"fp","metadata":{"k":"v"},"moderation":{"flagged":false},"choices":[{
    "index":0,"finish_reason":"tool_calls","logprobs":{"content":[{"token":"a","logprob":-0.5,
    "bytes":[97],"top_logprobs":[{"token":"b","logprob":-1.5,"bytes":[98]}]}],"refusal":[]},
    "message":{"role":"assistant","content":"kept","refusal":"no","reasoning_content":"why",
    "name":"n","annotations":[{"type":"url_citation"}],
    "audio":{"id":"a1","data":"AAAA","transcript":"t","expires_at":9},
    "tool_calls":[{"id":"t1","type":"function","function":{"name":"f","arguments":"{}"}},
    {"id":"t2","type":"custom","custom":{"name":"g","input":"i"}}]}}],
    "usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5,
    "prompt_tokens_details":{"cached_tokens":1,"cache_write_tokens":1,"audio_tokens":0,
    "text_tokens":2,"image_tokens":0},"completion_tokens_details":{"reasoning_tokens":1,
    "audio_tokens":0,"text_tokens":1,"accepted_prediction_tokens":0,
    "rejected_prediction_tokens":0}}})";
}

std::string Event(std::string_view data) { return Text({"data: ", data, "\n\n"}); }

std::string DeltaJson(std::string_view content_json) {
  return Text({kChunkStart, R"([{"index":0,"delta":{"content":")", content_json,
               R"("},"finish_reason":null}]})"});
}

std::string Delta(std::string_view content_json) { return Event(DeltaJson(content_json)); }

std::string Finish(std::string_view reason_json) {
  return Event(
      Text({kChunkStart, R"([{"index":0,"delta":{},"finish_reason":)", reason_json, "}]}"}));
}

std::string Usage() {
  return Event(Text(
      {kChunkStart, R"([],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}})"}));
}

std::string FullChunk() {
  return R"({"id":"c1","object":"chat.completion.chunk","created":1,"model":"m1",)"
         R"("service_tier":"default","system_fingerprint":"fp","moderation":{"flagged":false},)"
         R"("choices":[{"index":0,"finish_reason":null,"logprobs":{"content":[{"token":"a",)"
         R"("logprob":-0.5,"bytes":[97],"top_logprobs":[]}],"refusal":[]},"delta":{)"
         R"("role":"assistant","content":"kept","refusal":"no","reasoning_content":"why"}}],)"
         R"("usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5,)"
         R"("prompt_tokens_details":{"cached_tokens":1},)"
         R"("completion_tokens_details":{"reasoning_tokens":1}}})";
}

std::string FullToolChunk() {
  return R"({"id":"c1","object":"chat.completion.chunk","created":1,"model":"m1","choices":[{)"
         R"("index":0,"finish_reason":null,"delta":{"role":"assistant","content":null,)"
         R"("tool_calls":[{"index":0,"id":"t1","type":"function","function":{"name":"f",)"
         R"("arguments":"{}"}},{"index":1,"id":"t2","type":"custom","custom":{"name":"g",)"
         R"("input":"i"}}]}}]})";
}

std::string ReplaceAll(std::string text, std::string_view from, std::string_view to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at)) {
    text.replace(at, from.size(), to);
    at += to.size();
  }
  return text;
}

std::string Repeat(std::string_view text, size_t times) {
  std::string all;
  all.reserve(text.size() * times);
  for (size_t i = 0; i < times; ++i) all += text;
  return all;
}

}  // namespace inferwire::e2e::hostile
