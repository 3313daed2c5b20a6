// Compressed messages, expanded piece by piece: 32 MiB come out of 32 kB and take 30 ms, which no
// turn of a loop may take. What they expand to is bounded while they expand.
#pragma once

#include <grpcpp/support/byte_buffer.h>
#include <zlib.h>

#include <cstddef>
#include <vector>

#include "rpc/http2/request_headers.h"

namespace inferwire::rpc::http2 {

class Inflater {
 public:
  enum class Status { kMore, kGood, kTooLong, kBroken };

  // encoding: gzip or deflate. most: bytes that it may expand to.
  Inflater(Encoding encoding, size_t most, const grpc::ByteBuffer& packed);
  ~Inflater();
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  // A little more of it: at most 16 KiB that come out, or 1 KiB that goes in, since a message may
  // also take long and come to nothing. kMore: that was not all.
  Status Step();
  size_t expanded() const { return expanded_; }
  // After kGood.
  grpc::ByteBuffer Take();

 private:
  void Feed();

  const size_t most_;
  std::vector<grpc::Slice> packed_, text_;
  size_t at_ = 0, taken_ = 0;  // which slice of packed_, and how much of it
  size_t expanded_ = 0;
  z_stream stream_{};
  bool good_ = false;
};

}  // namespace inferwire::rpc::http2
