// What images are in tokens: the provider's own examples, and sizes that were measured.
#include "tokens/image_tokens.h"

#include <gtest/gtest.h>

namespace inferwire::tokens {
namespace {

using Size = std::optional<ImageSize>;

ImageTokens Count(std::string_view model, std::string_view detail, const Size& size) {
  const auto rules = RulesOf({.name = model});
  EXPECT_TRUE(rules.images.has_value()) << model;
  return CountImage(*rules.images, detail, size);
}

TEST(ImageTokens, AreTilesOfAnImageMadeSmaller) {
  EXPECT_EQ(Count("gpt-4o", "high", Size{{1024, 1024}}).expected, 765);
  EXPECT_EQ(Count("gpt-4.1-2025-04-14", "", Size{{2048, 4096}}).expected, 1105);
  EXPECT_EQ(Count("gpt-4o", "low", Size{{4096, 8192}}).expected, 85);
  EXPECT_EQ(Count("gpt-4o", "auto", Size{{128, 64}}).expected, 255) << "never made larger";
  EXPECT_EQ(Count("gpt-4o-mini", "high", Size{{128, 64}}).expected, 8500);
  EXPECT_EQ(Count("gpt-4o-mini", "low", {}).expected, 2833);
  EXPECT_EQ(Count("gpt-5", "high", Size{{512, 512}}).expected, 210);
  EXPECT_EQ(Count("o3", "high", Size{{512, 512}}).expected, 225);
}

TEST(ImageTokens, ArePatchesTimesWhatTheModelTakes) {
  EXPECT_EQ(Count("gpt-4.1-mini", "", Size{{1024, 1024}}).expected, 1659);
  EXPECT_EQ(Count("gpt-5-mini", "auto", Size{{1024, 1024}}).expected, 1229);
  EXPECT_EQ(Count("gpt-5-mini", "auto", Size{{2048, 768}}).expected, 1844);
  EXPECT_EQ(Count("gpt-5-nano", "high", Size{{1600, 1600}}).expected, 2282) << "39 x 39 patches";
  EXPECT_EQ(Count("gpt-5.4", "high", Size{{1600, 1600}}).expected, 3000);
  // 1,800 x 2,400 is shown as 33 x 44 patches.
  EXPECT_EQ(Count("o4-mini", "high", Size{{1800, 2400}}).expected, (1452 * 172 + 99) / 100);
}

TEST(ImageTokens, OfAnUnknownSizeAreBoundedByTheRule) {
  EXPECT_EQ(Count("gpt-4o", "", {}).expected, 765);
  EXPECT_EQ(Count("gpt-4o", "", {}).most, 85 + 8 * 170 + 8);
  EXPECT_EQ(Count("gpt-5-mini", "", {}).most, 2489 + 8);
  EXPECT_EQ(Count("gpt-5.4", "original", {}).most, 16'200 + 8);
  EXPECT_EQ(Count("gpt-5.4", "high", {}).most, 4050 + 8);
  EXPECT_EQ(Count("gpt-5.6", "", {}).most, std::nullopt) << "it is not made smaller";
  EXPECT_EQ(Count("gpt-5.6", "high", {}).most, 4050 + 8);
  EXPECT_TRUE(Count("gpt-5.6", "", Size{{4096, 4096}}).most.has_value());
  EXPECT_EQ(Count("gpt-5.6", "", Size{{4096, 4096}}).expected, 19'661);
}

TEST(ImageTokens, AreNeverMoreThanTheirBound) {
  const int64_t sides[] = {1, 31, 32, 33, 511, 512, 513, 768, 769, 2048, 2049, 9999, 4'294'967'295};
  for (const char* const model :
       {"gpt-4o", "gpt-4o-mini", "o3", "gpt-5", "gpt-4.1-mini", "gpt-4.1-nano", "o4-mini",
        "gpt-5-mini", "gpt-5-nano", "gpt-5.2", "gpt-5.4", "gpt-5.4-nano", "gpt-5.6", "gpt-6-sol"}) {
    for (const char* const detail : {"", "auto", "low", "high", "original", "finest"}) {
      const auto unknown = Count(model, detail, {});
      EXPECT_LE(unknown.expected, unknown.most.value_or(unknown.expected));
      for (const int64_t width : sides) {
        for (const int64_t height : sides) {
          const auto image = Count(model, detail, Size{{width, height}});
          ASSERT_GT(image.expected, 0) << model << width << 'x' << height;
          ASSERT_LE(image.expected, image.most) << model << width << 'x' << height;
          ASSERT_LE(image.most, unknown.most.value_or(*image.most))
              << model << width << 'x' << height;
        }
      }
    }
  }
}

TEST(ImageTokens, OfOtherModelsFollowNoRule) {
  EXPECT_FALSE(RulesOf({.name = "claude-sonnet"}).images.has_value());
  EXPECT_FALSE(RulesOf({.name = ""}).images.has_value());
  EXPECT_TRUE(RulesOf({.name = "openai/gpt-4o"}).images.has_value());
  EXPECT_TRUE(RulesOf({.name = "ft:gpt-4o-2024-08-06:me::1"}).images.has_value());
}

}  // namespace
}  // namespace inferwire::tokens
