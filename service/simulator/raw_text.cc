#include "simulator/raw_text.h"

namespace inferwire::simulator {

void InsertRaw(const Behavior& behavior, std::string& bytes) {
  if (!behavior.lone_surrogate && !behavior.invalid_utf8) return;
  for (size_t at = 0; (at = bytes.find(kRawMarker, at)) != std::string::npos;) {
    bytes.replace(at, kRawMarker.size(), behavior.lone_surrogate ? "\\ud83d" : "\xff\xfe");
  }
}

}  // namespace inferwire::simulator
