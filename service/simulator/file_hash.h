// The SHA-256 of what has been uploaded, by which a lost byte is seen.
#pragma once

#include <string>

#include "base/sha256.h"
#include "simulator/content.h"

namespace inferwire::simulator {

inline std::string HexHashOf(const Content& content) {
  constexpr size_t kPiece = 256 << 10;
  Sha256 hash;
  for (int64_t at = 0; at < content.size();) {
    const std::string bytes = content.Read(at, kPiece);
    if (bytes.empty()) break;  // the disk failed
    hash.Add(bytes);
    at += static_cast<int64_t>(bytes.size());
  }
  return hash.Hex();
}

}  // namespace inferwire::simulator
