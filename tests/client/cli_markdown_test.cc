// What goes to a terminal: nothing that controls it but our own colours, and every character.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>

#include "markdown.h"
#include "visible_text.h"

namespace inferwire::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// Without the colours.
std::string Plain(std::string_view text) {
  std::string plain;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text.substr(at).starts_with("\x1b[")) {
      at = text.find('m', at);
      continue;
    }
    plain += text[at];
  }
  return plain;
}

std::string Styled(std::string_view text, std::size_t piece = std::string::npos) {
  Markdown markdown;
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += std::min(piece, text.size())) {
    out += markdown.Pass(text.substr(at, piece));
  }
  return out + markdown.Finish();
}

constexpr char kDocument[] =
    "# Title\n\nSome **bold *both* text** and `code`, snake_case_names, 2 * 3 * 4.\n"
    "- item `x`\n  * nested **one**\n1. first\n12) twelfth\n> quoted _text_\n---\n* * *\n"
    "```cpp\nint **p = &q;  // # no heading\n  ``` not the end\n```\nafter\n~~~\n```\n~~~\n"
    "``` is a span ``` here\n\\*no emphasis\\* ``a`b``\n#hashtag\n\n\tindented\r\n**open";

TEST(Markdown, KeepsEveryCharacterHoweverItIsCut) {
  const std::string whole = Styled(kDocument);
  EXPECT_EQ(Plain(whole), kDocument);
  for (std::size_t piece = 1; piece < 12; ++piece)
    EXPECT_EQ(Styled(kDocument, piece), whole) << piece;
}

TEST(Markdown, KeepsEveryCharacterOfAnyText) {
  std::mt19937 random(1);
  constexpr std::string_view kLetters = "`~#*_->+1.) \n\n\tab\\\r\xc3\xa4";
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    for (std::size_t size = random() % 60; text.size() < size;) {
      text.append(1 + random() % 4, kLetters[random() % kLetters.size()]);
    }
    const std::string styled = Styled(text, 1 + random() % 9);
    ASSERT_EQ(Plain(styled), text);
    ASSERT_EQ(styled, Styled(text)) << text;
    const auto last = styled.rfind("\x1b[");
    ASSERT_TRUE(last == std::string::npos || styled.substr(last).starts_with("\x1b[0m")) << text;
  }
}

TEST(Markdown, ColoursWhatMarkdownMeans) {
  EXPECT_EQ(Styled("# T\n"), "\x1b[1;34m# T\x1b[0m\n");
  EXPECT_EQ(Styled("a **b** c"), "a \x1b[2m**\x1b[0m\x1b[1mb\x1b[0m\x1b[2m**\x1b[0m c");
  EXPECT_EQ(Styled("`x`"), "\x1b[36m`x`\x1b[0m");
  EXPECT_EQ(Styled("- x"), "\x1b[33m-\x1b[0m x");
  EXPECT_EQ(Styled("10. x"), "\x1b[33m10.\x1b[0m x");
  EXPECT_EQ(Styled("```c\n**x**\n```\n"),
            "\x1b[2m```c\x1b[0m\n\x1b[36m**x**\x1b[0m\n\x1b[2m```\x1b[0m\n");
}

TEST(Markdown, LeavesOrdinaryTextAlone) {
  for (const char* text : {"2 * 3 * 4", "snake_case_name", "#hashtag", "a - b", "1.5 kg", "\\*x\\*",
                           "C++ and C--", "...", "100", "-5", "ends with *", "a\n\nb"}) {
    EXPECT_EQ(Styled(text), text);
  }
}

TEST(Markdown, EmphasisEndsWithItsLine) {
  EXPECT_THAT(Styled("**open\nnext line\n"), HasSubstr("\x1b[0m\nnext line\n"));
}

TEST(VisibleText, ShowsWhatWouldControlTheTerminal) {
  EXPECT_EQ(Visible("\x1b]0;title\x07 \x1b[2J"), "^[]0;title^G ^[[2J");
  EXPECT_EQ(Visible("a\bb\x7f"), "a^Hb^?");
  EXPECT_EQ(Visible("\xc2\x9b"
                    "31m"),
            "<U+009B>31m");
  EXPECT_EQ(Visible("\x9b\xff"), "\\x9b\\xff");
  EXPECT_EQ(Visible("over\rwritten"), "over^Mwritten");
  EXPECT_EQ(Visible(std::string_view("\0", 1)), "^@");
}

TEST(VisibleText, LetsTextPass) {
  for (const char* text : {"tab\tand\nnewline\r\n", "ä€😀", "\xc2\xa0", ""}) {
    EXPECT_EQ(Visible(text), text);
  }
}

TEST(VisibleText, TakesATextCutAnywhere) {
  const std::string text = "ä€😀\r\n\x1b[0m\xc2\x9b\xe2\x82";
  VisibleText filter;
  std::string out;
  for (const char c : text) out += filter.Pass({&c, 1});
  EXPECT_THAT(out, Not(HasSubstr("\x1b")));
  EXPECT_EQ(out + filter.Finish(), "ä€😀\r\n^[[0m<U+009B>\\xe2\\x82");
}

}  // namespace
}  // namespace inferwire::cli
