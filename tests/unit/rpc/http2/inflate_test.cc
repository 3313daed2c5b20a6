#include "rpc/http2/inflate.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "packed.h"

namespace inferwire::rpc::http2 {
namespace {

grpc::ByteBuffer Pieces(const std::string& text, size_t size) {
  std::vector<grpc::Slice> slices;
  for (size_t at = 0; at < text.size(); at += size) slices.emplace_back(text.substr(at, size));
  return grpc::ByteBuffer(slices.data(), slices.size());
}

using Status = Inflater::Status;

Status Inflate(Encoding encoding, size_t most, grpc::ByteBuffer& message) {
  Inflater inflater(encoding, most, message);
  Status status = Status::kMore;
  while (status == Status::kMore) status = inflater.Step();
  if (status == Status::kGood) message = inflater.Take();
  return status;
}

TEST(Inflate, ReadsBothEncodingsInAnyPieces) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += std::to_string(i);
  for (const size_t piece : {1u, 7u, 1'000'000u}) {
    grpc::ByteBuffer gzip = Pieces(Packed(text, kGzip), piece);
    grpc::ByteBuffer zlib = Pieces(Packed(text, kZlib), piece);
    EXPECT_EQ(Inflate(Encoding::kGzip, 1u << 20, gzip), Status::kGood);
    EXPECT_EQ(Inflate(Encoding::kDeflate, 1u << 20, zlib), Status::kGood);
    EXPECT_EQ(gzip.Length(), text.size());
    EXPECT_EQ(zlib.Length(), text.size());
  }
}

TEST(Inflate, StopsWhereTheMessageIsLargerThanAllowed) {
  grpc::ByteBuffer bomb = Pieces(Packed(std::string(100u << 20, '0'), kGzip), 1'000'000);
  EXPECT_LT(bomb.Length(), 200'000u);
  EXPECT_EQ(Inflate(Encoding::kGzip, 1u << 20, bomb), Status::kTooLong);
}

TEST(Inflate, TakesSmallSteps) {
  // Much out of little, and little out of much: blocks that hold nothing.
  std::string empty_blocks("\x78\x9c", 2);
  for (int i = 0; i < 10'000; ++i) empty_blocks += std::string("\0\0\0\xff\xff", 5);
  for (const std::string& packed : {Packed(std::string(1u << 20, '0'), kZlib), empty_blocks}) {
    Inflater inflater(Encoding::kDeflate, 2u << 20, Pieces(packed, packed.size()));
    int steps = 0;
    for (; inflater.Step() == Status::kMore; ++steps) {
      ASSERT_LE(inflater.expanded(), static_cast<size_t>(steps + 1) * (16u << 10));
    }
    EXPECT_GE(steps, 48);
  }
}

TEST(Inflate, RefusesWhatIsCutSpoiltOrFollowedByMore) {
  const std::string good = Packed("some text that is long enough to be cut", kGzip);
  std::string spoilt = good;
  spoilt[spoilt.size() - 6] ^= 1;
  for (const std::string& text : {good.substr(0, good.size() - 1), spoilt, good + "x",
                                  std::string("no gzip"), std::string()}) {
    grpc::ByteBuffer message = Pieces(text, 1'000);
    EXPECT_EQ(Inflate(Encoding::kGzip, 1u << 20, message), Status::kBroken) << text.size();
  }
}

}  // namespace
}  // namespace inferwire::rpc::http2
