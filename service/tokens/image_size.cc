#include "tokens/image_size.h"

#include <algorithm>
#include <string>

#include "codec/base64.h"

namespace inferwire::tokens {
namespace {

using Bytes = std::string_view;
using Found = std::optional<ImageSize>;

// Segments before the size of a JPEG: a picture from a camera has a dozen.
constexpr int kMostSegments = 1024;
// Base64 that is decoded of a data: URL; a JPEG's size stands behind its preview picture.
constexpr size_t kMostBase64 = 256u << 10;

int64_t Byte(Bytes file, size_t at) { return static_cast<unsigned char>(file[at]); }
int64_t Big16(Bytes file, size_t at) { return Byte(file, at) << 8 | Byte(file, at + 1); }
int64_t Big32(Bytes file, size_t at) { return Big16(file, at) << 16 | Big16(file, at + 2); }
int64_t Little16(Bytes file, size_t at) { return Byte(file, at) | Byte(file, at + 1) << 8; }
int64_t Little24(Bytes file, size_t at) { return Little16(file, at) | Byte(file, at + 2) << 16; }

Found Size(int64_t width, int64_t height) {
  if (width <= 0 || height <= 0) return std::nullopt;
  return ImageSize{width, height};
}

Found OfPng(Bytes file) {
  if (file.size() < 24 || file.substr(12, 4) != "IHDR") return std::nullopt;
  return Size(Big32(file, 16), Big32(file, 20));
}

Found OfGif(Bytes file) {
  if (file.size() < 10) return std::nullopt;
  return Size(Little16(file, 6), Little16(file, 8));
}

// The frame header (SOF) has the size; C4, C8 and CC in its range are something else.
bool IsFrame(int64_t marker) {
  return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

Found OfJpeg(Bytes file) {
  size_t at = 2;
  for (int segment = 0; segment < kMostSegments; ++segment) {
    if (file.size() < at + 9 || Byte(file, at) != 0xff) return std::nullopt;
    const int64_t marker = Byte(file, at + 1);
    if (marker == 0xff) {  // a fill byte
      ++at;
      continue;
    }
    if (IsFrame(marker)) return Size(Big16(file, at + 7), Big16(file, at + 5));
    const int64_t length = Big16(file, at + 2);
    if (length < 2 || marker == 0xda) return std::nullopt;
    at += 2 + static_cast<size_t>(length);
  }
  return std::nullopt;
}

Found OfWebp(Bytes file) {
  if (file.size() < 30) return std::nullopt;
  const Bytes kind = file.substr(12, 4);
  if (kind == "VP8X") return Size(Little24(file, 24) + 1, Little24(file, 27) + 1);
  if (kind == "VP8L") {
    const int64_t bits = Little24(file, 21) | Byte(file, 24) << 24;
    return Size((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1);
  }
  if (kind == "VP8 ") return Size(Little16(file, 26) & 0x3fff, Little16(file, 28) & 0x3fff);
  return std::nullopt;
}

}  // namespace

std::optional<ImageSize> ImageSizeOf(std::string_view file) {
  if (file.starts_with("\x89PNG\r\n\x1a\n")) return OfPng(file);
  if (file.starts_with("GIF87a") || file.starts_with("GIF89a")) return OfGif(file);
  if (file.starts_with("\xff\xd8")) return OfJpeg(file);
  if (file.starts_with("RIFF") && file.size() >= 12 && file.substr(8, 4) == "WEBP")
    return OfWebp(file);
  return std::nullopt;
}

std::optional<ImageSize> ImageSizeOfDataUrl(std::string_view url) {
  constexpr std::string_view kBase64 = ";base64,";
  constexpr size_t kMostType = 256;
  if (!url.starts_with("data:")) return std::nullopt;
  const size_t at = url.substr(0, kMostType).find(kBase64);
  if (at == std::string_view::npos) return std::nullopt;
  std::string file;
  codec::Base64Reader().Read(url.substr(at + kBase64.size(), kMostBase64), file);
  return ImageSizeOf(file);
}

}  // namespace inferwire::tokens
