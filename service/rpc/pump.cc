#include "rpc/pump.h"

#include <utility>

#include "rpc/status.h"

namespace llmgate::rpc {

grpc::ByteBuffer Serialize(const google::protobuf::Message& message) {
  grpc::Slice slice(message.ByteSizeLong());
  auto* bytes = const_cast<uint8_t*>(slice.begin());  // grpc::Slice has no other way to be filled
  message.SerializeWithCachedSizesToArray(bytes);
  return grpc::ByteBuffer(&slice, 1);
}

Pump::Pump(Wire& wire, PumpLimits limits, bool unary, Events events)
    : wire_(wire), limits_(limits), unary_(unary), events_(std::move(events)) {}

bool Pump::Full() {
  const bool full = queue_.size() >= limits_.messages || queued_bytes_ >= limits_.bytes;
  was_full_ = was_full_ || full;
  return full;
}

void Pump::Push(const google::protobuf::Message& message) {
  if (abandoned_ || status_) return;
  queue_.push_back(Serialize(message));
  queued_bytes_ += queue_.back().Length();
  Advance();
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
  while (queue_.size() > (in_flight_ ? 1u : 0u)) queue_.pop_back();
}

void Pump::Advance() {
  if (in_flight_ || finishing_ || abandoned_) return;
  if ((queue_.empty() || unary_) && !status_) return;
  in_flight_ = true;
  if (queue_.empty()) {
    finishing_ = true;
    return wire_.Finish(*status_, finished_tag_);
  }
  if (queue_.size() == 1 && status_ && status_->ok()) {
    finishing_ = true;
    return wire_.WriteAndFinish(queue_.front(), finished_tag_);
  }
  wire_.Write(queue_.front(), queue_.size() > 1, written_tag_);
}

void Pump::OnWritten(bool ok) {
  in_flight_ = false;
  if (!queue_.empty()) {
    queued_bytes_ -= queue_.front().Length();
    queue_.pop_front();
  }
  if (!ok) {
    if (std::exchange(abandoned_, true)) return events_.finished();  // may delete this
    queue_.clear();
    return events_.broken();  // may delete this
  }
  ++written_;
  if (abandoned_) return events_.finished();  // may delete this
  const bool has_room = queue_.size() <= limits_.messages / 4 && queued_bytes_ <= limits_.bytes / 4;
  const bool resume = has_room && std::exchange(was_full_, was_full_ && !has_room);
  Advance();
  if (resume) events_.room();
}

void Pump::OnFinished(bool ok) {
  in_flight_ = false;
  if (ok && !queue_.empty()) ++written_;
  events_.finished();  // may delete this
}

}  // namespace llmgate::rpc
