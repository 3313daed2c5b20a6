// codec_cost CASE ITERATIONS: one translation again and again, for a clock or an instruction
// counter.
#include <google/protobuf/arena.h>

#include <chrono>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <map>
#include <string>

#include "codec/decode.h"
#include "codec/encode.h"
#include "inferwire/v1/chat.pb.h"

namespace inferwire::bench {
namespace {

std::string Words(size_t bytes) {
  std::string text;
  while (text.size() < bytes)
    text += "the quick brown fox jumps over the lazy dog and \\\"rests\\\"\\n";
  text.resize(bytes / 64 * 64);
  while (text.ends_with('\\')) text.pop_back();
  return text;
}

std::string Answer() {
  return R"({"id":"chatcmpl-0123456789abcdefghijklmnopqrs","object":"chat.completion",)"
         R"("created":1750000000,"model":"gpt-4.1-mini-2025-04-14","choices":[{"index":0,)"
         R"("message":{"role":"assistant","content":")" +
         Words(512) +
         R"(","refusal":null,"annotations":[]},"logprobs":null,"finish_reason":"stop"}],)"
         R"("usage":{"prompt_tokens":64,"completion_tokens":120,"total_tokens":184,)"
         R"("prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0},)"
         R"("completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0,)"
         R"("accepted_prediction_tokens":0,"rejected_prediction_tokens":0}},)"
         R"("service_tier":"default","system_fingerprint":"fp_0123456789"})";
}

std::string Chunk() {
  return R"({"id":"chatcmpl-0123456789abcdefghijklmnopqrs","object":"chat.completion.chunk",)"
         R"("created":1750000000,"model":"gpt-4.1-mini-2025-04-14","service_tier":"default",)"
         R"("system_fingerprint":"fp_0123456789","choices":[{"index":0,"delta":{"content":" token"},)"
         R"("logprobs":null,"finish_reason":null}],"usage":null,"obfuscation":"abcdefgh"})";
}

std::string Prompt() {
  return R"({"model":"gpt-4.1-mini","messages":[{"role":"system","content":"Be brief."},)"
         R"({"role":"user","content":")" +
         Words(100 * 1024) + R"("}],"temperature":0.7,"max_completion_tokens":256})";
}

template <typename Message>
std::function<size_t()> Decoding(std::string json) {
  return [json = std::move(json)] {
    google::protobuf::Arena arena;
    auto* message = google::protobuf::Arena::CreateMessage<Message>(&arena);
    if (!codec::FromJson(json, *message)) std::abort();
    return static_cast<size_t>(message->ByteSizeLong());
  };
}

template <typename Message>
std::function<size_t()> Encoding(const std::string& json) {
  Message message;
  if (!codec::FromJson(json, message)) std::abort();
  return [message = std::move(message)] {
    std::string out;
    if (!codec::AppendJson(message, out)) std::abort();
    return out.size();
  };
}

const std::map<std::string, std::function<size_t()>>& Cases() {
  static const std::map<std::string, std::function<size_t()>> cases = {
      {"answer_decode", Decoding<v1::ChatCompletion>(Answer())},
      {"answer_encode", Encoding<v1::ChatCompletion>(Answer())},
      {"chunk_decode", Decoding<v1::ChatCompletionChunk>(Chunk())},
      {"chunk_encode", Encoding<v1::ChatCompletionChunk>(Chunk())},
      {"prompt_decode", Decoding<v1::ChatCompletionParams>(Prompt())},
      {"prompt_encode", Encoding<v1::ChatCompletionParams>(Prompt())},
  };
  return cases;
}

}  // namespace
}  // namespace inferwire::bench

// Prints the nanoseconds of one translation.
int main(int argc, char** argv) {
  const auto& cases = inferwire::bench::Cases();
  const auto found = argc == 3 ? cases.find(argv[1]) : cases.end();
  const long iterations = argc == 3 ? std::atol(argv[2]) : 0;
  if (found == cases.end() || iterations <= 0) {
    std::cerr << "usage: codec_cost CASE ITERATIONS\ncases:";
    for (const auto& [name, run] : cases) std::cerr << ' ' << name;
    std::cerr << '\n';
    return 2;
  }
  size_t bytes = 0;
  const auto begin = std::chrono::steady_clock::now();
  for (long i = 0; i < iterations; ++i) bytes += found->second();
  const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - begin;
  std::cout << took.count() / static_cast<double>(iterations) << '\n';
  return bytes == 0;
}
