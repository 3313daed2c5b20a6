// The compressed messages of one stream, and those behind them, until they can be handed on in
// their order. One is expanded at a time.
#pragma once

#include <grpcpp/support/byte_buffer.h>

#include <deque>
#include <optional>
#include <utility>

#include "rpc/http2/inflate.h"

namespace inferwire::rpc::http2 {

class Expansion {
 public:
  Expansion(Encoding encoding, size_t most) : encoding_(encoding), most_(most) {}

  void Add(grpc::ByteBuffer& message, bool compressed) {
    held_ += message.Length();
    waiting_.emplace_back();
    waiting_.back().first.Swap(&message);
    waiting_.back().second = compressed;
  }
  bool empty() const { return waiting_.empty(); }
  // Bytes, those that have been expanded included.
  size_t held() const { return held_ + (inflater_ ? inflater_->expanded() : 0); }

  // A little more of the first; after kGood it is in message.
  Inflater::Status Step(grpc::ByteBuffer& message) {
    auto& [first, compressed] = waiting_.front();
    if (compressed && !inflater_) inflater_.emplace(encoding_, most_, first);
    const auto status = compressed ? inflater_->Step() : Inflater::Status::kGood;
    if (status != Inflater::Status::kGood) return status;
    held_ -= first.Length();
    if (compressed) first = inflater_->Take();
    inflater_.reset();
    message.Swap(&first);
    waiting_.pop_front();
    return status;
  }

 private:
  const Encoding encoding_;
  const size_t most_;
  std::deque<std::pair<grpc::ByteBuffer, bool>> waiting_;  // and whether it is compressed
  std::optional<Inflater> inflater_;                       // of the first
  size_t held_ = 0;
};

}  // namespace inferwire::rpc::http2
