#include "http/sse.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace inferwire::http {
namespace {

struct Owned {
  std::string event, id, data;
  bool operator==(const Owned&) const = default;
};
void PrintTo(const Owned& e, std::ostream* out) {
  *out << "{" << e.event << "|" << e.id << "|" << e.data << "}";
}

struct Heard {
  std::vector<Owned> events;
  bool too_long = false;
  bool partial = false;  // before End
  bool operator==(const Heard&) const = default;
};

void Drain(SseParser& parser, Heard& heard) {
  SseParser::Event event;
  for (;;) {
    switch (parser.Next(event)) {
      case SseParser::Status::kEvent:
        heard.events.push_back(
            {std::string(event.event), std::string(event.id), std::string(event.data)});
        break;
      case SseParser::Status::kTooLong:
        heard.too_long = true;
        return;
      case SseParser::Status::kNeedMore:
        return;
    }
  }
}

// Feeds pieces of the given sizes, each from memory that is gone before the next comes.
template <class NextSize>
Heard Parse(std::string_view bytes, size_t bound, bool end, NextSize next_size) {
  SseParser parser(bound);
  Heard heard;
  while (!bytes.empty() && !heard.too_long) {
    const size_t size = std::min<size_t>(next_size(), bytes.size());
    auto piece = std::make_unique<char[]>(size);
    std::copy_n(bytes.data(), size, piece.get());
    parser.Feed({piece.get(), size});
    Drain(parser, heard);
    bytes.remove_prefix(size);
  }
  heard.partial = !heard.too_long && parser.HasPartial();
  if (end && !heard.too_long) {
    parser.End();
    Drain(parser, heard);
    EXPECT_FALSE(!heard.too_long && parser.HasPartial());
  }
  return heard;
}

// The same, however the bytes are cut.
Heard ParseEveryWay(std::string_view bytes, size_t bound = 1 << 20, bool end = false) {
  const Heard whole = Parse(bytes, bound, end, [] { return SIZE_MAX; });
  EXPECT_EQ(whole, Parse(bytes, bound, end, [] { return 1; })) << "byte by byte";
  for (unsigned seed = 1; seed <= 200; ++seed) {
    std::mt19937 random(seed);
    std::uniform_int_distribution<size_t> size(0, 1 + seed % 23);
    EXPECT_EQ(whole, Parse(bytes, bound, end, [&] { return size(random); })) << "seed " << seed;
  }
  return whole;
}

std::vector<Owned> Events(std::string_view bytes) { return ParseEveryWay(bytes).events; }

using List = std::vector<Owned>;

bool operator==(const Heard& a, const List& b) { return a.events == b; }

TEST(SseParser, GivesOneEventPerBlankLine) {
  EXPECT_EQ(Events("data: {\"a\":1}\n\ndata: [DONE]\n\n"),
            (List{{"", "", "{\"a\":1}"}, {"", "", "[DONE]"}}));
}

TEST(SseParser, TakesEveryLineEnd) {
  const List expected{{"x", "", "1\n2"}, {"", "", "3"}};
  EXPECT_EQ(Events("event: x\ndata: 1\ndata: 2\n\ndata: 3\n\n"), expected);
  EXPECT_EQ(Events("event: x\r\ndata: 1\r\ndata: 2\r\n\r\ndata: 3\r\n\r\n"), expected);
  EXPECT_EQ(Events("event: x\rdata: 1\rdata: 2\r\rdata: 3\r\r"), expected);
  EXPECT_EQ(Events("event: x\r\ndata: 1\ndata: 2\r\n\ndata: 3\r\r\n"), expected);
}

TEST(SseParser, DispatchesAtACarriageReturnWithoutWaitingForTheLineFeed) {
  EXPECT_EQ(Events("data: 1\r\n\r").size(), 1u);
  EXPECT_FALSE(ParseEveryWay("data: 1\r\n\r").partial);
}

TEST(SseParser, DropsAByteOrderMarkAtTheStartOnly) {
  EXPECT_EQ(Events("\xEF\xBB\xBF"
                   "data: 1\n\n"),
            (List{{"", "", "1"}}));
  EXPECT_EQ(Events("\xEF\xBB"
                   "data: 1\n\ndata: 2\n\n"),
            (List{{"", "", "2"}}));
  EXPECT_EQ(Events("data: 1\n\n\xEF\xBB\xBF"
                   "data: 2\n\n"),
            (List{{"", "", "1"}}));
  EXPECT_EQ(Events("\xEF\xBB\xBF"), List{});
}

TEST(SseParser, IgnoresCommentsUnknownFieldsAndRetry) {
  EXPECT_EQ(Events(": OPENROUTER PROCESSING\n\n:\nretry: 10\nfoo: bar\nfoo\ndata: 1\n\n"),
            (List{{"", "", "1"}}));
}

TEST(SseParser, RemovesAtMostOneSpaceAfterTheColon) {
  EXPECT_EQ(Events("data:1\n\ndata:  2 \n\ndata: \n\ndata:\n\ndata\n\n"),
            (List{{"", "", "1"}, {"", "", " 2 "}, {"", "", ""}, {"", "", ""}, {"", "", ""}}));
}

TEST(SseParser, JoinsDataLines) {
  EXPECT_EQ(Events("data\ndata: b\ndata\n\n"), (List{{"", "", "\nb\n"}}));
  EXPECT_EQ(Events("data: a:b\ndata: {\ndata: }\n\n"), (List{{"", "", "a:b\n{\n}"}}));
}

TEST(SseParser, EventAndIdHoldForOneEvent) {
  EXPECT_EQ(Events("id: 7\nevent: a\nevent: b\ndata: 1\n\ndata: 2\n\n"),
            (List{{"b", "7", "1"}, {"", "", "2"}}));
  EXPECT_EQ(Events(std::string_view("id: 1\nid: a\0b\ndata: 1\n\n", 23)), (List{{"", "1", "1"}}));
}

TEST(SseParser, AnEventWithoutDataIsNone) {
  EXPECT_EQ(Events("event: ping\n\nid: 3\n\ndata: 1\n\n"), (List{{"", "", "1"}}));
}

TEST(SseParser, AFieldNamedErrorIsAnErrorEvent) {
  EXPECT_EQ(Events("error: {\"code\":500}\n\n"), (List{{"error", "", "{\"code\":500}"}}));
}

TEST(SseParser, NamesAreExact) { EXPECT_EQ(Events(" data: 1\n\nDATA: 1\n\ndata : 1\n\n"), List{}); }

TEST(SseParser, EndGivesAnEventWhoseBlankLineIsMissing) {
  for (const std::string_view bytes :
       {"data: 1\n\ndata: 2", "data: 1\n\ndata: 2\n", "data: 1\n\ndata: 2\r"}) {
    EXPECT_EQ(ParseEveryWay(bytes, 1 << 20, false), (List{{"", "", "1"}}));
    EXPECT_TRUE(ParseEveryWay(bytes, 1 << 20, false).partial);
    EXPECT_EQ(ParseEveryWay(bytes, 1 << 20, true), (List{{"", "", "1"}, {"", "", "2"}}));
  }
  EXPECT_EQ(ParseEveryWay("data: 1\n\n", 1 << 20, true), (List{{"", "", "1"}}));
  EXPECT_FALSE(ParseEveryWay("data: 1\n\n: bye\n", 1 << 20, false).partial);
  EXPECT_EQ(ParseEveryWay("event: x\n: y", 1 << 20, true), List{});
  EXPECT_EQ(ParseEveryWay("", 1 << 20, true), List{});
}

TEST(SseParser, BoundsAnEvent) {
  const std::string fits = "data: " + std::string(94, 'x') + "\n\n";
  EXPECT_FALSE(ParseEveryWay(fits + fits, 100).too_long) << "the bound is one event's";
  EXPECT_EQ(ParseEveryWay(fits + fits, 100).events.size(), 2u);
  const Heard long_line =
      ParseEveryWay(fits + "data: " + std::string(95, 'x') + "\n\n" + fits, 100);
  EXPECT_TRUE(long_line.too_long);
  EXPECT_EQ(long_line.events.size(), 1u) << "nothing after it, everything before it";
  EXPECT_TRUE(ParseEveryWay("data: 12345\ndata: 12345\ndata: 12345\n\n", 25).too_long);
  EXPECT_TRUE(ParseEveryWay(std::string(101, 'x'), 100).too_long) << "an endless line";
  EXPECT_TRUE(ParseEveryWay(":" + std::string(101, 'x') + "\n", 100).too_long);
}

TEST(SseParser, CommentsDoNotAddUpToTheBound) {
  std::string bytes = "data: 1\n";
  for (int i = 0; i < 100; ++i) bytes += ": keep-alive\n";
  const Heard heard = ParseEveryWay(bytes + "\n", 20);
  EXPECT_FALSE(heard.too_long);
  EXPECT_EQ(heard.events.size(), 1u);
}

TEST(SseParser, TooLongIsFinal) {
  SseParser parser(4);
  SseParser::Event event;
  parser.Feed("data: 1\n\n");
  EXPECT_EQ(parser.Next(event), SseParser::Status::kTooLong);
  EXPECT_EQ(parser.Next(event), SseParser::Status::kTooLong);
}

TEST(SseParser, DoesNotCopyAnEventThatLiesInOneFeed) {
  SseParser parser(1 << 20);
  const std::string bytes = "event: e\nid: 1\ndata: hello\n\ndata: w\n\n";
  const auto inside = [&](std::string_view view) {
    return view.data() >= bytes.data() && view.data() + view.size() <= bytes.data() + bytes.size();
  };
  SseParser::Event event;
  parser.Feed(bytes);
  ASSERT_EQ(parser.Next(event), SseParser::Status::kEvent);
  EXPECT_TRUE(inside(event.event) && inside(event.id) && inside(event.data));
  ASSERT_EQ(parser.Next(event), SseParser::Status::kEvent);
  EXPECT_TRUE(inside(event.data));
}

// Events put together again from their pieces; pieces: how many there were.
List ParsePieces(std::string_view bytes, size_t size, size_t bound, size_t& pieces) {
  SseParser parser(bound, /*in_pieces=*/true);
  List events;
  std::string data;
  const auto drain = [&] {
    SseParser::Event event;
    while (parser.Next(event) == SseParser::Status::kEvent) {
      data += event.data;
      if (event.is_piece) {
        ++pieces;
        continue;
      }
      events.push_back({std::string(event.event), std::string(event.id), std::move(data)});
      data.clear();
    }
  };
  while (!bytes.empty()) {
    const std::string read(bytes.substr(0, size));
    bytes.remove_prefix(read.size());
    parser.Feed(read);
    drain();
  }
  EXPECT_FALSE(parser.HasPartial());
  parser.End();
  drain();
  return events;
}

TEST(SseParser, GivesLongDataInPieces) {
  std::string spaced;
  while (spaced.size() < 9000) spaced += " a  b";
  const List expected{{"image", "7", spaced},
                      {"", "", "short"},
                      {"two", "", "one\n" + spaced + "\nthree"},
                      {"", "", "last"}};
  std::string text;
  for (const Owned& event : expected) {
    if (!event.event.empty()) text += "event: " + event.event + "\r\n";
    if (!event.id.empty()) text += "id: " + event.id + "\r\n";
    text += "data: ";
    for (const char c : event.data) text += c == '\n' ? "\r\ndata: " : std::string(1, c);
    text += "\r\n\r\n";
  }
  for (const size_t size : {1, 2, 333, 1000, 1023, 1024, 1025, 4096, 1 << 20}) {
    size_t pieces = 0;
    // What was given is not kept, and so not bound.
    EXPECT_EQ(ParsePieces(text, size, size < 5000 ? 6000 : 1 << 20, pieces), expected) << size;
    EXPECT_EQ(pieces > 0, size < text.size()) << size;
  }
}

TEST(SseParser, BoundsWhatIsNoDataWhereDataComesInPieces) {
  SseParser parser(2000, /*in_pieces=*/true);
  SseParser::Event event;
  const std::string read = "event: " + std::string(3000, 'x');
  parser.Feed(read);
  EXPECT_EQ(parser.Next(event), SseParser::Status::kTooLong);
}

// A soup of every byte that means something: cut in any way it gives the same.
TEST(SseParser, AnySoupIsReadTheSameHoweverItIsCut) {
  const std::vector<std::string> scraps = {"data",        "event", "id", "error",
                                           ":",           " ",     "\r", "\n",
                                           "\r\n",        "\n\n",  "x",  std::string(1, '\0'),
                                           "\xEF\xBB\xBF"};
  std::mt19937 random(42);
  for (int round = 0; round < 60; ++round) {
    std::string soup;
    for (int i = 0; i < 80; ++i) soup += scraps[random() % scraps.size()];
    ParseEveryWay(soup, 1 << 20, true);
    ParseEveryWay(soup, 12, true);
  }
}

}  // namespace
}  // namespace inferwire::http
