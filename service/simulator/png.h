// Pictures of one colour, in PNG.
#pragma once

#include <cstdint>
#include <string>

namespace inferwire::simulator {

struct Picture {
  int width = 0, height = 0;
  uint32_t colour = 0;    // 0xRRGGBB
  int64_t min_bytes = 0;  // a chunk that no viewer looks at makes it so large
};

std::string PngOf(const Picture& picture);

}  // namespace inferwire::simulator
