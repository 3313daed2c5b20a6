// Streamed responses: see Client::StreamResponse.
//
//   auto stream = client.StreamResponse("Why is the sky blue?");
//   for (const ResponseStreamEvent& event : stream) std::cout << event.text();
//   if (auto status = stream.status(); !status) std::cerr << Describe(status.error());
//
// The stream of a response with params.background goes on by itself where it broke: the loop sees
// every event once. Any other one cannot be gone on with, and its break is its end.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "inferwire/client/stream.h"
#include "inferwire/v1/responses_service.pb.h"

namespace inferwire::client {

// One event of a streamed response.
struct ResponseStreamEvent {
  v1::StreamResponseResponse message;

  // What this event adds to the answer's text; empty for all other events.
  std::string_view text() const;
};

struct ResumeOptions {
  // How often a stream that broke goes on without an event in between; 0: never.
  int max_resumes = 3;
  // The pause before it does, doubled each time, up to 30 s.
  std::chrono::milliseconds first_pause = std::chrono::milliseconds(500);
};

class [[nodiscard]] ResponseStream : public MessageStream<ResponseStreamEvent> {
 public:
  class Source;
  explicit ResponseStream(std::unique_ptr<Source> source);

  // --- What the events so far say. ---
  // Their texts, joined.
  const std::string& text() const;
  // As the last event had it that carried one: after the loop the final response.
  const v1::Response& response() const;
  // Empty before the first event.
  const std::string& response_id() const;
  std::optional<std::int64_t> last_sequence_number() const;
  // For Client::StreamResponse, to go on behind the last event: of background responses. May be
  // kept and used by another process.
  v1::ResponseResumption resumption() const;

 private:
  explicit ResponseStream(Source* source);

  Source* source_;  // the base's, which keeps its place when the stream is moved
};

// The whole text of the answer, read to the end.
Result<std::string> ReadText(ResponseStream stream);

}  // namespace inferwire::client
