// Sizes out of headers, and what is none.
#include "tokens/image_size.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "codec/base64.h"

namespace inferwire::tokens {
namespace {

using namespace std::string_literals;

std::string SizeOf(std::string_view file) {
  const auto size = ImageSizeOf(file);
  return size ? std::to_string(size->width) + "x" + std::to_string(size->height) : "none";
}

const std::string kPng = "\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x04\0\0\0\x03\0\x08\x06\0\0\0"s;
const std::string kGif = "GIF89a\x90\x01\x2c\x01\xf7\0\0"s;
// A start, a segment of an application, the frame.
const std::string kJpeg =
    "\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0"
    "\xff\xc2\0\x11\x08\x02\x58\x03\x20\x03\x01\x22\0"s;
const std::string kRiff = "RIFF\x24\0\0\0WEBP"s;
const std::string kLossy = kRiff + "VP8 \x18\0\0\0\x30\x01\0\x9d\x01\x2a\x80\x02\xe0\x01\0\0"s;
const std::string kLossless = kRiff + "VP8L\x18\0\0\0\x2f\x7f\xc2\x77\0\0\0\0\0\0\0\0\0"s;
const std::string kExtended = kRiff + "VP8X\x0a\0\0\0\x10\0\0\0\xff\x07\0\xff\x03\0"s;

TEST(ImageSize, IsInTheHeaderOfEachFormat) {
  EXPECT_EQ(SizeOf(kPng), "1024x768");
  EXPECT_EQ(SizeOf(kGif), "400x300");
  EXPECT_EQ(SizeOf(kJpeg), "800x600");
  EXPECT_EQ(SizeOf(kLossy), "640x480");
  EXPECT_EQ(SizeOf(kLossless), "640x480");
  EXPECT_EQ(SizeOf(kExtended), "2048x1024");
}

TEST(ImageSize, OfAHeaderThatIsCutShortIsNotKnown) {
  for (const std::string& file : {kPng, kGif, kJpeg, kLossy, kLossless, kExtended}) {
    for (size_t size = 0; size < file.size(); ++size) {
      const std::string found = SizeOf(std::string_view(file).substr(0, size));
      EXPECT_TRUE(found == "none" || found == SizeOf(file)) << found;
    }
    EXPECT_EQ(SizeOf(file.substr(0, 8)), "none");
  }
  EXPECT_EQ(SizeOf(""), "none");
  EXPECT_EQ(SizeOf("<svg width='1' height='1'/>"), "none");
}

TEST(ImageSize, OfNothingIsNone) {
  std::string empty = kPng;
  for (size_t i = 16; i < 20; ++i) empty[i] = '\0';
  EXPECT_EQ(SizeOf(empty), "none");
}

// Millions of segments, fill bytes, a length that leads backwards: it ends soon.
TEST(ImageSize, OfAHostileFileTakesNoTime) {
  std::string segments = "\xff\xd8"s;
  for (int i = 0; i < 2'000'000; ++i) segments += "\xff\xe0\0\x02"s;
  EXPECT_EQ(SizeOf(segments), "none");
  EXPECT_EQ(SizeOf("\xff\xd8"s + std::string(8'000'000, '\xff')), "none");
  EXPECT_EQ(SizeOf("\xff\xd8\xff\xe0\0\0\xff\xc0\0\x11\x08\0\1\0\1"s), "none");
}

TEST(ImageSize, IsReadOutOfADataUrl) {
  std::string url = "data:image/jpeg;base64,";
  codec::AppendBase64(url, kJpeg + std::string(1'000'000, 'x'));
  const auto size = ImageSizeOfDataUrl(url);
  ASSERT_TRUE(size.has_value());
  EXPECT_EQ(size->width, 800);
  for (const char* const none : {"", "https://example.com/a.png", "data:image/png;base64,",
                                 "data:image/png,x", "data:image/png;base64,!!!!"}) {
    EXPECT_FALSE(ImageSizeOfDataUrl(none).has_value()) << none;
  }
}

}  // namespace
}  // namespace inferwire::tokens
