#include <gtest/gtest.h>

#include <ctime>
#include <string>
#include <vector>

#include "openai/extra_pieces.h"

namespace inferwire::openai {
namespace {

using Kind = JsonPiece::Kind;

std::string Joined(const std::string& name, const std::vector<std::string>& values,
                   Kind kind = Kind::kDifference) {
  JsonPiece piece;
  for (const std::string& value : values) piece.Add(name, value, kind);
  std::string json;
  piece.AppendTo(json);
  return json;
}

TEST(JsonPieces, WhatIsOnePieceStaysAsItCame) {
  for (const std::string value :
       {R"({"b" : 1e3, "a":[ 1 ]})", "[ ]", "{}", "1.50", R"("\u00e9")", "null", "true"}) {
    EXPECT_EQ(Joined("x", {value}), value);
    EXPECT_EQ(Joined("x", {value, "null", "\"\"", "[]", " { } "}), value);
    EXPECT_EQ(Joined("x", {" " + value + "\n"}), value);
  }
}

TEST(JsonPieces, EachNameHasItsRule) {
  struct Case {
    std::string name;
    std::vector<std::string> pieces;
    std::string whole;
  };
  const Case cases[] = {
      // Texts.
      {"reasoning", {R"("a")", R"("a")", R"("b")"}, R"("aab")"},
      {"thinking", {R"("a")", R"("b")"}, R"("ab")"},
      {"reasoning", {R"("\ud83d")", R"("\ude00")"}, R"("\ud83d\ude00")"},
      {"reasoning",
       {R"("\ud83d")", R"("b")"},
       "\"\xEF\xBF\xBD"
       "b\""},
      {"vendor_words", {R"("a")", R"("a")", R"("b")", R"("b")"}, R"("aabb")"},
      // Labels.
      {"vendor_label", {R"("x")", R"("x")", R"("x")"}, R"("x")"},
      {"provider", {R"("x")", R"("y")"}, R"("y")"},
      {"message_id", {R"("x")", R"("x")"}, R"("x")"},
      {"x", {"1", "2"}, "2"},
      {"x", {"true", "false"}, "false"},
      {"x", {R"("a")", "[1]"}, "[1]"},
      // Objects.
      {"function_call",
       {R"({"name":"f","arguments":""})", R"({"arguments":"{\"a\""})", R"({"arguments":":1}"})"},
       R"({"name":"f","arguments":"{\"a\":1}"})"},
      {"audio",
       {R"({"id":"a","data":"AAAA","transcript":"x"})", R"({"data":"AAAA","transcript":"x"})"},
       R"({"id":"a","data":"AAAAAAAA","transcript":"xx"})"},
      {"extra_content",
       {R"({"google":{"thought_signature":"s"}})", R"({"google":{"thought_signature":"s"}})"},
       R"({"google":{"thought_signature":"s"}})"},
      // Lists.
      {"images",
       {R"([{"type":"image_url","image_url":{"url":"a"}}])",
        R"([{"type":"image_url","image_url":{"url":"b"}}])"},
       R"([{"type":"image_url","image_url":{"url":"a"}},{"type":"image_url","image_url":{"url":"b"}}])"},
      {"images",
       {R"([{"image_url":{"url":"a"},"index":0}])", R"([{"image_url":{"url":"b"},"index":0}])"},
       R"([{"image_url":{"url":"a"},"index":0},{"image_url":{"url":"b"},"index":0}])"},
      {"images",
       {R"([{"url":"a"}])", R"([{"url":"a"}, {"url":"b"}])"},
       R"([{"url":"a"},{"url":"b"}])"},
      {"citations", {R"(["a"])", R"(["a"])", R"(["a","b"])"}, R"(["a","b"])"},
      {"citations", {R"(["a"])", R"(["b"])"}, R"(["a","b"])"},
      {"token_ids", {"[5]", "[5]", "[6, 7]"}, "[5,5,6,7]"},
      {"mixed", {R"([1])", R"([{"a":1}])", R"(["x"])"}, R"([1,{"a":1},"x"])"},
      // Elements that go on.
      {"reasoning_details",
       {R"([{"type":"reasoning.text","text":"a","index":0,"format":null}])",
        R"([{"type":"reasoning.text","text":"a","index":0}])",
        R"([{"type":"reasoning.text","signature":"s","index":0}])",
        R"([{"type":"reasoning.text","text":"b","index":1}])",
        R"([{"type":"reasoning.encrypted","data":"x","index":2}])",
        R"([{"type":"reasoning.encrypted","data":"y","index":2}])"},
       R"([{"type":"reasoning.text","text":"aa","index":0,"format":null,"signature":"s"},)"
       R"({"type":"reasoning.text","text":"b","index":1},)"
       R"({"type":"reasoning.encrypted","data":"x","index":2},)"
       R"({"type":"reasoning.encrypted","data":"y","index":2}])"},
      {"reasoning_details",
       {R"([{"type":"reasoning.summary","summary":"a","index":0},{"type":"reasoning.summary","summary":"b","index":1}])",
        R"([{"type":"reasoning.summary","summary":"A","index":0}])"},
       R"([{"type":"reasoning.summary","summary":"aA","index":0},)"
       R"({"type":"reasoning.summary","summary":"b","index":1}])"},
      {"thinking_blocks",
       {R"([{"type":"thinking","thinking":"a"}])", R"([{"type":"thinking","thinking":"b"}])",
        R"([{"type":"thinking","thinking":"","signature":"s"}])",
        R"([{"type":"thinking","thinking":"c"}])"},
       R"([{"type":"thinking","thinking":"ab","signature":"s"},{"type":"thinking","thinking":"c"}])"},
      {"content",
       {R"([{"type":"thinking","thinking":[{"type":"text","text":"a"}]}])",
        R"([{"type":"thinking","thinking":[{"type":"text","text":"b"}]}])",
        R"([{"type":"text","text":"c"}])", R"([{"type":"reference","reference_ids":[1]}])"},
       R"([{"type":"thinking","thinking":[{"type":"text","text":"ab"}]},)"
       R"({"type":"text","text":"c"},{"type":"reference","reference_ids":[1]}])"},
  };
  for (const Case& each : cases) EXPECT_EQ(Joined(each.name, each.pieces), each.whole) << each.name;
}

TEST(JsonPieces, OfAStateTheLastTextCounts) {
  EXPECT_EQ(Joined("stop", {R"("a")", R"("b")"}, Kind::kState), R"("b")");
  EXPECT_EQ(
      Joined("content_filter_results",
             {R"({"hate":{"filtered":false,"severity":"safe"}})", "{}",
              R"({"hate":{"filtered":true,"severity":"high"},"self_harm":{"filtered":false}})"},
             Kind::kState),
      R"({"hate":{"filtered":true,"severity":"high"},"self_harm":{"filtered":false}})");
}

TEST(JsonPieces, ASeriesIsNeverToldAnew) {
  EXPECT_EQ(Joined("tokens", {R"(["a"])", R"(["a"])"}, Kind::kSeries), R"(["a","a"])");
}

TEST(JsonPieces, GrowthIsNeverLessThanWhatIsHeld) {
  for (const std::string value :
       {R"("aaaaaaaaaa")", R"([{"a":1},{"b":2}])", R"({"a":{"b":"c"}})"}) {
    JsonPiece piece;
    size_t growth = 0;
    for (int i = 0; i < 100; ++i) growth += piece.Add("x", value, Kind::kSeries);
    std::string json;
    piece.AppendTo(json);
    EXPECT_GE(growth, json.size()) << value;
  }
}

TEST(JsonPieces, ManyTinyElementsCostAboutTheirBytes) {
  std::string list = "[{}";
  for (int i = 0; i < 200'000; ++i) list += ",{}";
  list += ']';
  JsonPiece piece;
  EXPECT_LE(piece.Add("x", list, Kind::kSeries) + piece.Add("x", list, Kind::kSeries),
            10 * list.size());
  std::string json;
  piece.AppendTo(json);
  EXPECT_EQ(json.size(), 2 * list.size() - 1);
}

TEST(JsonPieces, OfObjectsOfTooManyMembersTheLastStands) {
  std::string large = R"({"text":"a")";
  for (int i = 0; i < 500; ++i) large += ",\"m" + std::to_string(i) + "\":1";
  large += '}';
  EXPECT_EQ(Joined("x", {R"({"text":"a"})", large}), large);
  EXPECT_EQ(Joined("x", {large, R"({"text":"b"})"}), R"({"text":"b"})");
  EXPECT_EQ(Joined("x", {"[" + large + "]", "[" + large + "]"}), "[" + large + "," + large + "]");
}

// Each kind costs time linear in its bytes, a large first element and growing lists included.
TEST(JsonPieces, CostsLinearTime) {
  const std::string large = R"([{"type":"a","data":")" + std::string(1 << 20, 'x') + R"("}])";
  for (const std::string piece :
       {R"([{"type":"a","data":"x"}])", R"([{"index":0,"text":"x"}])", R"(["x"])", "[1]"}) {
    JsonPiece list;
    list.Add("x", large, Kind::kDifference);
    const auto add = [&](int count) {
      const std::clock_t start = std::clock();
      for (int i = 0; i < count; ++i) list.Add("x", piece, Kind::kDifference);
      return static_cast<double>(std::clock() - start);
    };
    const double first = add(10'000);
    EXPECT_LT(add(40'000), 12 * first + CLOCKS_PER_SEC / 10) << piece;
  }
}

TEST(ExtraPieces, KeepNamesAndLeaveOut) {
  Extra from;
  from["a"] = "1", from["b"] = "[1]", from["gone"] = "1", from["c"] = "null";
  ExtraPieces pieces;
  pieces.Add(from, Kind::kDifference, {"gone"});
  pieces.Add(from, Kind::kDifference, {"gone"});
  pieces.Erase("a");
  Extra to;
  pieces.MoveTo(to);
  ASSERT_EQ(to.size(), 1u);
  EXPECT_EQ(to["b"], "[1,1]");
}

TEST(KeepLast, AnEmptyValueReplacesNothing) {
  Extra from, to;
  from["a"] = R"(["x"])";
  KeepLast(from, to);
  from["a"] = "[]", from["b"] = "{}";
  KeepLast(from, to);
  EXPECT_EQ(to["a"], R"(["x"])");
  EXPECT_EQ(to["b"], "{}");
}

}  // namespace
}  // namespace inferwire::openai
