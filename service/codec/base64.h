// Base64 (RFC 4648, section 4) in its one canonical form: padded, no white space, unused bits zero.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace inferwire::codec {

void AppendBase64(std::string& out, std::string_view bytes);

// Nothing unless encoding the result gives the same text again.
std::optional<std::string> DecodeBase64(std::string_view text);
// The same in the letters of URLs (section 5) and without padding, as JSON Web Tokens have it.
std::optional<std::string> DecodeBase64Url(std::string_view text);

// A text that comes in pieces.
class Base64Reader {
 public:
  // Appends the bytes that are complete. False: no rest can make it base64, and nothing of the
  // piece is of use.
  bool Read(std::string_view piece, std::string& out);
  // It may end here.
  bool whole() const { return left_.empty(); }

 private:
  bool ReadGroups(std::string_view groups, std::string& out);

  std::string left_;  // less than four letters
  bool padded_ = false;
};

}  // namespace inferwire::codec
