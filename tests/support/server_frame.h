// A server's frames of a WebSocket, which are not masked, and what a test reads of a client's.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace inferwire::http {

// first: the first byte (0x81: a whole text).
inline std::string ServerFrame(uint8_t first, std::string_view payload) {
  std::string frame(1, static_cast<char>(first));
  const size_t size = payload.size();
  const size_t more = size < 126 ? 0 : size <= 0xffff ? 2 : 8;
  frame.push_back(static_cast<char>(more == 0 ? size : more == 2 ? 126 : 127));
  for (size_t i = more; i-- > 0;) frame.push_back(static_cast<char>(size >> (8 * i) & 0xff));
  return frame.append(payload);
}

inline std::string ServerText(std::string_view text) { return ServerFrame(0x81, text); }

inline std::string ServerClose(uint16_t code, std::string_view reason = "") {
  std::string payload{static_cast<char>(code >> 8), static_cast<char>(code & 0xff)};
  return ServerFrame(0x88, payload.append(reason));
}

}  // namespace inferwire::http
