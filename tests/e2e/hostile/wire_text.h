// HTTP answers and OpenAI JSON as text, to be spoilt by a test.
#pragma once

#include <string>
#include <string_view>

namespace inferwire::e2e::hostile {

inline constexpr std::string_view kJson = "application/json";
inline constexpr std::string_view kEvents = "text/event-stream";

// A status line and headers, the empty line included. The connection is not used again, so that no
// case meets what the one before has left. An empty type: no Content-Type.
std::string Head(std::string_view type, std::string_view more_headers = "",
                 std::string_view status = "200 OK");
std::string WithLength(std::string_view type, std::string_view body,
                       std::string_view status = "200 OK", std::string_view more_headers = "");
// Chunked encoding: whole, or without the chunk of size 0 that ends it.
std::string Chunked(std::string_view type, std::string_view body);
std::string ChunkedCut(std::string_view type, std::string_view body);

// A completion whose content is this JSON string's inside, and one with every typed member.
std::string Completion(std::string_view content_json);
std::string FullCompletion();

// One event of a stream.
std::string Event(std::string_view data);
std::string DeltaJson(std::string_view content_json);
std::string Delta(std::string_view content_json);
std::string Finish(std::string_view reason_json = R"("stop")");
std::string Usage();
inline constexpr std::string_view kDone = "data: [DONE]\n\n";
// Chunks with every typed member: of content and of a tool call.
std::string FullChunk();
std::string FullToolChunk();

// What the gateway makes of bytes that are no character.
inline constexpr std::string_view kReplaced = "\xEF\xBF\xBD";

// A literal, the NUL bytes in it included.
template <size_t N>
std::string Bytes(const char (&literal)[N]) {
  return std::string(literal, N - 1);
}

std::string ReplaceAll(std::string text, std::string_view from, std::string_view to);
std::string Repeat(std::string_view text, size_t times);

}  // namespace inferwire::e2e::hostile
