#include "codec/json_feed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace inferwire::codec {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Status = JsonFeed::Status;
using Next = JsonFeed::Next;

constexpr JsonFeed::Shape kEmbeddings{.list = "data", .long_member = "embedding"};
constexpr JsonFeed::Shape kEvent{.list = {}, .long_member = "b64_json"};

// What a feed hands out, each element before the long string that it had.
class Hearer : public JsonFeed::Sink {
 public:
  Next OnPiece(std::string_view piece) override {
    pieces_ += piece;
    return answer;
  }
  Next OnElement(std::string_view json) override {
    elements.push_back(std::string(json) + (pieces_.empty() ? "" : " " + pieces_));
    pieces_.clear();
    return answer;
  }

  std::vector<std::string> elements;
  Next answer = Next::kGoOn;

 private:
  std::string pieces_;
};

struct Heard {
  Status status = Status::kMore;
  std::vector<std::string> elements;
  std::string rest;

  bool operator==(const Heard&) const = default;
};

Heard Hear(const JsonFeed::Shape& shape, std::initializer_list<std::string_view> pieces) {
  JsonFeed feed(shape);
  Hearer hearer;
  Heard heard;
  for (std::string_view piece : pieces) heard.status = feed.Feed(piece, hearer);
  heard.elements = hearer.elements;
  heard.rest = feed.rest();
  return heard;
}

Status StatusOf(const JsonFeed::Shape& shape, std::string_view text) {
  return Hear(shape, {text}).status;
}

// Every trap at once: the list's name elsewhere, brackets in strings, escapes, numbers, blanks.
constexpr std::string_view kAnswer =
    R"( {"object":"list","model":"m \" } ] , data","of":{"data":[{"embedding":"inner"}]} ,"data" : [)"
    R"( {"index":0,"embedding":"AAAA\/B\u002b=","more":{"embedding":"kept","x":["]"]}} ,)"
    R"({"index":1,"embedding":[0.5,-1e3,[2]]},{"embedding":""},null , 12.5,"text,]",[1,{"a":2}],{}])"
    R"(,"usage": {"total_tokens":8, "data":[1]}} )";

TEST(JsonFeed, HandsOutElementsAndTheirLongString) {
  const Heard heard = Hear(kEmbeddings, {kAnswer});
  EXPECT_EQ(heard.status, Status::kWhole);
  EXPECT_THAT(
      heard.elements,
      ElementsAre(R"({"index":0,"embedding":"","more":{"embedding":"kept","x":["]"]}} AAAA/B+=)",
                  R"({"index":1,"embedding":[0.5,-1e3,[2]]})", R"({"embedding":""})", "null ",
                  "12.5", R"("text,]")", R"([1,{"a":2}])", "{}"));
  EXPECT_EQ(
      heard.rest,
      R"({"object":"list","model":"m \" } ] , data","of":{"data":[{"embedding":"inner"}]} ,"data" : [])"
      R"(,"usage": {"total_tokens":8, "data":[1]}})");
}

TEST(JsonFeed, SaysTheSameWhereverTheBytesAreCut) {
  const Heard whole = Hear(kEmbeddings, {kAnswer});
  for (size_t a = 0; a <= kAnswer.size(); ++a) {
    for (size_t b = a; b <= kAnswer.size(); b += 5) {
      const Heard cut =
          Hear(kEmbeddings, {kAnswer.substr(0, a), kAnswer.substr(a, b - a), kAnswer.substr(b)});
      ASSERT_EQ(cut, whole) << a << " " << b;
    }
  }
  JsonFeed feed(kEmbeddings);
  Hearer hearer;
  for (const char& c : kAnswer) {
    std::string_view byte(&c, 1);
    ASSERT_LE(feed.Feed(byte, hearer), Status::kWhole);
    ASSERT_THAT(byte, IsEmpty());
  }
  EXPECT_TRUE(feed.whole());
  EXPECT_EQ(hearer.elements, whole.elements);
  EXPECT_EQ(feed.rest(), whole.rest);
  EXPECT_EQ(feed.elements(), whole.elements.size());
}

TEST(JsonFeed, EndsNowhereButAtTheEnd) {
  const size_t end = kAnswer.rfind('}');
  for (size_t size = 0; size <= end; ++size) {
    ASSERT_EQ(StatusOf(kEmbeddings, kAnswer.substr(0, size)), Status::kMore) << size;
  }
}

TEST(JsonFeed, TakesADocumentThatIsTheElement) {
  constexpr std::string_view kText =
      R"({"type":"image","data":[1],"b64_json":"iVBO","in":{"b64_json":"x"}})";
  const Heard heard = Hear(kEvent, {kText.substr(0, 40), kText.substr(40)});
  EXPECT_EQ(heard.status, Status::kWhole);
  EXPECT_THAT(
      heard.elements,
      ElementsAre(R"({"type":"image","data":[1],"b64_json":"","in":{"b64_json":"x"}} iVBO)"));
  EXPECT_EQ(heard.rest, "");
  EXPECT_EQ(StatusOf(kEvent, "[]"), Status::kBroken);
}

TEST(JsonFeed, KnowsEscapedNames) {
  const Heard heard = Hear(kEmbeddings, {R"({"d\u0061ta":[{"embeddin\u0067":"AA=="}]})"});
  EXPECT_EQ(heard.status, Status::kWhole);
  EXPECT_THAT(heard.elements, ElementsAre(R"({"embeddin\u0067":""} AA==)"));
}

TEST(JsonFeed, LeavesWhatHasNoSuchListAsItIs) {
  for (const char* text : {R"({"data":null})", R"({"data":{"data":[1]}})", R"({"data":"[1]"})",
                           R"({"error":{"message":"no"}})", "{}"}) {
    const Heard heard = Hear(kEmbeddings, {text});
    EXPECT_EQ(heard.status, Status::kWhole) << text;
    EXPECT_THAT(heard.elements, IsEmpty()) << text;
    EXPECT_EQ(heard.rest, text);
  }
}

TEST(JsonFeed, RefusesWhatIsNoSuchDocument) {
  for (const char* text :
       {"x", "[", "1", "\"a\"", "<html>", R"({"data":[,1]})", R"({"data":[1,]})", R"({"data":[}})",
        R"({"data":[{}{}]})", R"({"data":[[]:1]})", R"({"data":[1}])", R"({"data":[1],"data":[2]})",
        R"({"data":[{"embedding":"A","embedding":"B"}]})", R"({"data":[{"embedding":"\n"}]})",
        R"({"data":[{"embedding":"\u00e9"}]})", R"({"data":[{"embedding":"\u00g0"}]})",
        R"({"data":[{"embedding":"\u0141"}]})", "{}x", "{}{}"}) {
    JsonFeed feed(kEmbeddings);
    Hearer hearer;
    std::string_view bytes = text;
    EXPECT_EQ(feed.Feed(bytes, hearer), Status::kBroken) << text;
    std::string_view more = "{}";
    EXPECT_EQ(feed.Feed(more, hearer), Status::kBroken) << "that is final";
  }
}

TEST(JsonFeed, BoundsAnElementAndTheRestButNotTheLongString) {
  JsonFeed::Shape shape = kEmbeddings;
  shape.max_element = 16;
  shape.max_rest = 20;
  const std::string text(1000, 'A');
  EXPECT_EQ(StatusOf(shape, R"({"data":[{"embedding":")" + text + R"("}]})"), Status::kWhole);
  EXPECT_EQ(StatusOf(shape, R"({"data":[{"other":")" + text), Status::kTooLong);
  EXPECT_EQ(StatusOf(shape, R"({"data":[)" + std::string(17, '1')), Status::kTooLong);
  EXPECT_EQ(StatusOf(shape, R"({"data":[1],"a":")" + text), Status::kTooLong);
  EXPECT_EQ(StatusOf(shape, R"({")" + text), Status::kTooLong);
}

TEST(JsonFeed, NestingCostsNoStack) {
  const std::string open(900'000, '['), close(900'000, ']');
  const Heard heard = Hear(kEmbeddings, {R"({"data":[)" + open, close + "]}"});
  EXPECT_EQ(heard.status, Status::kTooLong);
  JsonFeed::Shape shape = kEmbeddings;
  shape.max_element = 2u << 20;
  EXPECT_THAT(Hear(shape, {R"({"data":[)" + open, close + "]}"}).elements, SizeIs(1));
}

TEST(JsonFeed, HandsOutAnyNumberOfElements) {
  std::string text = R"({"data":[0)";
  for (int i = 1; i < 300'000; ++i) text += ",{}";
  const Heard heard = Hear(kEmbeddings, {text, "]}"});
  EXPECT_EQ(heard.status, Status::kWhole);
  EXPECT_THAT(heard.elements, SizeIs(300'000));
  EXPECT_EQ(heard.rest, R"({"data":[]})");
}

TEST(JsonFeed, GoesOnWhereItWasPaused) {
  const Heard whole = Hear(kEmbeddings, {kAnswer});
  JsonFeed feed(kEmbeddings);
  Hearer hearer;
  hearer.answer = Next::kPause;
  std::string_view bytes = kAnswer;
  int pauses = 0;
  while (feed.Feed(bytes, hearer) == Status::kPaused) ++pauses;
  EXPECT_TRUE(feed.whole());
  EXPECT_THAT(bytes, IsEmpty());
  EXPECT_EQ(hearer.elements, whole.elements);
  EXPECT_EQ(feed.rest(), whole.rest);
  // 8 elements, and the long string in five pieces, of which two were escapes.
  EXPECT_EQ(pauses, 13);
}

TEST(JsonFeed, StopsForGood) {
  JsonFeed feed(kEmbeddings);
  Hearer hearer;
  hearer.answer = Next::kStop;
  std::string_view bytes = kAnswer;
  EXPECT_EQ(feed.Feed(bytes, hearer), Status::kStopped);
  EXPECT_THAT(std::string(bytes), EndsWith("} "));
  EXPECT_EQ(feed.Feed(bytes, hearer), Status::kStopped);
  EXPECT_THAT(hearer.elements, IsEmpty());
}

}  // namespace
}  // namespace inferwire::codec
