// The messages of a request on their way to the call: expanded, counted, and dropped if there will
// be no call.
#include <memory>
#include <utility>

#include "rpc/http2/connection.h"
#include "rpc/http2/host.h"
#include "rpc/http2/stream.h"

namespace inferwire::rpc::http2 {
namespace {

using grpc::StatusCode;

// What a stream takes before its call begins, beside what its caller sent.
constexpr size_t kStreamCost = 2u << 10;

}  // namespace

int64_t Stream::Unfinished() const {
  const size_t waiting = begun_ ? 0 : kStreamCost + headers_.kept() + request_.Length();
  const size_t expanding = expansion_ ? expansion_->held() : 0;
  return static_cast<int64_t>(waiting + reader_.held() + messages_bytes_ + expanding);
}

// Half a message costs the same before its call and in the middle of it.
void Stream::CountUnfinished() {
  HoldUnfinished(Unfinished());
  if (host_.TooMuchUnfinished(connection_->unfinished())) {
    Break({StatusCode::UNAVAILABLE, "too many requests are on their way; this one was dropped"});
  }
}

// It is counted no more, so it must not be held until the caller has read that it was refused.
void Stream::DropUnfinished() {
  HoldUnfinished(0);
  reader_.Drop();
  if (!begun_) {
    request_.Clear();
    headers_.Drop();
  }
  messages_.clear();
  messages_bytes_ = 0;
  StopExpanding();
}

void Stream::TakeMessage(grpc::ByteBuffer& message) {
  const bool compressed = reader_.compressed();
  if (compressed && headers_.encoding() == Encoding::kIdentity) {
    return Break({StatusCode::INTERNAL, "a compressed message without grpc-encoding"});
  }
  if (TakesOneMessage() && (has_request_ || expansion_)) {
    return Break({StatusCode::UNIMPLEMENTED, "this method takes one message"});
  }
  if (!compressed && !expansion_) return Keep(message);
  if (!expansion_) {
    expansion_ = std::make_unique<Expansion>(headers_.encoding(), host_.limits().message);
  }
  expansion_->Add(message, compressed);
  Expand();
}

void Stream::Keep(grpc::ByteBuffer& message) {
  if (TakesOneMessage()) {
    request_.Swap(&message);
    has_request_ = true;
  } else {
    messages_bytes_ += message.Length();
    messages_.emplace_back().Swap(&message);
  }
}

// The next one when the call has what came before: more than that is not held.
void Stream::Expand() {
  if (!expansion_ || !messages_.empty() || std::exchange(expanding_, true)) return;
  host_.expansions().Add(*connection_, *this);
}

void Stream::StopExpanding() {
  if (std::exchange(expanding_, false)) host_.expansions().Remove(*this);
  expansion_.reset();
}

bool Stream::ExpandSome() {
  grpc::ByteBuffer message;
  switch (expansion_->Step(message)) {
    case Inflater::Status::kMore:
      break;
    case Inflater::Status::kGood:
      Keep(message);
      break;
    case Inflater::Status::kTooLong:
      Break({StatusCode::RESOURCE_EXHAUSTED, "the message expands to more than is allowed"});
      return false;
    case Inflater::Status::kBroken:
      Break({StatusCode::INTERNAL, "the message cannot be decompressed"});
      return false;
  }
  CountUnfinished();
  if (status_) return false;
  const bool more = !expansion_->empty();
  if (more && messages_.empty()) return true;
  expanding_ = false;
  if (!more) {
    expansion_.reset();
    if (messages_.empty()) Consume(std::exchange(unconsumed_, 0));
    if (half_closed_) CheckEnd();
  }
  DeliverRead();
  connection_->EnqueueIfReady(*this);
  return false;
}

}  // namespace inferwire::rpc::http2
