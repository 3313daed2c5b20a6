#include "wav.h"

#include <cstdint>

#include "output.h"

namespace inferwire::cli {
namespace {

constexpr uint32_t kRate = 24'000;
constexpr uint16_t kBits = 16;
constexpr size_t kHead = 44, kChunkHead = 8, kFormat = 16;

void Append(std::string& to, uint64_t number, int bytes) {
  for (int i = 0; i < bytes; ++i) to.push_back(static_cast<char>(number >> (8 * i)));
}

uint32_t NumberAt(std::string_view bytes, size_t at, size_t size) {
  uint32_t number = 0;
  for (size_t i = size; i > 0; --i) {
    number = number << 8 | static_cast<unsigned char>(bytes[at + i - 1]);
  }
  return number;
}

std::string Head(size_t bytes) {
  std::string head = "RIFF";
  Append(head, kHead - kChunkHead + bytes, 4);
  head += "WAVEfmt ";
  Append(head, kFormat, 4);
  Append(head, 1, 2);  // samples as they are
  Append(head, 1, 2);  // one channel
  Append(head, kRate, 4);
  Append(head, kRate * kBits / 8, 4);
  Append(head, kBits / 8, 2);
  Append(head, kBits, 2);
  head += "data";
  Append(head, bytes, 4);
  return head;
}

bool IsSpeech(std::string_view format) {
  return format.size() >= kFormat && NumberAt(format, 0, 2) == 1 && NumberAt(format, 2, 2) == 1 &&
         NumberAt(format, 4, 4) == kRate && NumberAt(format, 14, 2) == kBits;
}

}  // namespace

client::Result<std::string> SpeechOf(std::string_view file, std::string_view name) {
  if (!file.starts_with("RIFF") || !file.substr(kChunkHead).starts_with("WAVE")) {
    return std::string(file);
  }
  bool good = false;
  for (std::string_view rest = file.substr(kChunkHead + 4); rest.size() >= kChunkHead;) {
    const size_t size = NumberAt(rest, 4, 4);
    const std::string_view chunk = rest.substr(kChunkHead, size);
    if (rest.starts_with("fmt ")) good = IsSpeech(chunk);
    if (rest.starts_with("data") && good) return std::string(chunk);
    if (rest.starts_with("data") || size > rest.size() - kChunkHead) break;
    rest.remove_prefix(kChunkHead + chunk.size());
    if (size % 2 == 1 && !rest.empty()) rest.remove_prefix(1);  // chunks begin at even places
  }
  return UsageError(std::string(name) +
                    ": must be a WAV file with 24 kHz, 16 bits and one channel");
}

client::Result<void> WavFile::Open(const std::string& name) {
  if (name.empty()) return {};
  file_.open(name, std::ios::binary | std::ios::trunc);
  if (!file_ || !(file_ << Head(0))) return UsageError("cannot write " + name);
  return {};
}

bool WavFile::Append(std::string_view samples) {
  bytes_ += samples.size();
  return file_.write(samples.data(), static_cast<std::streamsize>(samples.size())).good();
}

bool WavFile::Close() {
  if (!is_open()) return true;
  file_.seekp(0);
  file_ << Head(bytes_);
  file_.close();
  return file_.good();
}

}  // namespace inferwire::cli
