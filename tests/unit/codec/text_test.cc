// The small parts: UTF-8, base64, data: URLs, numbers, writing scalars, scanning for a byte.
#include <limits>

#include "codec/base64.h"
#include "codec/byte_scan.h"
#include "codec/data_url.h"
#include "codec/json_number.h"
#include "codec/json_text.h"
#include "codec/json_write.h"
#include "codec/utf8.h"
#include "codec_testing.h"

namespace inferwire::codec {
namespace {

using testing::Eq;
using testing::Optional;

TEST(Utf8, KnowsEveryCodePointAndNoSurrogate) {
  for (char32_t c = 0; c <= 0x10FFFF; c += c < 0x3000 || c > 0xFFF0 ? 7 : 1) {
    std::string text;
    AppendUtf8(text, c);
    EXPECT_EQ(IsUtf8(text), c < 0xD800 || c > 0xDFFF) << static_cast<uint32_t>(c);
  }
  EXPECT_TRUE(IsUtf8(std::string_view("a\0b", 3)));
  EXPECT_FALSE(IsUtf8("\xC1\xBF"));
  EXPECT_FALSE(IsUtf8("\xE0\x9F\xBF"));
  EXPECT_FALSE(IsUtf8("\xF0\x8F\xBF\xBF"));
}

TEST(JsonText, ReplacesLoneSurrogatesAndNothingElse) {
  EXPECT_EQ(ReplaceLoneSurrogates(R"({"a":"\ud83d\ude00\n\\ud83d"})"),
            R"({"a":"\ud83d\ude00\n\\ud83d"})");
  EXPECT_EQ(ReplaceLoneSurrogates(R"("\ud83d\u0041\ude00\ud83d")"),
            "\"\xEF\xBF\xBD\\u0041\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

TEST(Utf8, ReplacesEachMaximalIllFormedPart) {
  const std::string r = "\xEF\xBF\xBD";
  EXPECT_EQ(ReplaceInvalidUtf8("plain \xC3\xA9"), "plain \xC3\xA9");
  EXPECT_EQ(ReplaceInvalidUtf8("a\xE2\x82z"), "a" + r + "z");
  EXPECT_EQ(ReplaceInvalidUtf8("\xF0\x9F\x98"), r);
  EXPECT_EQ(ReplaceInvalidUtf8("\xC0\xAF"), r + r);
  EXPECT_EQ(ReplaceInvalidUtf8("\xED\xA0\x80"), r + r + r);
  EXPECT_EQ(ReplaceInvalidUtf8("\xFF\xFE"), r + r);
}

TEST(Base64, IsReadBackForEveryLength) {
  std::string bytes;
  for (int i = 0; i < 300; ++i) {
    std::string text;
    AppendBase64(text, bytes);
    EXPECT_THAT(DecodeBase64(text), Optional(bytes));
    bytes.push_back(static_cast<char>(i * 37));
  }
  std::string text = "x";
  AppendBase64(text, "Hello");
  EXPECT_EQ(text, "xSGVsbG8=");
}

TEST(Base64, TakesOnlyTheCanonicalForm) {
  for (const char* text : {"A", "AA", "AAA", "A===", "====", "AA=A", "AB==", "AAB=", "AA==AA==",
                           "AA A", "AA\n=", "AA-_", "AAAA=", "\xC3\xA9=="}) {
    EXPECT_FALSE(DecodeBase64(text)) << text;
  }
}

TEST(Base64, IsReadTheSameInPieces) {
  for (const char* text : {"", "SGVsbG8=", "SGVsbA==", "SGVsbG8h", "SGVsbG8hAAAA/+A="}) {
    const std::string_view all(text);
    for (size_t a = 0; a <= all.size(); ++a) {
      for (size_t b = a; b <= all.size(); ++b) {
        Base64Reader reader;
        std::string bytes;
        for (const auto piece : {all.substr(0, a), all.substr(a, b - a), all.substr(b)}) {
          ASSERT_TRUE(reader.Read(piece, bytes)) << text;
        }
        EXPECT_TRUE(reader.whole());
        EXPECT_THAT(DecodeBase64(all), Optional(bytes));
      }
    }
  }
}

TEST(Base64, InPiecesSaysWhatIsNone) {
  for (const char* text : {"A===", "AA=A", "AB==", "AA==AA==", "AA A", "AAAA=AAA"}) {
    Base64Reader reader;
    std::string bytes;
    bool good = true;
    for (const char& c : std::string_view(text)) good = good && reader.Read({&c, 1}, bytes);
    EXPECT_FALSE(good) << text;
  }
  Base64Reader reader;
  std::string bytes;
  EXPECT_TRUE(reader.Read("AAAAA", bytes));
  EXPECT_FALSE(reader.whole());
}

TEST(Base64, OfUrlsHasLettersOfItsOwnAndNoPadding) {
  EXPECT_THAT(DecodeBase64Url("-_8"), Optional(std::string("\xfb\xff")));
  EXPECT_THAT(DecodeBase64Url("SGVsbG8"), Optional(std::string("Hello")));
  EXPECT_THAT(DecodeBase64Url(""), Optional(std::string()));
  for (const char* text :
       {"A", "AAAAA", "+_8", "-/8", "-_8=", "SGVsbG8=", "AB", "AAB", "A A", "-_\n8", "AA.A"}) {
    EXPECT_FALSE(DecodeBase64Url(text)) << text;
  }
}

TEST(DataUrl, IsReadOnlyIfItIsWrittenTheSame) {
  const auto url = ParseDataUrl("data:text/plain;charset=utf-8;base64,SGk=");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->media_type, "text/plain;charset=utf-8");
  EXPECT_EQ(url->data, "Hi");
  for (const char* text :
       {"", "data:", "data:a/b,SGk=", "data:;base64,SGk=", "data:a/b;base64,SGk", "data:a/b;base64",
        "DATA:a/b;base64,SGk=", "data:a b;base64,SGk=", "data:a/b;BASE64,SGk=", "https://a/b",
        "data:a/b;base64,SGl=", "data:a/\xC3\xA9;base64,SGk="}) {
    EXPECT_FALSE(ParseDataUrl(text)) << text;
  }
}

TEST(JsonNumber, IntegersAreExactOrNothing) {
  EXPECT_THAT(ToInt64("9223372036854775807"), Optional(Eq(INT64_MAX)));
  EXPECT_THAT(ToInt64("-9223372036854775808"), Optional(Eq(INT64_MIN)));
  EXPECT_THAT(ToInt64("-0"), Optional(Eq(0)));
  EXPECT_THAT(ToInt64("12.0"), Optional(Eq(12)));
  EXPECT_THAT(ToInt64("-1e3"), Optional(Eq(-1000)));
  EXPECT_THAT(ToInt64("1.5e1"), Optional(Eq(15)));
  EXPECT_THAT(ToInt64("9007199254740991.0"), Optional(Eq(9007199254740991)));
  for (const char* token : {"9223372036854775808", "18446744073709551616", "1.5", "1e-1",
                            "9007199254740992.0", "1e16", "1e400", "1.00000000000000000001"}) {
    EXPECT_FALSE(ToInt64(token)) << token;
  }
}

TEST(JsonNumber, DoublesAreFinite) {
  EXPECT_THAT(ToDouble("0.7"), Optional(0.7));
  EXPECT_THAT(ToDouble("-1e308"), Optional(-1e308));
  EXPECT_FALSE(ToDouble("1e400"));
  EXPECT_FALSE(ToDouble("-1e400"));
  EXPECT_FALSE(ToDouble("1e-400"));
}

TEST(JsonWrite, DoublesReadBackAsTheSameInTheShortestForm) {
  for (const auto& [value, text] :
       std::initializer_list<std::pair<double, const char*>>{{0.7, "0.7"},
                                                             {1, "1"},
                                                             {-0.5, "-0.5"},
                                                             {1e21, "1e+21"},
                                                             {1e-7, "1e-07"},
                                                             {0.1 + 0.2, "0.30000000000000004"}}) {
    std::string out;
    AppendDouble(out, value);
    EXPECT_EQ(out, text);
    EXPECT_TRUE(CheckJson(out).ok());
  }
  std::string out;
  AppendDouble(out, std::numeric_limits<double>::denorm_min());
  EXPECT_TRUE(CheckJson(out).ok()) << out;
}

TEST(JsonWrite, EscapesWhatJsonDemandsAndNothingElse) {
  for (int c = 0; c < 0x80; ++c) {
    std::string out;
    AppendQuoted(out, std::string(1, static_cast<char>(c)));
    EXPECT_TRUE(CheckJson(out).ok()) << c;
    EXPECT_EQ(out.size() > 3, c < 0x20 || c == '"' || c == '\\') << c;
  }
  std::string out;
  AppendQuoted(out, std::string_view("\0\x1F\b\f\n\r\t\"\\/\x7F\xC3\xA9", 13));
  EXPECT_EQ(out, "\"\\u0000\\u001f\\b\\f\\n\\r\\t\\\"\\\\/\x7F\xC3\xA9\"");
}

template <StopAt kStop>
void ExpectEveryStopFound() {
  for (int c = 0; c < 256; ++c) {
    for (size_t at = 0; at < 20; ++at) {
      std::string text(20, 'a');
      text[at] = static_cast<char>(c);
      if (at + 1 < text.size()) text[at + 1] = '!';  // one above the quote: a borrow must not fool
      const bool stops = Stops<kStop>(static_cast<unsigned char>(c));
      const char* const end = text.data() + text.size();
      EXPECT_EQ(FindStop<kStop>(text.data(), end), stops ? text.data() + at : end)
          << c << " " << at;
    }
  }
}

TEST(ByteScan, FindsTheFirstStopAtEveryPlace) {
  ExpectEveryStopFound<StopAt::kQuoteOrBackslash>();
  ExpectEveryStopFound<StopAt::kUnescapable>();
  ExpectEveryStopFound<StopAt::kNotPlain>();
}

}  // namespace
}  // namespace inferwire::codec
