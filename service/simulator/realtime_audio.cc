#include "simulator/realtime_audio.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numbers>

namespace inferwire::simulator {
namespace {

constexpr double kRate = 24'000, kPitch = 440, kLoudness = 8'000;
constexpr int64_t kLoud = 500;  // mean of a step that is speech

int16_t SampleAt(std::string_view bytes, size_t at) {
  return static_cast<int16_t>(static_cast<unsigned char>(bytes[at]) |
                              static_cast<unsigned char>(bytes[at + 1]) << 8);
}

}  // namespace

std::string Tone(size_t from_byte, size_t bytes) {
  std::string audio(bytes / 2 * 2, '\0');
  for (size_t i = 0; i + 1 < audio.size(); i += 2) {
    const auto at = static_cast<double>((from_byte + i) / 2);
    const auto sample = static_cast<uint16_t>(
        static_cast<int16_t>(kLoudness * std::sin(2 * std::numbers::pi * kPitch * at / kRate)));
    audio[i] = static_cast<char>(sample & 0xff);
    audio[i + 1] = static_cast<char>(sample >> 8);
  }
  return audio;
}

VoiceDetector::Change VoiceDetector::Read(std::string_view& bytes) {
  const std::string_view step = bytes.substr(0, kStepMs * kAudioBytesPerMs);
  bytes.remove_prefix(step.size());
  position_ms_ += kStepMs;
  int64_t sum = 0;
  for (size_t i = 0; i + 1 < step.size(); i += 2) sum += std::abs(int{SampleAt(step, i)});
  const bool loud = sum > kLoud * static_cast<int64_t>(step.size() / 2);
  silent_ms_ = loud ? 0 : silent_ms_ + kStepMs;
  if (loud && !speaks_) {
    speaks_ = true;
    return Change::kStarted;
  }
  if (speaks_ && silent_ms_ >= kSilenceMs) {
    speaks_ = false;
    return Change::kStopped;
  }
  return Change::kNone;
}

}  // namespace inferwire::simulator
