#include "rpc/http2/message_reader.h"

#include <algorithm>

namespace inferwire::rpc::http2 {
namespace {

constexpr size_t kLargePiece = 4096;

}  // namespace

bool MessageReader::TakePrefix(std::string_view& data) {
  while (prefix_bytes_ < prefix_.size()) {
    if (data.empty()) return false;
    prefix_[prefix_bytes_++] = static_cast<uint8_t>(data.front());
    data.remove_prefix(1);
  }
  return true;
}

void MessageReader::Keep(std::string_view piece) {
  const bool large = piece.size() >= kLargePiece || piece.size() == length_;
  if (!large) small_.append(piece);
  if (large || small_.size() >= kLargePiece) KeepSmall();
  if (large && !piece.empty()) pieces_.emplace_back(piece.data(), piece.size());
}

void MessageReader::KeepSmall() {
  if (small_.empty()) return;
  pieces_.emplace_back(small_);
  small_.clear();
}

void MessageReader::Drop() {
  pieces_ = {};
  std::string().swap(small_);
  length_ = missing_ = 0;
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
  Keep(piece);
  data.remove_prefix(piece.size());
  missing_ -= piece.size();
  if (missing_ > 0) return Status::kNeedMore;
  KeepSmall();
  grpc::ByteBuffer whole(pieces_.data(), pieces_.size());
  message.Swap(&whole);
  pieces_.clear();
  std::string().swap(small_);
  prefix_bytes_ = 0;
  length_ = 0;
  return Status::kMessage;
}

}  // namespace inferwire::rpc::http2
