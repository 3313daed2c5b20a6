#include "simulator/sound.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace inferwire::simulator {
namespace {

constexpr int64_t kSampleRate = 24'000;
constexpr double kPitch = 440;
// MPEG 2, layer III, 160 kbit/s at 24 kHz, mono: 480 bytes of 24 ms each.
constexpr std::string_view kMp3Frame("\xFF\xF3\xE4\xC4", 4);
constexpr int64_t kMp3FrameBytes = 480, kMp3FrameMilliseconds = 24;
constexpr int64_t kOtherBytesPerSecond = 8000;

constexpr std::pair<std::string_view, SoundFormat> kFormats[] = {
    {"mp3", SoundFormat::kMp3},   {"opus", SoundFormat::kOpus}, {"aac", SoundFormat::kAac},
    {"flac", SoundFormat::kFlac}, {"wav", SoundFormat::kWav},   {"pcm", SoundFormat::kPcm}};

std::string LittleEndian(int64_t number, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(number >> (8 * i) & 255);
  return out;
}

std::string WavHead(int64_t data_bytes) {
  return "RIFF" + LittleEndian(36 + data_bytes, 4) + "WAVEfmt " + LittleEndian(16, 4) +
         LittleEndian(1, 2) +  // PCM
         LittleEndian(1, 2) +  // mono
         LittleEndian(kSampleRate, 4) + LittleEndian(2 * kSampleRate, 4) + LittleEndian(2, 2) +
         LittleEndian(16, 2) + "data" + LittleEndian(data_bytes, 4);
}

}  // namespace

std::optional<SoundFormat> SoundFormatOf(std::string_view name) {
  for (const auto& [known, format] : kFormats) {
    if (known == name) return format;
  }
  return std::nullopt;
}

std::string_view ContentTypeOf(SoundFormat format) {
  constexpr std::string_view kTypes[] = {"audio/mpeg", "audio/ogg", "audio/aac",
                                         "audio/flac", "audio/wav", "audio/pcm"};
  return kTypes[static_cast<size_t>(format)];
}

Sound::Sound(SoundFormat format, int64_t milliseconds, int64_t min_bytes) : format_(format) {
  const int64_t samples = 2 * (kSampleRate * milliseconds / 1000);
  const int64_t wanted = std::max(samples, (min_bytes + 1) / 2 * 2);
  switch (format) {
    case SoundFormat::kWav:
      head_ = WavHead(wanted);
      [[fallthrough]];
    case SoundFormat::kPcm:
      size_ = static_cast<int64_t>(head_.size()) + wanted;
      return;
    case SoundFormat::kMp3: {
      const int64_t bytes = std::max(milliseconds * kMp3FrameBytes / kMp3FrameMilliseconds,
                                     std::max<int64_t>(1, min_bytes));
      size_ = (bytes + kMp3FrameBytes - 1) / kMp3FrameBytes * kMp3FrameBytes;
      return;
    }
    case SoundFormat::kOpus:
      head_ = "OggS";
      break;
    case SoundFormat::kAac:
      head_ = "\xFF\xF1";
      break;
    case SoundFormat::kFlac:
      head_ = "fLaC";
      break;
  }
  const int64_t bytes = std::max(milliseconds * kOtherBytesPerSecond / 1000, min_bytes);
  size_ = static_cast<int64_t>(head_.size()) + bytes;
}

char Sound::ByteAt(int64_t at) const {
  if (at < static_cast<int64_t>(head_.size())) return head_[static_cast<size_t>(at)];
  at -= static_cast<int64_t>(head_.size());
  if (format_ == SoundFormat::kMp3) {
    const auto in_frame = static_cast<size_t>(at % kMp3FrameBytes);
    return in_frame < kMp3Frame.size() ? kMp3Frame[in_frame] : '\0';
  }
  if (format_ != SoundFormat::kWav && format_ != SoundFormat::kPcm) {
    return static_cast<char>(at * 31 & 127);
  }
  const double phase = 2 * std::numbers::pi * kPitch * static_cast<double>(at / 2) / kSampleRate;
  const auto sample = static_cast<int16_t>(8000 * std::sin(phase));
  return static_cast<char>(at % 2 == 0 ? sample & 255 : sample >> 8);
}

std::string Sound::Read(int64_t at, size_t count) const {
  const int64_t end = std::min(size_, at + static_cast<int64_t>(count));
  std::string bytes;
  bytes.reserve(count);
  for (; at < end; ++at) bytes += ByteAt(at);
  return bytes;
}

}  // namespace inferwire::simulator
