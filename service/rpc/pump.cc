#include "rpc/pump.h"

#include <utility>

#include "rpc/status.h"

namespace inferwire::rpc {

grpc::ByteBuffer Serialize(const google::protobuf::Message& message) {
  grpc::Slice slice(message.ByteSizeLong());
  auto* bytes = const_cast<uint8_t*>(slice.begin());  // grpc::Slice has no other way to be filled
  message.SerializeWithCachedSizesToArray(bytes);
  return grpc::ByteBuffer(&slice, 1);
}

Pump::Pump(Wire& wire, PumpLimits limits, bool unary, gateway::CallMemory& memory,
           Observer& observer)
    : wire_(wire), limits_(limits), unary_(unary), memory_(memory), observer_(observer) {}

void Pump::Hold(size_t bytes) {
  queued_bytes_ = bytes;
  memory_.Set(gateway::CallMemory::kOutgoing, bytes);
}

bool Pump::Full() {
  const size_t messages = queue_.size() + (writing_bytes_ > 0 ? 1 : 0);
  const bool full = messages >= limits_.messages || queued_bytes_ >= limits_.bytes;
  was_full_ = was_full_ || full;
  return full;
}

void Pump::Push(const google::protobuf::Message& message) {
  if (abandoned_ || status_) return;
  Push(Serialize(message));
}

void Pump::Push(const grpc::ByteBuffer& message) {
  if (abandoned_ || status_) return;
  grpc::ByteBuffer bytes(message);  // shares its slices
  Hold(queued_bytes_ + bytes.Length());
  if (!in_flight_ && queue_.empty() && !unary_) return Write(bytes, false);
  queue_.emplace_back().Swap(&bytes);  // gRPC's buffers cannot be moved, and a copy costs
  Advance();
}

void Pump::Write(const grpc::ByteBuffer& bytes, bool more_follows) {
  in_flight_ = true;
  writing_bytes_ = bytes.Length();
  wire_.Write(bytes, more_follows, written_tag_);
}

void Pump::End(std::optional<Error> error, const std::string& request_id) {
  if (abandoned_ || status_) return;
  if (error) {
    if (const std::string pushback = RetryPushback(*error); !pushback.empty()) {
      wire_.AddTrailer("grpc-retry-pushback-ms", pushback);
    }
    status_ = ToGrpcStatus(*error, request_id);
  } else {
    status_ = grpc::Status::OK;
  }
  Advance();
}

void Pump::Abandon() {
  abandoned_ = true;
  while (queue_.size() > (finishing_ ? 1u : 0u)) {
    Hold(queued_bytes_ - queue_.back().Length());
    queue_.pop_back();
  }
}

void Pump::Advance() {
  if (in_flight_ || finishing_ || abandoned_) return;
  if ((queue_.empty() || unary_) && !status_) return;
  if (queue_.empty()) {
    in_flight_ = finishing_ = true;
    return wire_.Finish(*status_, finished_tag_);
  }
  if (queue_.size() == 1 && status_ && status_->ok()) {
    in_flight_ = finishing_ = true;
    return wire_.WriteAndFinish(queue_.front(), finished_tag_);
  }
  grpc::ByteBuffer first;
  first.Swap(&queue_.front());
  queue_.pop_front();
  Write(first, !queue_.empty());
}

void Pump::OnWritten(bool ok) {
  in_flight_ = false;
  Hold(queued_bytes_ - std::exchange(writing_bytes_, 0));
  if (!ok) {
    if (std::exchange(abandoned_, true)) return observer_.OnFinished();  // may delete this
    queue_.clear();
    return observer_.OnBroken();  // may delete this
  }
  ++written_;
  if (abandoned_) return observer_.OnFinished();  // may delete this
  const bool has_room = queue_.size() <= limits_.messages / 4 && queued_bytes_ <= limits_.bytes / 4;
  const bool resume = has_room && std::exchange(was_full_, was_full_ && !has_room);
  Advance();
  if (resume) observer_.OnDrained();
}

void Pump::OnFinished(bool ok) {
  in_flight_ = false;
  if (ok && !queue_.empty()) ++written_;
  observer_.OnFinished();  // may delete this
}

}  // namespace inferwire::rpc
