// The messages of a stream, each with its five bytes before it, out of data in any pieces. Holds
// what has come and no more, whatever length is announced and however small the pieces are: a slice
// for each byte would cost 32 times what is counted.
#pragma once

#include <grpcpp/support/byte_buffer.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
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
  // Forgets what it holds; nothing is taken after this.
  void Drop();

 private:
  bool TakePrefix(std::string_view& data);
  void Keep(std::string_view piece);
  void KeepSmall();

  const size_t most_;
  std::array<uint8_t, 5> prefix_{};
  size_t prefix_bytes_ = 0;
  size_t length_ = 0, missing_ = 0;
  std::vector<grpc::Slice> pieces_;
  std::string small_;  // pieces that wait to become a large one
};

}  // namespace inferwire::rpc::http2
