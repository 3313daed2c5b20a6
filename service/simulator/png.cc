#include "simulator/png.h"

#include <zlib.h>

#include <algorithm>
#include <string_view>

#include "simulator/random.h"

namespace inferwire::simulator {
namespace {

void AppendNumber(std::string& out, uint64_t number) {
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(number >> shift & 255);
}

void AppendChunk(std::string& out, std::string_view type, std::string_view data) {
  AppendNumber(out, data.size());
  const size_t begin = out.size();
  out += type;
  out += data;
  AppendNumber(out, crc32(0, reinterpret_cast<const Bytef*>(out.data() + begin),
                          static_cast<uInt>(out.size() - begin)));
}

// Rows of a filter byte and one bit for each pixel, all of them the palette's first colour.
std::string Pixels(const Picture& picture) {
  const auto row = static_cast<size_t>(1 + (picture.width + 7) / 8);
  const std::string rows(row * static_cast<size_t>(picture.height), '\0');
  uLongf size = compressBound(rows.size());
  std::string packed(size, '\0');
  compress2(reinterpret_cast<Bytef*>(packed.data()), &size,
            reinterpret_cast<const Bytef*>(rows.data()), rows.size(), Z_BEST_SPEED);
  packed.resize(size);
  return packed;
}

}  // namespace

std::string PngOf(const Picture& picture) {
  std::string png = "\x89PNG\r\n\x1a\n";
  std::string header;
  AppendNumber(header, static_cast<uint64_t>(picture.width));
  AppendNumber(header, static_cast<uint64_t>(picture.height));
  header += {'\1', '\3', '\0', '\0', '\0'};  // one bit, a palette, the usual methods
  AppendChunk(png, "IHDR", header);
  std::string palette;
  for (int shift = 16; shift >= 0; shift -= 8) {
    palette += static_cast<char>(picture.colour >> shift & 255);
  }
  AppendChunk(png, "PLTE", palette);
  AppendChunk(png, "IDAT", Pixels(picture));
  constexpr int64_t kOfChunks = 24;  // this one's frame and the last chunk
  const int64_t missing = picture.min_bytes - static_cast<int64_t>(png.size()) - kOfChunks;
  if (missing > 0) {
    std::string filler(static_cast<size_t>(missing), '\0');
    Random random(picture.colour);
    for (char& byte : filler) byte = static_cast<char>(random.Next());
    AppendChunk(png, "siMu", filler);
  }
  AppendChunk(png, "IEND", "");
  return png;
}

}  // namespace inferwire::simulator
