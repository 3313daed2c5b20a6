// Everything an upstream can answer or fail with -> Error. Pure; the table is in proto/README.md.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"
#include "base/secret.h"
#include "http/headers.h"
#include "http/transport.h"
#include "openai/param_path.h"

namespace inferwire::openai {

// What the gateway knows of the attempt; goes into ErrorInfo.metadata.
struct Attempt {
  std::string upstream;             // configured name
  std::string model;                // as sent upstream
  int number = 1;                   // attempts made so far
  bool output_began = false;        // a part of the answer reached the caller
  std::string upstream_request_id;  // empty: none
  bool caller_supplied_key = false;
  std::shared_ptr<const Secret> key;      // that was sent: never in an error's texts; null: none
  const RequestFields* fields = nullptr;  // of the caller's request; null: it has no typed ones
};

// An HTTP answer that is not 2xx.
Error FromStatus(int status, const http::Headers& headers, std::string_view body,
                 const Attempt& attempt, WallTime now);

// An error object in a 200 answer or in a stream's event, if the JSON has one in any of the
// providers' shapes: {"error": {...}} or {"error": "..."}, also beside choices, or an error in
// every choice. Nothing: the JSON is no error.
std::optional<Error> FromBody(std::string_view json, const http::Headers& headers,
                              const Attempt& attempt, WallTime now);

// The same for a JSON object that holds nothing of a completion: then a code and a message, a
// detail, or "success": false are an error too.
std::optional<Error> FromHollow(std::string_view json, const http::Headers& headers,
                                const Attempt& attempt, WallTime now);

// 200 with a body that is no completion: the error that it tells of in any form, or
// UPSTREAM_PROTOCOL with `what` is wrong and the little that a page or a short text says.
Error NoAnswer(std::string_view body, std::string_view what, const http::Headers& headers,
               const Attempt& attempt, WallTime now);

// A stream's event of the type "error", whatever its data.
Error FromErrorEvent(std::string_view data, const http::Headers& headers, const Attempt& attempt,
                     WallTime now);

// The transfer failed before or after it got an answer.
Error FromTransfer(const http::Outcome& outcome, const Attempt& attempt);

// Ours: no first byte, or no further byte, within the configured time.
Error AttemptTimeout(std::string_view phase, std::chrono::milliseconds limit,
                     const Attempt& attempt);
// 200 with a body that is not what it should be.
Error Protocol(std::string_view what, const Attempt& attempt);
// 200 with more than the gateway takes.
Error TooLarge(std::string_view what, const Attempt& attempt);
// A stream that stopped before its proper end.
Error Truncated(std::string_view what, const Attempt& attempt);
// The caller's deadline, or the server's default for a caller that set none.
Error DeadlineExceeded(std::string_view what, const Attempt& attempt);
Error Cancelled(const Attempt& attempt);

// A text from upstream made fit for an error message: keys, tokens, organisation ids and URL
// queries replaced, control characters and invalid UTF-8 replaced, cut to max_bytes at a character.
std::string Scrub(std::string_view text, size_t max_bytes = 512);

}  // namespace inferwire::openai
