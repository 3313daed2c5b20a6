// data: URLs with base64 (RFC 2397), as OpenAI takes images and files.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace inferwire::codec {

struct DataUrl {
  std::string media_type;
  std::string data;
};

// A media type that can stand in a data: URL: printable ASCII, not empty, no comma, no quote and no
// backslash.
bool IsMediaType(std::string_view text);

void AppendDataUrl(std::string& out, std::string_view media_type, std::string_view data);

// Nothing unless AppendDataUrl gives the same text again.
std::optional<DataUrl> ParseDataUrl(std::string_view url);

}  // namespace inferwire::codec
