// Whatever an upstream answers becomes an Error within bounds, and no key comes out of it. Input: a
// status and words (after_output, callers_key, untyped), headers, an empty line, the body.
#include <array>
#include <cctype>
#include <string>

#include "fuzz/error_check.h"
#include "fuzz/http_text.h"
#include "fuzz/input.h"
#include "fuzz/require.h"
#include "openai/error.h"
#include "openai/error_table.h"
#include "openai/rate_limit_headers.h"

namespace inferwire::fuzz {
namespace {

const WallTime kNow = std::chrono::sys_days(std::chrono::year(2026) / 9 / 1);

// What must not be seen of any of these.
constexpr std::string_view kMark = "QZXW";
constexpr std::array<std::string_view, 9> kSecrets = {
    "sk-QZXW",        "sk-proj-QZXW4f9Ab_c-2dEf", "org-QZXW12ab", "proj_QZXW12ab", "gsk_QZXW12ab34",
    "Bearer QZXWabc", "api_key=QZXWabc",          "AIzaQZXWabc",  "hf_QZXWabcdef"};

void CheckMapped(const Error& error, bool marked) {
  CheckError(error);
  CheckBounds(error);
  Require(error.code == openai::CodeOf(error.reason), "the code goes with the reason");
  Require(error.origin == openai::OriginOf(error.reason), "the origin goes with the reason");
  if (!marked) return;
  for (const std::string& text : TextsOf(error)) {
    Require(text.find(kMark) == std::string::npos, "no key is shown", text);
  }
}

void Map(int status, const http::Headers& headers, std::string_view body,
         const openai::Attempt& attempt, bool marked) {
  const Error error = openai::FromStatus(status, headers, body, attempt, kNow);
  CheckMapped(error, marked);
  if (attempt.output_began) {
    Require(!error.safe_to_retry && !error.retry_after, "nothing is repeated after output");
  }
  if (const auto found = openai::FromBody(body, headers, attempt, kNow)) {
    CheckMapped(*found, marked);
  }
}

// The text with a secret in it, as a word of its own.
std::string Plant(std::string_view text, std::string_view secret, size_t at) {
  const bool inside = at > 0 && std::isalnum(static_cast<unsigned char>(text[at - 1]));
  // These are known by their first letters, so they begin what the scrubber takes for a word.
  const bool apart = !secret.starts_with("sk-") && !secret.starts_with("org-");
  std::string planted(text.substr(0, at));
  if (inside || apart) planted += ' ';
  return planted.append(secret).append(" ").append(text.substr(at));
}

}  // namespace

void Run(Input input) {
  auto choices = input.Choices();
  const std::string_view line = input.Line();
  const int status = 300 + static_cast<int>(static_cast<unsigned>(NumberOr(line, 400)) % 300);
  http::Headers headers = TakeHeaders(input);
  const std::string_view body = input.Rest();

  openai::Attempt attempt;
  attempt.upstream = "up";
  attempt.model = "gpt-4.1-mini";
  attempt.output_began = line.find("after_output") != std::string_view::npos;
  attempt.caller_supplied_key = line.find("callers_key") != std::string_view::npos;
  if (line.find("untyped") == std::string_view::npos) attempt.fields = &openai::kChatParams;
  attempt.upstream_request_id = openai::RequestId(headers);
  Map(status, headers, body, attempt, false);

  if (line.find(kMark) != std::string_view::npos || body.find(kMark) != std::string_view::npos) {
    return;
  }
  for (const auto& [name, value] : headers) {
    if (value.find(kMark) != std::string::npos) return;
  }
  const std::string_view secret = kSecrets[choices() % kSecrets.size()];
  headers.Add("x-request-id", secret);
  attempt.upstream_request_id.clear();
  Map(status, headers, Plant(body, secret, choices() % (body.size() + 1)), attempt, true);
}

}  // namespace inferwire::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  inferwire::fuzz::Run({data, size});
  return 0;
}
