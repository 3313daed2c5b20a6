#include "http/ws_frames.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "support/server_frame.h"

namespace inferwire::http {
namespace {

using namespace std::string_literals;
using Status = FrameParser::Status;

constexpr size_t kMost = 1 << 20;

// What a parser says of these bytes, as lines; a broken connection is the last of them.
std::vector<std::string> Read(const std::vector<std::string>& pieces, size_t most = kMost) {
  FrameParser parser(most);
  std::vector<std::string> heard;
  for (const std::string& piece : pieces) {
    parser.Feed(piece);
    FrameParser::Event event;
    for (Status status = parser.Next(event); status != Status::kNeedMore;
         status = parser.Next(event)) {
      if (status == Status::kBroken) {
        heard.push_back("broken " + std::to_string(parser.close_code()));
        EXPECT_EQ(parser.Next(event), Status::kBroken) << "for ever";
        return heard;
      }
      heard.push_back(std::to_string(static_cast<int>(event.opcode)) + " " +
                      std::string(event.payload));
    }
  }
  return heard;
}

std::vector<std::string> Bytewise(const std::string& text) {
  std::vector<std::string> pieces;
  for (const char c : text) pieces.emplace_back(1, c);
  return pieces;
}

uint32_t MaskOf(const char (&bytes)[5]) {
  uint32_t mask = 0;
  std::memcpy(&mask, bytes, sizeof mask);
  return mask;
}

// RFC 6455, section 5.7.
TEST(WsFrames, ReadsTheExamplesOfTheStandard) {
  EXPECT_EQ(Read({"\x81\x05Hello"s}), (std::vector<std::string>{"1 Hello"}));
  EXPECT_EQ(Read({"\x01\x03Hel"s, "\x80\x02lo"s}), (std::vector<std::string>{"1 Hello"}));
  EXPECT_EQ(Read({"\x89\x05Hello"s}), (std::vector<std::string>{"9 Hello"}));
  const std::string binary256(256, 'b'), binary64k(65536, 'B');
  EXPECT_EQ(Read({"\x82\x7e\x01\x00"s + binary256}), (std::vector<std::string>{"2 " + binary256}));
  EXPECT_EQ(Read({"\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00"s + binary64k}),
            (std::vector<std::string>{"2 " + binary64k}));
}

TEST(WsFrames, WritesTheExamplesOfTheStandard) {
  std::string out;
  AppendFrame(out, Opcode::kText, "Hello", MaskOf("\x37\xfa\x21\x3d"));
  EXPECT_EQ(out, "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"s);
  out.clear();
  AppendFrame(out, Opcode::kPong, "Hello", MaskOf("\x37\xfa\x21\x3d"));
  EXPECT_EQ(out, "\x8a\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"s);
}

TEST(WsFrames, WritesEachLengthAsShortAsItCan) {
  const std::vector<std::pair<size_t, std::string>> heads = {
      {0, "\x81\x80"s},
      {125, "\x81\xfd"s},
      {126, "\x81\xfe\x00\x7e"s},
      {65535, "\x81\xfe\xff\xff"s},
      {65536, "\x81\xff\x00\x00\x00\x00\x00\x01\x00\x00"s}};
  for (const auto& [size, head] : heads) {
    std::string out = "before";
    AppendFrame(out, Opcode::kText, std::string(size, 'x'), 0);
    EXPECT_EQ(out, "before" + head + "\0\0\0\0"s + std::string(size, 'x'));
  }
}

TEST(WsFrames, MasksEveryByteWhateverTheLength) {
  const char mask[] = "\x01\x02\x04\x08";
  for (size_t size = 0; size < 40; ++size) {
    std::string out;
    AppendFrame(out, Opcode::kText, std::string(size, '\0'), MaskOf("\x01\x02\x04\x08"), false);
    ASSERT_EQ(out.size(), 6 + size);
    EXPECT_EQ(out[0], '\x01') << "a fragment";
    for (size_t i = 0; i < size; ++i) EXPECT_EQ(out[6 + i], mask[i % 4]) << size << " " << i;
  }
}

TEST(WsFrames, AreTheSameAtEverySplit) {
  std::string all = ServerText("one") + ServerFrame(0x01, "t") + ServerFrame(0x89, "ping") +
                    ServerFrame(0x00, "w") + ServerFrame(0x80, "o") +
                    ServerText(std::string(126, '3')) + ServerFrame(0x82, "") +
                    ServerClose(1000, "bye");
  const auto whole = Read({all});
  EXPECT_EQ(whole,
            (std::vector<std::string>{"1 one", "9 ping", "1 two", "1 " + std::string(126, '3'),
                                      "2 ", "8 \x03\xe8" + "bye"s}));
  EXPECT_EQ(Read(Bytewise(all)), whole);
  for (size_t at = 0; at <= all.size(); ++at) {
    EXPECT_EQ(Read({all.substr(0, at), all.substr(at)}), whole) << at;
  }
}

TEST(WsFrames, BreaksOnWhatNoServerMaySend) {
  const std::vector<std::pair<const char*, std::string>> wrong = {
      {"first reserved bit", "\xc1\x00"s},
      {"second reserved bit", "\xa1\x00"s},
      {"third reserved bit", "\x91\x00"s},
      {"a mask", "\x81\x80"s},
      {"opcode 3", "\x83\x00"s},
      {"opcode 7", "\x87\x00"s},
      {"opcode 11", "\x8b\x00"s},
      {"opcode 15", "\x8f\x00"s},
      {"a fragmented ping", "\x09\x00"s},
      {"a fragmented close", "\x08\x00"s},
      {"a long ping", "\x89\x7e"s},
      {"a very long pong", "\x8a\x7f"s},
      {"a continuation of nothing", "\x80\x00"s},
      {"a message within a message", "\x01\x00\x81\x00"s},
      {"a fragment within a message", "\x01\x00\x02\x00"s},
      {"125 in two bytes", "\x81\x7e\x00\x7d"s},
      {"65535 in eight bytes", "\x81\x7f\x00\x00\x00\x00\x00\x00\xff\xff"s}};
  for (const auto& [what, bytes] : wrong) {
    EXPECT_EQ(Read({bytes}), (std::vector<std::string>{"broken 1002"})) << what;
    EXPECT_EQ(Read(Bytewise(bytes)), (std::vector<std::string>{"broken 1002"})) << what;
  }
}

TEST(WsFrames, TakesWhatIsUnusualAndAllowed) {
  EXPECT_EQ(Read({"\x01\x00\x00\x00\x80\x00"s}), (std::vector<std::string>{"1 "}));
  EXPECT_EQ(Read({ServerFrame(0x8a, "nobody asked")}),
            (std::vector<std::string>{"10 nobody asked"}));
  const std::string most(125, 'p');
  EXPECT_EQ(Read({ServerFrame(0x89, most)}), (std::vector<std::string>{"9 " + most}));
  for (const size_t size : {size_t{125}, size_t{126}, size_t{65535}, size_t{65536}}) {
    EXPECT_EQ(Read({ServerText(std::string(size, 'x'))}),
              (std::vector<std::string>{"1 " + std::string(size, 'x')}));
  }
}

TEST(WsFrames, RefusesALongMessageByItsHead) {
  EXPECT_EQ(Read({ServerText("12345")}, 5), (std::vector<std::string>{"1 12345"}));
  EXPECT_EQ(Read({"\x81\x06"s}, 5), (std::vector<std::string>{"broken 1009"}));
  EXPECT_EQ(Read({"\x81\x7f\xff\xff\xff\xff\xff\xff\xff\xff"s}),
            (std::vector<std::string>{"broken 1009"}));
  // Of a message in fragments, all of them count.
  EXPECT_EQ(Read({ServerFrame(0x01, "123"), "\x80\x03"s}, 5),
            (std::vector<std::string>{"broken 1009"}));
}

TEST(WsFrames, HoldsNoMoreThanWhatIsNotRead) {
  FrameParser parser(kMost);
  FrameParser::Event event;
  const std::string frame = ServerText(std::string(100'000, 'x'));
  for (int i = 0; i < 20; ++i) {
    parser.Feed(frame);
    ASSERT_EQ(parser.Next(event), Status::kMessage);
    EXPECT_EQ(parser.Next(event), Status::kNeedMore);
    EXPECT_EQ(parser.held(), 0u);
  }
  parser.Feed(ServerFrame(0x01, "half"));
  EXPECT_EQ(parser.Next(event), Status::kNeedMore);
  EXPECT_EQ(parser.held(), 4u);
}

TEST(WsFrames, ReadsAClose) {
  CloseWords words;
  EXPECT_TRUE(FrameParser::ReadClose("", words));
  EXPECT_EQ(words.code, close_code::kNoCode);
  EXPECT_TRUE(
      FrameParser::ReadClose("\x03\xe8"
                             "done",
                             words));
  EXPECT_EQ(words.code, 1000);
  EXPECT_EQ(words.reason, "done");
  EXPECT_FALSE(FrameParser::ReadClose("\x03", words)) << "half a code";
  for (const int code : {0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535}) {
    const std::string payload{static_cast<char>(code >> 8), static_cast<char>(code & 0xff)};
    EXPECT_FALSE(FrameParser::ReadClose(payload, words)) << code;
  }
  for (const int code : {1000, 1003, 1007, 1011, 1014, 3000, 4999}) {
    const std::string payload{static_cast<char>(code >> 8), static_cast<char>(code & 0xff)};
    EXPECT_TRUE(FrameParser::ReadClose(payload, words)) << code;
    EXPECT_EQ(words.code, code);
  }
}

TEST(WsFrames, CutsALongReasonAtTheEndOfACharacter) {
  std::string out;
  AppendClose(out, 1001, std::string(122, 'r') + "\xc3\xa4", 0);
  EXPECT_EQ(out, "\x88\xfc\0\0\0\0\x03\xe9"s + std::string(122, 'r'));
  out.clear();
  AppendClose(out, close_code::kNoCode, "not sent", 0);
  EXPECT_EQ(out, "\x88\x80\0\0\0\0"s);
}

}  // namespace
}  // namespace inferwire::http
