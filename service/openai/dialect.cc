#include "openai/dialect.h"

namespace llmgate::openai {
namespace {

constexpr Dialect kDialects[] = {
    // Obfuscation pads every chunk against traffic analysis of the encrypted leg; between the
    // upstream and the gateway it only costs bytes.
    {"openai",
     R"("stream":true,"stream_options":{"include_usage":true,"include_obfuscation":false})", true},
    // Many servers refuse members they do not know, and some never give a finish reason.
    {"compatible", R"("stream":true,"stream_options":{"include_usage":true})", false},
};

}  // namespace

const Dialect* FindDialect(std::string_view name) {
  for (const Dialect& dialect : kDialects) {
    if (dialect.name == name) return &dialect;
  }
  return nullptr;
}

}  // namespace llmgate::openai
