// Of a raw call only what is meant to pass reaches the other side: headers, addresses, errors.
// Input: method and path, lines "content-type:", "query:" and "upstream:", an empty line; then a
// status, headers, an empty line and the body of the answer.
#include <algorithm>
#include <array>
#include <string>

#include "config/raw.h"
#include "fuzz/error_check.h"
#include "fuzz/http_text.h"
#include "fuzz/message_check.h"
#include "fuzz/raw_world.h"
#include "fuzz/require.h"

namespace inferwire::fuzz {
namespace {

constexpr std::array<std::string_view, 7> kSent = {
    "user-agent",    "openai-organization", "openai-project", "x-client-request-id",
    "authorization", "content-type",        "accept"};

// What an upstream may set and a caller must not see (DIALECTS: sessions and accounts).
constexpr std::string_view kMark = "QZXW";
constexpr std::array<std::string_view, 6> kWithheld = {"set-cookie",     "openai-organization",
                                                       "openai-project", "x-databricks-org-id",
                                                       "server",         "authorization"};

void CheckRequest(const http::Request& request) {
  Require(request.url.starts_with(std::string(kBaseUrl) + "/"), "the address is below the base",
          request.url);
  Require(std::all_of(request.url.begin(), request.url.end(),
                      [](char c) { return c > 0x20 && c < 0x7f && c != '#' && c != '\\'; }),
          "the address is one word", request.url);
  Require(request.url.find("/..") == std::string::npos, "no step upwards", request.url);
  http::Headers seen;
  for (const std::string& line : request.headers) {
    const size_t colon = line.find(": ");
    Require(colon != std::string::npos && http::IsSafeHeaderValue(line), "one line each", line);
    const std::string name = line.substr(0, colon);
    http::Headers lower;
    lower.Add(name, "");
    const std::string_view known = (*lower.begin()).name;
    Require(std::find(kSent.begin(), kSent.end(), known) != kSent.end(), "a known header", line);
    Require(!seen.Has(known), "a header is sent once", line);
    seen.Add(known, line.substr(colon + 2));
  }
  Require(seen.Get("authorization") == "Bearer " + std::string(kKey), "the key is the gateway's");
  Require(seen.Get("openai-organization") == kOrganization, "so is the organisation");
}

// Nothing of this may reach a caller.
void CheckSilent(const std::string& bytes, bool marked) {
  Require(bytes.find(kKey) == std::string::npos, "the gateway's key stays here");
  Require(bytes.find(kOrganization) == std::string::npos, "so does the organisation");
  Require(!marked || bytes.find(kMark) == std::string::npos, "withheld headers stay here");
}

// Plays the answer in pieces.
void Answer(http::PlayedTransfer& transfer, int status, const http::Headers& headers,
            std::string_view body, std::minstd_rand choices) {
  transfer.observer->OnHeaders(status, headers);
  while (!body.empty() && !transfer.over) {
    const size_t size = std::min<size_t>(1 + choices() % 64, body.size());
    transfer.observer->OnBody(body.substr(0, size));
    body.remove_prefix(size);
  }
  if (!transfer.over) http::FakeTransport::End(transfer);
}

void Call(Input input, bool stream) {
  const bool marked = input.Rest().find(kMark) == std::string_view::npos;
  const auto choices = input.Choices();
  v1::HttpCall call = TakeCall(input);
  const int status =
      200 + static_cast<int>(static_cast<unsigned>(NumberOr(input.Line(), 200)) % 400);
  http::Headers headers = TakeHeaders(input);
  for (const std::string_view name : kWithheld) headers.Add(name, kMark);

  RawWorld world;
  if (auto refused = world.Start(call, stream)) return CheckError(*refused);
  for (const auto& transfer : world.transport.transfers) {
    CheckRequest(transfer->request);
    Answer(*transfer, status, headers, input.Rest(), choices);
  }
  Require(world.observer.ended, "the call ends");
  if (world.observer.error) CheckError(*world.observer.error);
  for (const std::string& text :
       world.observer.error ? TextsOf(*world.observer.error) : std::vector<std::string>()) {
    CheckSilent(text, marked);
  }
  for (const std::string& message : world.observer.messages) CheckSilent(message, marked);
}

}  // namespace

void Run(const Input& input) {
  if (input.Rest().find(kKey) != std::string_view::npos ||
      input.Rest().find(kOrganization) != std::string_view::npos) {
    return;
  }
  Call(input, /*stream=*/false);
  Call(input, /*stream=*/true);
}

}  // namespace inferwire::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  inferwire::fuzz::Run({data, size});
  return 0;
}
