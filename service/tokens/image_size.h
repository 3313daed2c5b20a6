// The size of an image, from the header of its own file: PNG, JPEG, GIF and WebP, which are what
// the provider takes. Reads no more than the header, however long the file is. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace inferwire::tokens {

// In pixels, neither is 0.
struct ImageSize {
  int64_t width = 0, height = 0;
};

// Nothing if the bytes are none of these, or cut short before the size.
std::optional<ImageSize> ImageSizeOf(std::string_view file);

// Of an image in a data: URL. Decodes as much of it as the header may take.
std::optional<ImageSize> ImageSizeOfDataUrl(std::string_view url);

}  // namespace inferwire::tokens
