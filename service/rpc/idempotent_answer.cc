#include "rpc/idempotent_answer.h"

#include <algorithm>
#include <utility>

namespace inferwire::rpc {
namespace {

// What a message takes beside its bytes.
constexpr size_t kPieceBytes = 128;

}  // namespace

void IdempotentListener::Hear() {
  told_ = false;
  // It may close itself meanwhile.
  if (const auto on_news = on_news_) on_news();
}

void IdempotentAnswer::Tell(const Listener& listener, const Mailbox* here) {
  if (listener->told_.exchange(true)) return;
  if (&listener->mailbox_ == here) return listener->Hear();
  listener->mailbox_.Post([listener] { listener->Hear(); });
}

void IdempotentAnswer::TellReaders() {
  std::vector<Listener> readers;
  const Mailbox* here = nullptr;
  {
    std::lock_guard lock(mutex_);
    readers = readers_;
    if (run_) here = &run_->mailbox_;
  }
  for (const Listener& reader : readers) Tell(reader, here);
}

void IdempotentAnswer::SetRun(Listener run) {
  std::lock_guard lock(mutex_);
  run_ = std::move(run);
}

void IdempotentAnswer::Add(const grpc::ByteBuffer& bytes, bool has_gateway, bool of_the_moment) {
  {
    std::lock_guard lock(mutex_);
    total_ += bytes.Length();
    pieces_.push_back({bytes, has_gateway, of_the_moment, total_});
    if (total_ > limits_.held_bytes) Drop();
  }
  TellReaders();
}

// What everybody has read, and what only the slow have not.
void IdempotentAnswer::Drop() {
  size_t slowest = first_ + pieces_.size();
  for (const Listener& reader : readers_) slowest = std::min(slowest, reader->next_);
  const size_t fastest = Fastest();
  while (!pieces_.empty()) {
    const bool unread = first_ >= slowest;
    const bool too_much = total_ - dropped_ > limits_.held_bytes && first_ < fastest;
    if (unread && !too_much) return;
    dropped_ = pieces_.front().end;
    pieces_.pop_front();
    ++first_;
  }
}

size_t IdempotentAnswer::Fastest() const {
  size_t fastest = first_;
  for (const Listener& reader : readers_) fastest = std::max(fastest, reader->next_);
  return fastest;
}

size_t IdempotentAnswer::OffsetOf(size_t index) const {
  return index <= first_ ? dropped_ : pieces_[index - first_ - 1].end;
}

bool IdempotentAnswer::HasRoom(size_t next, size_t part) const {
  const size_t messages = first_ + pieces_.size() - next;
  return messages * part < limits_.ahead.messages &&
         (total_ - OffsetOf(next)) * part < limits_.ahead.bytes;
}

bool IdempotentAnswer::Full() {
  std::lock_guard lock(mutex_);
  waits_for_room_ = !readers_.empty() && !HasRoom(Fastest(), 1);
  return waits_for_room_;
}

bool IdempotentAnswer::deserted() const {
  std::lock_guard lock(mutex_);
  return readers_.empty() && !ended_;
}

size_t IdempotentAnswer::held_bytes() const {
  std::lock_guard lock(mutex_);
  return total_ - dropped_ + pieces_.size() * kPieceBytes;
}

bool IdempotentAnswer::is_whole() const {
  std::lock_guard lock(mutex_);
  return first_ == 0 && total_ <= limits_.held_bytes;
}

void IdempotentAnswer::End(std::optional<Error> error, const gateway::CallStats& stats,
                           bool freed) {
  {
    std::lock_guard lock(mutex_);
    if (std::exchange(ended_, true)) return;
    error_ = std::move(error);
    stats_ = stats;
    freed_ = freed;
  }
  TellReaders();
  std::lock_guard lock(mutex_);
  run_ = nullptr;
}

IdempotentAnswer::Joined IdempotentAnswer::Join(const Listener& reader) {
  std::lock_guard lock(mutex_);
  if (freed_) return Joined::kFreed;
  if (first_ > 0 || total_ > limits_.held_bytes) return Joined::kTooLong;
  readers_.push_back(reader);
  return ended_ ? Joined::kEnded : Joined::kRunning;
}

IdempotentAnswer::Next IdempotentAnswer::NextOf(const Listener& reader) const {
  if (reader->next_ < first_) return Next::kLost;
  if (reader->next_ < first_ + pieces_.size()) return Next::kPiece;
  return ended_ ? Next::kEnd : Next::kNothing;
}

IdempotentAnswer::Next IdempotentAnswer::See(const Listener& reader) const {
  std::lock_guard lock(mutex_);
  return NextOf(reader);
}

IdempotentAnswer::Next IdempotentAnswer::Take(const Listener& reader, Piece& piece) {
  Listener run;
  {
    std::lock_guard lock(mutex_);
    if (const Next next = NextOf(reader); next != Next::kPiece) return next;
    // A sign of life says nothing any more when more has been said.
    const size_t last = first_ + pieces_.size() - 1;
    while (reader->next_ < last && pieces_[reader->next_ - first_].of_the_moment) ++reader->next_;
    piece = pieces_[reader->next_++ - first_];
    if (waits_for_room_ && HasRoom(reader->next_, 4)) {
      waits_for_room_ = false;
      run = run_;
    }
  }
  // Later: it may be just about to say more.
  if (run) Tell(run, nullptr);
  return Next::kPiece;
}

bool IdempotentAnswer::Leave(const Listener& reader) {
  Listener run;
  {
    std::lock_guard lock(mutex_);
    if (std::erase(readers_, reader) == 0 || !readers_.empty() || ended_) return false;
    run = run_;
  }
  if (run) Tell(run, nullptr);
  return true;
}

bool IdempotentAnswer::TakesBooks() {
  std::lock_guard lock(mutex_);
  return !std::exchange(booked_, true);
}

}  // namespace inferwire::rpc
