#include "rpc/http2/message_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "framed.h"

namespace inferwire::rpc::http2 {
namespace {

using Status = MessageReader::Status;

TEST(MessageReader, ReadsTheSameMessagesInAnyPieces) {
  const std::vector<std::string> texts = {"", "a", std::string(70'000, 'x'), "", "end"};
  std::string all;
  for (const auto& text : texts) all += Framed(text);
  std::mt19937 random(1);
  for (int round = 0; round < 200; ++round) {
    MessageReader reader(100'000);
    std::vector<std::string> read;
    for (size_t at = 0; at < all.size();) {
      const size_t most = round == 0 ? 1 : 1 + random() % (round % 2 == 0 ? 20 : 50'000);
      std::string_view piece = std::string_view(all).substr(at, most);
      at += piece.size();
      while (!piece.empty()) {
        grpc::ByteBuffer message;
        const Status status = reader.Take(piece, message);
        if (status == Status::kMessage) read.push_back(TextOf(message));
        ASSERT_TRUE(status == Status::kMessage || status == Status::kNeedMore);
      }
    }
    EXPECT_THAT(read, ::testing::ElementsAreArray(texts));
    EXPECT_FALSE(reader.open());
  }
}

TEST(MessageReader, RefusesAMessageOverTheLimitAtItsPrefix) {
  MessageReader reader(10);
  const std::string prefix = Framed(std::string(11, 'x')).substr(0, 5);
  std::string_view data = prefix;
  grpc::ByteBuffer message;
  EXPECT_EQ(reader.Take(data, message), Status::kTooLong);
  EXPECT_EQ(reader.held(), 0u);
}

TEST(MessageReader, HoldsWhatHasComeAndNotWhatIsAnnounced) {
  MessageReader reader(1u << 30);
  const std::string start = Framed(std::string(1000, 'x')).substr(0, 105);
  std::string_view data = start;
  grpc::ByteBuffer message;
  EXPECT_EQ(reader.Take(data, message), Status::kNeedMore);
  EXPECT_EQ(reader.held(), 100u);
  EXPECT_TRUE(reader.open());
}

TEST(MessageReader, KeepsSmallPiecesTogether) {
  MessageReader reader(1u << 20);
  const std::string all = Framed(std::string(100'000, 'x'));
  grpc::ByteBuffer message;
  for (size_t at = 0; at < all.size(); ++at) {
    std::string_view byte = std::string_view(all).substr(at, 1);
    reader.Take(byte, message);
  }
  std::vector<grpc::Slice> slices;
  ASSERT_TRUE(message.Dump(&slices).ok());
  EXPECT_EQ(message.Length(), 100'000u);
  EXPECT_LE(slices.size(), 25u);
}

TEST(MessageReader, TellsCompressedMessagesAndRefusesOtherFlags) {
  MessageReader reader(10);
  const std::string compressed = Framed("abc", 1), other = Framed("abc", 2);
  std::string_view data = compressed;
  grpc::ByteBuffer message;
  EXPECT_EQ(reader.Take(data, message), Status::kMessage);
  EXPECT_TRUE(reader.compressed());
  data = other;
  EXPECT_EQ(reader.Take(data, message), Status::kBadFlag);
}

}  // namespace
}  // namespace inferwire::rpc::http2
