#include "rpc/http2/message_reader.h"

#include <algorithm>

namespace inferwire::rpc::http2 {

bool MessageReader::TakePrefix(std::string_view& data) {
  while (prefix_bytes_ < prefix_.size()) {
    if (data.empty()) return false;
    prefix_[prefix_bytes_++] = static_cast<uint8_t>(data.front());
    data.remove_prefix(1);
  }
  return true;
}

MessageReader::Status MessageReader::Take(std::string_view& data, grpc::ByteBuffer& message) {
  if (prefix_bytes_ < prefix_.size()) {
    if (!TakePrefix(data)) return Status::kNeedMore;
    length_ = missing_ = (size_t{prefix_[1]} << 24) | (size_t{prefix_[2]} << 16) |
                         (size_t{prefix_[3]} << 8) | size_t{prefix_[4]};
    if (prefix_[0] > 1) return Status::kBadFlag;
    if (length_ > most_) return Status::kTooLong;
  }
  const std::string_view piece = data.substr(0, missing_);
  if (!piece.empty()) pieces_.emplace_back(piece.data(), piece.size());
  data.remove_prefix(piece.size());
  missing_ -= piece.size();
  if (missing_ > 0) return Status::kNeedMore;
  grpc::ByteBuffer whole(pieces_.data(), pieces_.size());
  message.Swap(&whole);
  pieces_.clear();
  prefix_bytes_ = 0;
  length_ = 0;
  return Status::kMessage;
}

}  // namespace inferwire::rpc::http2
