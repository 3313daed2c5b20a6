// Sound of a length: what a voice would say, without the voice.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace inferwire::simulator {

enum class SoundFormat { kMp3, kOpus, kAac, kFlac, kWav, kPcm };

std::optional<SoundFormat> SoundFormatOf(std::string_view name);
std::string_view ContentTypeOf(SoundFormat format);

// Any part of it can be made alone. wav and pcm are a sine of 24 kHz samples, mp3 is silent frames,
// the others look like theirs at the beginning.
class Sound {
 public:
  Sound(SoundFormat format, int64_t milliseconds, int64_t min_bytes);

  int64_t size() const { return size_; }
  std::string Read(int64_t at, size_t count) const;

 private:
  char ByteAt(int64_t at) const;

  const SoundFormat format_;
  int64_t size_ = 0;
  std::string head_;
};

}  // namespace inferwire::simulator
