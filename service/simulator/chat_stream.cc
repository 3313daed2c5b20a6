#include "simulator/chat_stream.h"

#include <algorithm>

#include "simulator/text.h"

namespace inferwire::simulator {

ChatStream::ChatStream(ChatAnswer answer, ChatStreamOptions options, const Behavior& behavior)
    : answer_(std::move(answer)),
      options_(options),
      behavior_(behavior),
      random_(Hash("stream", answer_.hash)),
      cursors_(answer_.choices.size()),
      open_(answer_.choices.size()),
      due_(behavior.timing.first_token) {
  prefix_ = R"({"id":")" + answer_.id + R"(","object":"chat.completion.chunk","created":)" +
            std::to_string(answer_.created) + R"(,"model":")";
  AppendEscaped(prefix_, answer_.model);
  prefix_ += R"(","service_tier":")";
  AppendEscaped(prefix_, answer_.service_tier);
  prefix_ += R"(","system_fingerprint":")" + answer_.fingerprint + R"(","choices":[)";
}

bool ChatStream::Next(Event& event) {
  if (!next_) {
    Event made;
    if (!Make(made)) return false;
    next_ = std::move(made);
  }
  if (KeepAlive(event)) return true;
  event = std::move(*next_);
  next_.reset();
  last_sent_ = event.due;
  commented_ = false;
  return true;
}

bool ChatStream::Make(Event& event) {
  if (ended_) return false;
  if (Faulted(event)) return true;
  std::string json;
  piece_sent_ = false;
  if (NextData(json)) {
    if (behavior_.garbage == Garbage::kJson && events_ == 1) json.resize(json.size() / 2);
    if (piece_sent_) Pace();
    event.bytes = Framed(json);
  } else {
    ended_ = true;
    if (behavior_.no_done || behavior_.truncate == Truncate::kAll) return false;
    event.bytes = Framed("[DONE]");
  }
  InsertRaw(behavior_, event.bytes);
  event.due = due_;
  ++events_;
  return true;
}

// Comments stand before every event, or at their interval while the next event is awaited.
bool ChatStream::KeepAlive(Event& event) {
  if (!behavior_.keepalive || next_->stall) return false;
  const auto interval = std::chrono::nanoseconds(*behavior_.keepalive);
  event = Event{};
  if (interval.count() == 0) {
    if (commented_) return false;
    commented_ = true;
    event.due = last_sent_;
  } else {
    if (last_sent_ + interval >= next_->due) return false;
    event.due = last_sent_ += interval;
  }
  event.bytes = behavior_.crlf ? ": keepalive\r\n\r\n" : ": keepalive\n\n";
  return true;
}

bool ChatStream::Faulted(Event& event) {
  event.due = due_;
  if (behavior_.stall_after && events_ >= *behavior_.stall_after) {
    event.stall = ended_ = true;
    return true;
  }
  if (behavior_.error_in_stream && events_ >= *behavior_.error_in_stream) {
    const int status = behavior_.status.value_or(500);
    event.bytes = Framed(ErrorBody(ErrorOfStatus(status, behavior_.code, answer_.model)));
    return ended_ = true;
  }
  return false;
}

bool ChatStream::NextData(std::string& json) {
  if (open_ == 0) return Tail(json);
  // In turn; a choice that is over passes.
  while (cursors_[turn_].phase == Phase::kOver) turn_ = (turn_ + 1) % cursors_.size();
  const size_t index = turn_;
  turn_ = (turn_ + 1) % cursors_.size();
  Advance(index, json);
  if (json.empty()) return NextData(json);  // a finish left out by truncate
  return true;
}

bool ChatStream::Tail(std::string& json) {
  if (usage_sent_ || !options_.include_usage || behavior_.no_usage ||
      behavior_.truncate == Truncate::kAll) {
    return false;
  }
  usage_sent_ = true;
  json = prefix_ + "]";
  CloseChunk(json, Dump(UsageJson(answer_)));
  return true;
}

void ChatStream::Advance(size_t index, std::string& json) {
  const AnswerChoice& choice = answer_.choices[index];
  Cursor& cursor = cursors_[index];
  std::string delta;
  Json logprobs = nullptr;
  switch (cursor.phase) {
    case Phase::kRole:
      delta = choice.calls.empty() ? R"("role":"assistant","content":"","refusal":null)"
                                   : R"("role":"assistant","content":null,"refusal":null)";
      if (answer_.logprobs) logprobs = {{"content", Json::array()}, {"refusal", nullptr}};
      cursor.phase = PiecesLeft(choice, cursor) ? Phase::kPieces : Phase::kFinish;
      json = Chunk(index, delta, logprobs, "");
      return;
    case Phase::kPieces:
      AppendPiece(choice, cursor, delta, logprobs);
      if (!PiecesLeft(choice, cursor)) cursor.phase = Phase::kFinish;
      piece_sent_ = true;
      json = Chunk(index, delta, logprobs, "");
      return;
    case Phase::kFinish:
      cursor.phase = Phase::kOver;
      --open_;
      if (behavior_.truncate == Truncate::kNone)
        json = Chunk(index, "", nullptr, choice.finish_reason);
      return;
    case Phase::kOver:
      return;
  }
}

bool ChatStream::PiecesLeft(const AnswerChoice& choice, const Cursor& cursor) const {
  if (choice.calls.empty()) return cursor.offset < choice.text.size();
  return cursor.call < choice.calls.size();
}

size_t ChatStream::PieceOf(std::string_view rest) const {
  if (!behavior_.chunk_bytes) return TokenBytes(rest);
  return PieceBytes(rest, static_cast<size_t>(*behavior_.chunk_bytes));
}

void ChatStream::AppendPiece(const AnswerChoice& choice, Cursor& cursor, std::string& delta,
                             Json& logprobs) {
  if (!choice.calls.empty()) return AppendCallPiece(choice, cursor, delta);
  const std::string_view rest = std::string_view(choice.text).substr(cursor.offset);
  const std::string_view piece = rest.substr(0, PieceOf(rest));
  cursor.offset += piece.size();
  delta = choice.refusal ? R"("refusal":")" : R"("content":")";
  AppendEscaped(delta, piece);
  delta += '"';
  if (answer_.logprobs) {
    logprobs = LogprobsJson(piece, choice.refusal, answer_.top_logprobs, answer_.hash);
  }
}

void ChatStream::AppendCallPiece(const AnswerChoice& choice, Cursor& cursor, std::string& delta) {
  const AnswerCall& call = choice.calls[cursor.call];
  const std::string kind = call.custom ? "custom" : "function";
  const std::string payload = call.custom ? "input" : "arguments";
  delta = R"("tool_calls":[{"index":)" + std::to_string(cursor.call);
  if (!cursor.call_opened) {
    delta += R"(,"id":")" + call.id + R"(","type":")" + kind + R"(",")" + kind + R"(":{"name":")";
    AppendEscaped(delta, call.name);
    delta += R"(",")" + payload + R"(":""}}])";
    cursor.call_opened = true;
  } else {
    const std::string_view rest = std::string_view(call.arguments).substr(cursor.offset);
    const std::string_view piece = rest.substr(0, PieceOf(rest));
    cursor.offset += piece.size();
    delta += ",\"" + kind + R"(":{")" + payload + R"(":")";
    AppendEscaped(delta, piece);
    delta += R"("}}])";
  }
  if (cursor.offset == call.arguments.size()) {
    ++cursor.call;
    cursor.offset = 0;
    cursor.call_opened = false;
  }
}

std::string ChatStream::Chunk(size_t index, std::string_view delta, const Json& logprobs,
                              std::string_view finish_reason) {
  std::string json = prefix_;
  json += R"({"index":)" + std::to_string(index) + R"(,"delta":{)";
  json += delta;
  json += R"(},"logprobs":)";
  json += logprobs.is_null() ? "null" : Dump(logprobs);
  json += R"(,"finish_reason":)";
  if (finish_reason.empty()) {
    json += "null}]";
  } else {
    json += '"';
    json += finish_reason;
    json += "\"}]";
  }
  CloseChunk(json, options_.include_usage ? "null" : "");
  return json;
}

void ChatStream::CloseChunk(std::string& json, std::string_view usage) {
  if (!usage.empty()) {
    json += R"(,"usage":)";
    json += usage;
  }
  if (options_.obfuscation) {
    json += R"(,"obfuscation":")" + Letters(random_, 1 + random_.Below(16)) + '"';
  }
  json += '}';
}

std::string ChatStream::Framed(std::string_view data) const {
  const std::string_view end = behavior_.crlf ? "\r\n\r\n" : "\n\n";
  std::string bytes = "data: ";
  bytes.reserve(6 + data.size() + end.size());
  bytes += data;
  bytes += end;
  return bytes;
}

// The first token is due with the role, each further one at the rate's interval after the last.
void ChatStream::Pace() {
  const Timing& timing = behavior_.timing;
  if (any_piece_ && timing.tokens_per_second > 0) {
    const double swing = 1 + timing.jitter * (2 * random_.Unit() - 1);
    due_ += std::chrono::nanoseconds(static_cast<int64_t>(1e9 / timing.tokens_per_second * swing));
  }
  any_piece_ = true;
}

}  // namespace inferwire::simulator
