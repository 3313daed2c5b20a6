// The messages of a stream, each with its five bytes before it, out of data in any pieces. Holds
// what has come and no more, whatever length is announced.
#pragma once

#include <grpcpp/support/byte_buffer.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace inferwire::rpc::http2 {

class MessageReader {
 public:
  enum class Status { kNeedMore, kMessage, kTooLong, kBadFlag };

  explicit MessageReader(size_t most) : most_(most) {}

  // Takes from the front of the data, up to the end of a message, which is then in message.
  Status Take(std::string_view& data, grpc::ByteBuffer& message);
  // Of the last message.
  bool compressed() const { return prefix_[0] == 1; }
  // In the middle of a message: the end of the stream would cut it.
  bool open() const { return prefix_bytes_ > 0; }
  size_t held() const { return length_ - missing_; }

 private:
  bool TakePrefix(std::string_view& data);

  const size_t most_;
  std::array<uint8_t, 5> prefix_{};
  size_t prefix_bytes_ = 0;
  size_t length_ = 0, missing_ = 0;
  std::vector<grpc::Slice> pieces_;
};

}  // namespace inferwire::rpc::http2
