// Audio of realtime sessions: 24 kHz, 16 bits, one channel, little-endian.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace inferwire::simulator {

inline constexpr size_t kAudioBytesPerMs = 48;

// A tone of so many bytes that goes on from this byte.
std::string Tone(size_t from_byte, size_t bytes);

// Where speech begins and ends, by its energy: half a second of silence ends it.
class VoiceDetector {
 public:
  enum class Change { kNone, kStarted, kStopped };
  // Reads the next 20 ms at most from the front of the bytes.
  Change Read(std::string_view& bytes);
  int64_t position_ms() const { return position_ms_; }

 private:
  static constexpr int64_t kStepMs = 20, kSilenceMs = 500;
  int64_t position_ms_ = 0, silent_ms_ = 0;
  bool speaks_ = false;
};

}  // namespace inferwire::simulator
