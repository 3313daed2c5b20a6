#include "http/headers.h"

#include <gtest/gtest.h>

namespace inferwire::http {
namespace {

TEST(Headers, FindsTheFirstValueWhateverTheCaseOfTheName) {
  Headers headers;
  headers.Add("X-Request-ID", "a");
  headers.Add("x-request-id", "b");
  headers.Add("Empty", "");
  EXPECT_EQ(headers.Get("x-request-id"), "a");
  EXPECT_EQ(headers.Get("missing"), "");
  EXPECT_TRUE(headers.Has("empty"));
  EXPECT_FALSE(headers.Has("missing"));
  EXPECT_EQ(headers.size(), 3u);
  EXPECT_EQ((*headers.begin()).name, "x-request-id");
  headers.Clear();
  EXPECT_EQ(headers.size(), 0u);
}

TEST(Headers, ValueThatCouldEndTheHeaderIsUnsafe) {
  EXPECT_TRUE(IsSafeHeaderValue("Bearer sk-abc"));
  EXPECT_TRUE(IsSafeHeaderValue(""));
  EXPECT_TRUE(IsSafeHeaderValue("caf\xC3\xA9"));
  EXPECT_FALSE(IsSafeHeaderValue("a\r\nX-Evil: 1"));
  EXPECT_FALSE(IsSafeHeaderValue("a\nb"));
  EXPECT_FALSE(IsSafeHeaderValue("a\tb"));
  EXPECT_FALSE(IsSafeHeaderValue("a\x7f"));
  EXPECT_FALSE(IsSafeHeaderValue(std::string_view("a\0b", 3)));
}

}  // namespace
}  // namespace inferwire::http
