// Characters that are cut in two by the borders of JSON texts.
#include "codec/half_character.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "codec/decode.h"
#include "codec/utf8.h"
#include "inferwire/v1/chat.pb.h"

namespace inferwire::codec {
namespace {

// The content of deltas given as the inside of a JSON string, joined.
std::string Joined(const std::vector<std::string>& pieces) {
  const google::protobuf::FieldDescriptor* const fields[] = {
      v1::Delta::descriptor()->FindFieldByName("content")};
  CharacterJoiner joiner;
  std::string all;
  for (const std::string& piece : pieces) {
    v1::Delta delta;
    EXPECT_TRUE(FromJson("{\"content\":\"" + piece + "\"}", delta, {}, nullptr, fields).ok());
    joiner.Join(*delta.mutable_content());
    EXPECT_TRUE(IsUtf8(delta.content())) << piece;
    all += delta.content();
  }
  return all + joiner.End();
}

constexpr char kLost[] = "\xEF\xBF\xBD";
constexpr char kEmoji[] = "\xF0\x9F\x98\x80";  // U+1F600

TEST(CharacterJoiner, JoinsTheHalvesOfAPair) {
  EXPECT_EQ(Joined({R"(a\ud83d)", R"(\ude00b)"}), std::string("a") + kEmoji + "b");
  EXPECT_EQ(Joined({R"(\uD83D)", R"(\uDE00\ud83d)", R"(\ude00)"}), std::string(kEmoji) + kEmoji);
  EXPECT_EQ(Joined({R"(a\ud83d)", "", R"(\ude00)"}), std::string("a") + kEmoji);
  // The second half lies where halves of bytes do.
  EXPECT_EQ(Joined({R"(\ud83d)", R"(\udc80x)"}), "\xF0\x9F\x92\x80x");
}

TEST(CharacterJoiner, JoinsTheBytesOfACharacterWhereverTheyAreCut) {
  const std::string text = std::string("a") + kEmoji +
                           "\xE2\x82\xAC"
                           "\xC3\xA9z";
  for (size_t cut = 0; cut <= text.size(); ++cut) {
    EXPECT_EQ(Joined({text.substr(0, cut), text.substr(cut)}), text) << cut;
    for (size_t second = cut; second <= text.size(); ++second) {
      EXPECT_EQ(Joined({text.substr(0, cut), text.substr(cut, second - cut), text.substr(second)}),
                text)
          << cut << ' ' << second;
    }
  }
  std::vector<std::string> bytes;
  for (const char c : text) bytes.emplace_back(1, c);
  EXPECT_EQ(Joined(bytes), text);
}

TEST(CharacterJoiner, WhatFindsNoOtherHalfIsReplaced) {
  const std::string lost = kLost;
  for (const auto& [pieces, whole] : std::vector<std::pair<std::vector<std::string>, std::string>>{
           {{R"(a\ud83d)", "b"}, "a" + lost + "b"},
           {{R"(a\ud83d)"}, "a" + lost},
           {{R"(\ude00a)"}, lost + "a"},
           {{R"(\ud83d)", R"(\ud83d)", R"(\ude00)"}, lost + kEmoji},
           {{R"(a\ud83db\ude00c)"}, "a" + lost + "b" + lost + "c"},
           {{R"(a\ude00b)"}, "a" + lost + "b"},
           {{R"(\ude00 \ud83d)", "x"}, lost + " " + lost + "x"},
           {{"a\xF0\x9F", "b"}, "a" + lost + "b"},
           {{"\x98\x80"
             "b"},
            lost + lost + "b"},
           {{"a\xF0\x9F"
             "b"},
            "a" + lost + "b"},
           {{"a\xF0\x9F", R"(\ude00)"}, "a" + lost + lost}}) {
    EXPECT_EQ(Joined(pieces), whole) << pieces.front();
  }
}

TEST(CharacterJoiner, HoldsNoMoreThanABeginning) {
  const google::protobuf::FieldDescriptor* const fields[] = {
      v1::Delta::descriptor()->FindFieldByName("content")};
  CharacterJoiner joiner;
  size_t out = 0;
  for (int i = 0; i < 1000; ++i) {
    v1::Delta delta;
    ASSERT_TRUE(FromJson(R"({"content":"\udcf0\udcf0\udcf0"})", delta, {}, nullptr, fields).ok());
    joiner.Join(*delta.mutable_content());
    out += delta.content().size();
  }
  EXPECT_GE(out, 3u * 2999) << "each is told as soon as nothing can complete it";
  EXPECT_EQ(joiner.End(), kLost);
}

TEST(CharacterJoiner, OnlyNamedFieldsKeepHalves) {
  const google::protobuf::FieldDescriptor* const fields[] = {
      v1::Delta::descriptor()->FindFieldByName("content")};
  v1::Delta delta;
  ASSERT_TRUE(
      FromJson(
          "{\"refusal\":\"\\ud83d\",\"content\":\"\xF0\x9F\",\"x\":\"\x98\",\"y\":\"\\ud83d\"}",
          delta, {}, nullptr, fields)
          .ok());
  EXPECT_EQ(delta.refusal(), kLost);
  EXPECT_TRUE(HasHalfAtEnd(delta.content()));
  EXPECT_TRUE(IsUtf8(delta.extra().at("x")));
  ASSERT_TRUE(FromJson("{\"content\":\"\\ud83d\"}", delta).ok());
  EXPECT_EQ(delta.content(), kLost);
}

}  // namespace
}  // namespace inferwire::codec
