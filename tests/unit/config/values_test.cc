#include "config/values.h"

#include <gmock/gmock.h>

namespace inferwire::config {
namespace {

using std::chrono::milliseconds;
using testing::Optional;

TEST(Values, DurationsAreWholeNumbersWithAUnit) {
  EXPECT_THAT(ParseDuration("500ms"), Optional(milliseconds(500)));
  EXPECT_THAT(ParseDuration("3s"), Optional(milliseconds(3000)));
  EXPECT_THAT(ParseDuration("2m"), Optional(milliseconds(120'000)));
  EXPECT_THAT(ParseDuration("24h"), Optional(milliseconds(86'400'000)));
  EXPECT_THAT(ParseDuration("0s"), Optional(milliseconds(0)));
  for (const char* text : {"", "3", "s", "3 s", " 3s", "3s ", "-3s", "+3s", "1.5s", "3S", "3sec",
                           "1m30s", "9223372036854775807h", "99999999999999999999ms", "0x3s"}) {
    EXPECT_FALSE(ParseDuration(text)) << text;
  }
}

TEST(Values, SizesAreWholeNumbersWithABinaryUnit) {
  EXPECT_THAT(ParseSize("16MiB"), Optional(size_t{16} << 20));
  EXPECT_THAT(ParseSize("1GiB"), Optional(size_t{1} << 30));
  EXPECT_THAT(ParseSize("64KiB"), Optional(size_t{65536}));
  EXPECT_THAT(ParseSize("7B"), Optional(size_t{7}));
  for (const char* text : {"", "16", "16MB", "16M", "16mib", "-1B", "1.5MiB", "9999999999999GiB"}) {
    EXPECT_FALSE(ParseSize(text)) << text;
  }
}

TEST(Values, ComeBackAsTheShortestText) {
  EXPECT_EQ(DurationText(milliseconds(90'000)), "90s");
  EXPECT_EQ(DurationText(milliseconds(3'600'000)), "1h");
  EXPECT_EQ(DurationText(milliseconds(1)), "1ms");
  EXPECT_EQ(DurationText(milliseconds(0)), "0ms");
  EXPECT_EQ(SizeText(size_t{3} << 29), "1536MiB");
  EXPECT_EQ(SizeText(1025), "1025B");
}

TEST(Values, TruthIsSpelledOneWay) {
  EXPECT_THAT(ParseBool("true"), Optional(true));
  EXPECT_THAT(ParseBool("false"), Optional(false));
  for (const char* text : {"", "True", "yes", "on", "1"}) EXPECT_FALSE(ParseBool(text)) << text;
}

TEST(Values, AddressesHaveAHostAndAPort) {
  const auto v4 = ParseHostPort("0.0.0.0:50051");
  ASSERT_TRUE(v4);
  EXPECT_EQ(v4->host, "0.0.0.0");
  EXPECT_EQ(v4->port, 50051);
  EXPECT_EQ(ParseHostPort("[::1]:0")->host, "::1");
  for (const char* text : {"", "50051", ":50051", "host", "host:", "host:65536", "host:-1",
                           "::1:50051", "[::1]", "[host]:1", "a b:1", "http://h:1", "h:1x"}) {
    EXPECT_FALSE(ParseHostPort(text)) << text;
  }
}

TEST(Values, BaseUrlsArePlain) {
  const auto url = ParseBaseUrl("https://api.openai.com/v1/");
  ASSERT_TRUE(url);
  EXPECT_TRUE(url->https);
  EXPECT_EQ(url->host, "api.openai.com");
  EXPECT_EQ(url->text, "https://api.openai.com/v1");
  EXPECT_FALSE(ParseBaseUrl("http://[::1]:8000")->https);
  EXPECT_EQ(ParseBaseUrl("http://[::1]:8000")->host, "::1");
  EXPECT_EQ(ParseBaseUrl("https://[::1]/v1")->host, "::1");
  for (const char* text :
       {"", "https://", "https:///v1", "file:///etc/passwd", "HTTPS://host", "https://u@host",
        "https://u:p@host/v1", "https://host?x=1", "https://host/v1#a", "https://host:0/v1",
        "https://host:99999", "https://ho st/", "https://host/a b", "https://host/a//b",
        "https://host/../a", "https://host/\r\nX: 1", "https://host:1:2/v1"}) {
    EXPECT_FALSE(ParseBaseUrl(text)) << text;
  }
}

TEST(Values, NamesAreBounded) {
  EXPECT_TRUE(IsLabel("a") && IsLabel("a-1") && IsLabel(std::string(63, 'a')));
  EXPECT_FALSE(IsLabel("") || IsLabel("-a") || IsLabel("a-") || IsLabel("A") || IsLabel("a.b") ||
               IsLabel(std::string(64, 'a')));
  EXPECT_TRUE(IsModelName("meta-llama/Llama-3.1-8B") && IsModelName(std::string(128, 'a')));
  EXPECT_FALSE(IsModelName("") || IsModelName("a b") || IsModelName("a\n") ||
               IsModelName(std::string(129, 'a')));
  EXPECT_TRUE(IsHeaderText("a value") && IsHeaderText(std::string(1024, 'a')));
  EXPECT_FALSE(IsHeaderText("") || IsHeaderText("a\r") || IsHeaderText("\x7f") ||
               IsHeaderText("\xc3\xa4") || IsHeaderText(std::string(1025, 'a')));
}

TEST(Values, NearestFindsSlipsOnly) {
  const std::vector<std::string_view> known = {"connect", "first_byte", "between_events"};
  EXPECT_EQ(Nearest("conect", known), "connect");
  EXPECT_EQ(Nearest("firstByte", known), "first_byte");
  EXPECT_EQ(Nearest("between_event", known), "between_events");
  EXPECT_EQ(Nearest("idle", known), "");
  EXPECT_EQ(Nearest(std::string(65, 'c'), known), "");
  EXPECT_EQ(Nearest("x", {}), "");
}

}  // namespace
}  // namespace inferwire::config
