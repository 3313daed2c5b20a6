#include "rpc/http2/inflate.h"

#include <algorithm>
#include <array>

namespace inferwire::rpc::http2 {
namespace {

constexpr size_t kOut = 16u << 10, kIn = 1u << 10;
constexpr int kGzip = 15 + 16, kZlib = 15;  // the window's size, and zlib's mark of the format

}  // namespace

Inflater::Inflater(Encoding encoding, size_t most, const grpc::ByteBuffer& packed) : most_(most) {
  good_ = packed.Dump(&packed_).ok() &&
          inflateInit2(&stream_, encoding == Encoding::kGzip ? kGzip : kZlib) == Z_OK;
}

Inflater::~Inflater() { inflateEnd(&stream_); }

void Inflater::Feed() {
  while (stream_.avail_in == 0 && at_ < packed_.size()) {
    const grpc::Slice& slice = packed_[at_];
    const size_t size = std::min(kIn, slice.size() - taken_);
    stream_.next_in = const_cast<Bytef*>(slice.begin()) + taken_;
    stream_.avail_in = static_cast<uInt>(size);
    taken_ += size;
    if (taken_ == slice.size()) ++at_, taken_ = 0;
  }
}

Inflater::Status Inflater::Step() {
  if (!good_) return Status::kBroken;
  Feed();
  std::array<char, kOut> piece;
  stream_.next_out = reinterpret_cast<Bytef*>(piece.data());
  stream_.avail_out = static_cast<uInt>(piece.size());
  const int result = inflate(&stream_, Z_NO_FLUSH);  // Z_BUF_ERROR where the message is cut
  if (result != Z_OK && result != Z_STREAM_END) return Status::kBroken;
  const size_t size = piece.size() - stream_.avail_out;
  expanded_ += size;
  if (expanded_ > most_) return Status::kTooLong;
  if (size > 0) text_.emplace_back(piece.data(), size);
  if (result != Z_STREAM_END) return Status::kMore;
  Feed();
  return stream_.avail_in == 0 ? Status::kGood : Status::kBroken;
}

grpc::ByteBuffer Inflater::Take() { return {text_.data(), text_.size()}; }

}  // namespace inferwire::rpc::http2
