#include "tokens/image_tokens.h"

#include <algorithm>
#include <cmath>

namespace inferwire::tokens {
namespace {

constexpr ImageSize kCommonSize{1024, 1024};
// What stands around an image; recorded usage has up to two.
constexpr int64_t kAround = 8;
constexpr double kPatch = 32, kTile = 512, kLongSide = 2048, kShortSide = 768;
constexpr int64_t kMostTiles = 8;  // 2048 x 768
// A side that is a whole number of patches but for the rounding of its calculation.
constexpr double kRounding = 1e-6;

int64_t Pieces(double side, double piece) {
  return std::max<int64_t>(static_cast<int64_t>(std::ceil(side / piece - kRounding)), 1);
}

// Made smaller to fit a square of 2,048, then until the short side has 768; never larger.
int64_t TilesOf(const ImageSize& size) {
  const auto width = static_cast<double>(size.width), height = static_cast<double>(size.height);
  double scale = std::min(1.0, kLongSide / std::max(width, height));
  scale = std::min(scale, kShortSide / std::min(width, height));
  return Pieces(width * scale, kTile) * Pieces(height * scale, kTile);
}

// Made smaller until no more than most patches cover it, so that at least one side is a whole
// number of them.
int64_t PatchesOf(const ImageSize& size, int64_t most) {
  const double width = static_cast<double>(size.width) / kPatch;
  const double height = static_cast<double>(size.height) / kPatch;
  // Sizes come from files that anybody may have written.
  constexpr double kNoPicture = 1e9;
  if (width * height > kNoPicture) return most > 0 ? most : static_cast<int64_t>(kNoPicture);
  const int64_t all = Pieces(width, 1) * Pieces(height, 1);
  if (most == 0 || all <= most) return all;
  double scale = std::sqrt(static_cast<double>(most) / (width * height));
  const auto whole = [&](double side) {
    const double scaled = side * scale;
    return scaled < 1 ? 1.0 : std::floor(scaled + kRounding) / scaled;
  };
  scale *= std::min(whole(width), whole(height));
  return std::min(Pieces(width * scale, 1) * Pieces(height * scale, 1), most);
}

int64_t Times(int64_t patches, int64_t thousandths) { return (patches * thousandths + 999) / 1000; }

ImageTokens OfTiles(const ImageRule& rule, std::string_view detail,
                    const std::optional<ImageSize>& size) {
  const auto with = [&](int64_t tiles) { return rule.base + tiles * rule.tile; };
  if (detail == "low") return {rule.base, rule.base + kAround};
  const int64_t tiles = TilesOf(size.value_or(kCommonSize));
  return {with(tiles), with(size ? tiles : kMostTiles) + kAround};
}

// A low detail was seen to change nothing with these models.
ImageTokens OfPatches(const ImageRule& rule, std::string_view detail,
                      const std::optional<ImageSize>& size) {
  const bool limited = detail == "high" || detail == "low";
  const int64_t limit = limited ? rule.patches : rule.original_patches;
  const bool whole = detail == "original" || rule.original_patches == 0;
  const int64_t patches =
      PatchesOf(size.value_or(kCommonSize), whole && !limited ? limit : rule.patches);
  ImageTokens tokens{Times(patches, rule.thousandths), std::nullopt};
  if (size || limit > 0) {
    const int64_t most = size ? PatchesOf(*size, limit) : limit;
    tokens.most = Times(most, rule.most_thousandths) + kAround;
  }
  return tokens;
}

}  // namespace

ImageTokens CountImage(const ImageRule& rule, std::string_view detail,
                       const std::optional<ImageSize>& size) {
  return rule.tile > 0 ? OfTiles(rule, detail, size) : OfPatches(rule, detail, size);
}

}  // namespace inferwire::tokens
