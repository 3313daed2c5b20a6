// Whatever a caller writes into the headers of a call: what is kept is bounded, and what gRPC's
// texts say is what they said. Input: lines of "name value".
#include <cstdint>
#include <string>
#include <string_view>

#include "fuzz/require.h"
#include "rpc/http2/grpc_text.h"
#include "rpc/http2/request_headers.h"

namespace inferwire::fuzz {
namespace {

constexpr size_t kMost = 2000;

void CheckTexts(std::string_view text) {
  using namespace rpc::http2;
  const std::string encoded = Base64Encode(text);
  Require(Base64Decode(encoded) == text, "base64 is undone", text);
  for (const char c : PercentEncode(text)) Require(c >= 0x20 && c < 0x7f, "it is printable", text);
  if (const auto timeout = ParseTimeout(text)) {
    Require(*timeout >= Duration::zero(), "a timeout is not negative", text);
  }
}

void Check(std::string_view input) {
  rpc::http2::RequestHeaders headers(kMost);
  std::string last;
  while (!input.empty()) {
    const std::string_view line = input.substr(0, input.find('\n'));
    input.remove_prefix(std::min(input.size(), line.size() + 1));
    if (line.find('\0') != std::string_view::npos) continue;  // HTTP/2 has none
    const size_t space = std::min(line.find(' '), line.size());
    last = line.substr(0, space);
    if (last.empty()) continue;
    const std::string_view value = line.substr(std::min(space + 1, line.size()));
    headers.Take(last, value);
    CheckTexts(value);
  }
  const bool refused = headers.Refusal().has_value();
  Require(headers.Value(last).size() <= kMost, "what is kept is bounded", last);
  Require(headers.path().size() <= kMost, "so is the path", last);
  Require(!refused || !headers.Refusal()->ok(), "a refusal is an error", last);
}

}  // namespace
}  // namespace inferwire::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  inferwire::fuzz::Check({reinterpret_cast<const char*>(data), size});
  return 0;
}
