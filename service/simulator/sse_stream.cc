#include "simulator/sse_stream.h"

#include <algorithm>

#include "simulator/raw_text.h"
#include "simulator/text.h"

namespace inferwire::simulator {

using std::chrono::nanoseconds;

namespace {

constexpr std::chrono::milliseconds kPoll{10};  // of a time that is not the connection's

}  // namespace

SseStream::SseStream(const Behavior& behavior, uint64_t hash)
    : behavior_(behavior), random_(Hash("stream", hash)), due_(behavior.timing.first_token) {}

void SseStream::FollowTime(std::function<nanoseconds()> elapsed) { elapsed_ = std::move(elapsed); }

size_t SseStream::PieceOf(std::string_view rest) const {
  if (!behavior_.chunk_bytes) return TokenBytes(rest);
  return PieceBytes(rest, static_cast<size_t>(*behavior_.chunk_bytes));
}

bool SseStream::Next(Event& event) {
  for (;;) {
    if (!next_ && !Make()) return false;
    Made made;
    const bool kept_alive = TakeKeepAlive(made);
    const nanoseconds due = kept_alive ? made.due : next_->due;
    if (elapsed_ && Wait(due, event)) return true;
    last_sent_ = due;
    commented_ = kept_alive;
    if (!kept_alive) {
      made = std::move(*next_);
      next_.reset();
    }
    if (Send(std::move(made), event)) return true;
  }
}

bool SseStream::Make() {
  if (ended_) return false;
  Made made;
  made.due = due_;
  if (behavior_.stall_after && sent_ >= *behavior_.stall_after) {
    made.stall = ended_ = true;
  } else if (behavior_.error_in_stream && sent_ >= *behavior_.error_in_stream) {
    made.data = ErrorEvent(ErrorOfStatus(behavior_.status.value_or(500), behavior_.code, model()));
    ended_ = true;
  } else if (NextData(made.data)) {
    if (made.data.paced) Pace();
    if (made.data.not_before) due_ = std::max(due_, *made.data.not_before);
    made.due = due_;
  } else {
    ended_ = true;
    if (!ends_with_done() || behavior_.no_done || behavior_.truncate == Truncate::kAll) {
      return false;
    }
    made.data.json = "[DONE]";
    made.data.name = done_name();
    made.done = true;
  }
  next_ = std::move(made);
  return true;
}

// They stand before every event, or at their interval while the next event is awaited.
bool SseStream::TakeKeepAlive(Made& made) {
  if (!behavior_.keepalive || next_->stall) return false;
  const auto interval = nanoseconds(*behavior_.keepalive);
  if (interval.count() == 0) {
    if (commented_) return false;
    made.due = last_sent_;
  } else {
    if (last_sent_ + interval >= next_->due) return false;
    made.due = last_sent_ + interval;
  }
  made.data = KeepAlive();
  made.kept_alive = true;
  return true;
}

// An event without bytes lets the connection ask again later.
bool SseStream::Wait(nanoseconds due, Event& event) {
  if (due <= elapsed_()) return false;
  event = Event{};
  event.due = std::chrono::steady_clock::now() - began_ + kPoll;
  return true;
}

// False: the event is left out.
bool SseStream::Send(Made made, Event& event) {
  event = Event{};
  event.due = elapsed_ ? nanoseconds(0) : made.due;
  event.stall = made.stall;
  if (made.stall) return true;
  if (!made.done && !Finish(made.data)) return false;
  if (behavior_.garbage == Garbage::kJson && sent_ == 1 && !made.kept_alive) {
    made.data.json.resize(made.data.json.size() / 2);
  }
  event.bytes = Framed(made.data);
  InsertRaw(behavior_, event.bytes);
  if (!made.kept_alive) ++sent_;
  return true;
}

SseStream::Data SseStream::ErrorEvent(const ApiError& error) {
  Data data;
  data.json = ErrorBody(error);
  return data;
}

std::string SseStream::Framed(const Data& data) const {
  const std::string_view end = behavior_.crlf ? "\r\n" : "\n";
  std::string bytes;
  if (data.json.empty()) {
    bytes = ": keepalive";
  } else {
    bytes.reserve(data.name.size() + data.json.size() + 20);
    if (!data.name.empty()) {
      bytes += "event: ";
      bytes += data.name;
      bytes += end;
    }
    bytes += "data: ";
    bytes += data.json;
  }
  bytes += end;
  bytes += end;
  return bytes;
}

// The first token is due with what stands before it, each further one at the rate's interval after
// the last.
void SseStream::Pace() {
  const Timing& timing = behavior_.timing;
  if (any_piece_ && timing.tokens_per_second > 0) {
    const double swing = 1 + timing.jitter * (2 * random_.Unit() - 1);
    due_ += nanoseconds(static_cast<int64_t>(1e9 / timing.tokens_per_second * swing));
  }
  any_piece_ = true;
}

}  // namespace inferwire::simulator
