#include <gtest/gtest.h>

#include <string>

#include "codec/utf8.h"
#include "openai/error.h"

namespace llmgate::openai {
namespace {

TEST(Scrub, LeavesOrdinaryWordsAlone) {
  for (const std::string text :
       {"The model `gpt-4.1-mini-2025-04-14` does not exist, see https://host.example/docs/a.",
        "Rate limit reached for meta-llama/Llama-4-Maverick-17B-128E-Instruct-FP8 (TPM): Limit "
        "6000",
        "Missing bearer token", "tasks risk-free in asia-northeast1",
        "No such File object: file-AbCdEf0123456789AbCdEf0123", "max_tokens: 5 is too small",
        "Invalid 'messages[0].role'", "What? No."}) {
    EXPECT_EQ(Scrub(text), text);
  }
}

TEST(Scrub, ReplacesWhatIsSecret) {
  const std::string r = "[redacted]";
  EXPECT_EQ(Scrub("key sk-abc123, please"), "key " + r + ", please");
  EXPECT_EQ(Scrub("in organization org-x on"), "in organization " + r + " on");
  EXPECT_EQ(Scrub("Authorization: Bearer abc def"), "Authorization: Bearer " + r + " def");
  EXPECT_EQ(Scrub("Authorization: Bearer Bearer abc def"),
            "Authorization: Bearer Bearer " + r + " def");
  EXPECT_EQ(Scrub("token: Bearer abc"), "token: Bearer " + r);
  EXPECT_EQ(Scrub("\"api_key\": \"abc\"}"), "\"api_key\": \"" + r + "\"}");
  EXPECT_EQ(Scrub("Incorrect API key provided: te*st. You"),
            "Incorrect API key provided: " + r + " You");
  EXPECT_EQ(Scrub("GET https://a:b@h/p?x=1&y=2#z now"), "GET https://" + r + "@h/p?" + r + " now");
  EXPECT_EQ(Scrub("see https://h/p?tok now"), "see https://h/p?" + r + " now");
  EXPECT_EQ(Scrub("Team: bb642ce4-5161-45c9-8f34-408850883602, x"), "Team: " + r + ", x");
  EXPECT_EQ(Scrub("url data:image/png;base64,AAAA bad"), "url data:" + r + " bad");
}

TEST(Scrub, GivesOneCleanLine) {
  EXPECT_EQ(Scrub("a\n\n b\tc\x01 d \r\n"), "a b c d");
  EXPECT_EQ(Scrub("a\xff"), "a\xef\xbf\xbd");
  EXPECT_EQ(Scrub(std::string("a\0b", 3)), "a b");
}

TEST(Scrub, CutsAtACharacter) {
  EXPECT_EQ(Scrub("aaa\xc3\xa4", 4), "aaa");
  EXPECT_EQ(Scrub("aaa\xc3\xa4", 5), "aaa\xc3\xa4");
  EXPECT_EQ(Scrub("abc", 0), "");
  for (size_t size = 0; size < 40; ++size) {
    const std::string cut = Scrub("\xf0\x9f\x98\x80 \xe2\x82\xac \xff sk-1 \xf0\x9f\x98", size);
    EXPECT_LE(cut.size(), size);
    EXPECT_TRUE(codec::IsUtf8(cut));
  }
}

// A key whose end lies beyond the part that is looked at must not show as a short, harmless word.
TEST(Scrub, CutKeysDoNotShow) {
  const std::string text =
      std::string(60, '?') + "=" + std::string(60, ' ') + "a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6";
  for (size_t size = 1; size < 40; ++size) {
    EXPECT_EQ(Scrub(text, size).find("a1b2"), std::string::npos) << size;
  }
}

}  // namespace
}  // namespace llmgate::openai
