#include "rpc/http2/inflate.h"

#include <zlib.h>

#include <array>
#include <string>
#include <vector>

namespace inferwire::rpc::http2 {
namespace {

constexpr int kGzip = 15 + 16, kZlib = 15;  // the window's size, and zlib's mark of the format

class Inflater {
 public:
  explicit Inflater(Encoding encoding) {
    good_ = inflateInit2(&stream_, encoding == Encoding::kGzip ? kGzip : kZlib) == Z_OK;
  }
  ~Inflater() { inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  bool good() const { return good_; }
  bool ended() const { return ended_; }

  Inflated Take(const grpc::Slice& slice, size_t most, std::string& to) {
    stream_.next_in = const_cast<Bytef*>(slice.begin());
    stream_.avail_in = static_cast<uInt>(slice.size());
    std::array<char, 16384> piece;
    while (stream_.avail_in > 0 && !ended_) {
      stream_.next_out = reinterpret_cast<Bytef*>(piece.data());
      stream_.avail_out = static_cast<uInt>(piece.size());
      const int result = inflate(&stream_, Z_NO_FLUSH);
      if (result != Z_OK && result != Z_STREAM_END) return Inflated::kBroken;
      to.append(piece.data(), piece.size() - stream_.avail_out);
      if (to.size() > most) return Inflated::kTooLong;
      ended_ = result == Z_STREAM_END;
    }
    return stream_.avail_in == 0 ? Inflated::kGood : Inflated::kBroken;
  }

 private:
  z_stream stream_{};
  bool good_ = false, ended_ = false;
};

}  // namespace

Inflated Inflate(Encoding encoding, size_t most, grpc::ByteBuffer& message) {
  std::vector<grpc::Slice> slices;
  if (!message.Dump(&slices).ok()) return Inflated::kBroken;
  Inflater inflater(encoding);
  if (!inflater.good()) return Inflated::kBroken;
  std::string text;
  for (const grpc::Slice& slice : slices) {
    if (const Inflated taken = inflater.Take(slice, most, text); taken != Inflated::kGood) {
      return taken;
    }
  }
  if (!inflater.ended()) return Inflated::kBroken;
  grpc::Slice whole(text);
  grpc::ByteBuffer inflated(&whole, 1);
  message.Swap(&inflated);
  return Inflated::kGood;
}

}  // namespace inferwire::rpc::http2
