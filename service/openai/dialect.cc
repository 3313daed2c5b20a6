#include "openai/dialect.h"

namespace inferwire::openai {
namespace {

constexpr std::string_view kPlain = R"("stream":true)";
constexpr std::string_view kUsage = R"("stream":true,"stream_options":{"include_usage":true})";
// Obfuscation pads every chunk against traffic analysis of the encrypted leg; between the upstream
// and the gateway it only costs bytes.
constexpr std::string_view kUnpadded =
    R"("stream":true,"stream_options":{"include_usage":true,"include_obfuscation":false})";

constexpr std::string_view kBearer = "Authorization: Bearer ";
constexpr std::string_view kApiKey = "api-key: ";

constexpr std::string_view kRequestId = "x-request-id";

// clang-format off
constexpr Dialect kDialects[] = {
    // name        stream     only    needs   key      request id                deploy- base64  real-  bat-   billed
    //             members    max_t.  finish  header   header                    ments   embed.  time   ches
    {"openai",     kUnpadded, false,  true,   kBearer, kRequestId,               false, true,   true,  true,  true},
    {"azure",      kUsage,    false,  true,   kApiKey, kRequestId,               true,  true,   true,  false, true},
    {"openrouter", kUsage,    false,  true,   kBearer, "x-generation-id",        false, false,  false, false, true},
    {"groq",       kUsage,    false,  true,   kBearer, kRequestId,               false, false,  false, false, true},
    {"mistral",    kPlain,    true,   true,   kBearer, "mistral-correlation-id", false, false,  false, false, true},
    {"deepseek",   kUsage,    true,   true,   kBearer, "x-ds-trace-id",          false, false,  false, false, true},
    {"xai",        kUsage,    false,  true,   kBearer, kRequestId,               false, false,  false, false, true},
    {"together",   kUsage,    true,   true,   kBearer, kRequestId,               false, false,  false, false, true},
    {"vllm",       kUsage,    true,   true,   kBearer, kRequestId,               false, true,   false, false, false},
    {"llama.cpp",  kUsage,    true,   true,   kBearer, kRequestId,               false, true,   false, false, false},
    {"ollama",     kUsage,    true,   true,   kBearer, kRequestId,               false, false,  false, false, false},
    {"auto",       kUsage,    false,  false,  kBearer, kRequestId,               false, false,  true,  false, true},
};
// clang-format on

}  // namespace

std::span<const Dialect> Dialects() { return kDialects; }

const Dialect* FindDialect(std::string_view name) {
  for (const Dialect& dialect : kDialects) {
    if (dialect.name == name) return &dialect;
  }
  return nullptr;
}

}  // namespace inferwire::openai
