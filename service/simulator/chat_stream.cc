#include "simulator/chat_stream.h"

#include "simulator/text.h"

namespace inferwire::simulator {

ChatStream::ChatStream(ChatAnswer answer, ChatStreamOptions options, const Behavior& behavior)
    : SseStream(behavior, answer.hash),
      answer_(std::move(answer)),
      options_(options),
      cursors_(answer_.choices.size()),
      open_(answer_.choices.size()) {
  prefix_ = R"({"id":")" + answer_.id + R"(","object":"chat.completion.chunk","created":)" +
            std::to_string(answer_.created) + R"(,"model":")";
  AppendEscaped(prefix_, answer_.model);
  prefix_ += R"(","service_tier":")";
  AppendEscaped(prefix_, answer_.service_tier);
  prefix_ += R"(","system_fingerprint":")" + answer_.fingerprint + R"(","choices":[)";
}

bool ChatStream::NextData(Data& data) {
  while (open_ > 0) {
    // In turn; a choice that is over passes.
    while (cursors_[turn_].phase == Phase::kOver) turn_ = (turn_ + 1) % cursors_.size();
    const size_t index = turn_;
    turn_ = (turn_ + 1) % cursors_.size();
    Advance(index, data);
    if (!data.json.empty()) return true;  // else a finish left out by truncate
  }
  return Tail(data.json);
}

bool ChatStream::Tail(std::string& json) {
  if (usage_sent_ || !options_.include_usage || behavior().no_usage ||
      behavior().truncate == Truncate::kAll) {
    return false;
  }
  usage_sent_ = true;
  json = prefix_ + "]";
  CloseChunk(json, Dump(UsageJson(answer_)));
  return true;
}

void ChatStream::Advance(size_t index, Data& data) {
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
      data.json = Chunk(index, delta, logprobs, "");
      return;
    case Phase::kPieces:
      AppendPiece(choice, cursor, delta, logprobs);
      if (!PiecesLeft(choice, cursor)) cursor.phase = Phase::kFinish;
      data.paced = true;
      data.json = Chunk(index, delta, logprobs, "");
      return;
    case Phase::kFinish:
      cursor.phase = Phase::kOver;
      --open_;
      if (behavior().truncate == Truncate::kNone)
        data.json = Chunk(index, "", nullptr, choice.finish_reason);
      return;
    case Phase::kOver:
      return;
  }
}

bool ChatStream::PiecesLeft(const AnswerChoice& choice, const Cursor& cursor) const {
  if (choice.calls.empty()) return cursor.offset < choice.text.size();
  return cursor.call < choice.calls.size();
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
    json += R"(,"obfuscation":")" + Letters(random(), 1 + random().Below(16)) + '"';
  }
  json += '}';
}

}  // namespace inferwire::simulator
