// A streamed answer: the events of one upstream request, taken one by one until their proper end.
// What the events are, and which of them is the end, says the kind of stream (chat/chat_stream.cc
// and its like).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "endpoints/shared/model_operation.h"
#include "endpoints/shared/stream_front.h"
#include "endpoints/shared/stream_heartbeat.h"
#include "http/sse.h"
#include "openai/json_body.h"

namespace inferwire::endpoints {

class EventStream : public ModelOperation {
 public:
  // How an event comes that is not whole yet.
  enum class LongEvents { kKept, kInPieces };

  EventStream(ModelPlan plan, std::optional<Duration> heartbeat, StreamHeartbeat::Send beat,
              const upstream::Runtime& runtime, const gateway::CallContext& context,
              gateway::Operation::Observer& observer, LongEvents events = LongEvents::kKept);

  void Resume() override { upstream_call_.Resume(); }

 protected:
  // --- What a kind of stream says ---
  // What came of an attempt before is void.
  virtual void ForgetEvents() = 0;
  // data: no mark of the end ([DONE]), and not empty but after pieces.
  virtual void TakeEvent(const http::SseParser::Event& event, std::string_view data) = 0;
  // Of LongEvents::kInPieces: data that comes before what TakeEvent gets of the same event.
  virtual void TakePiece(const http::SseParser::Event&) {}
  // An answer in one piece instead of events, which is no error. False: it is no answer.
  virtual bool TakeWhole(const std::string& json) = 0;
  // The same while it comes: takes what it has used off the bytes; the others come again. It is
  // kept, but where the kind of stream does something else with it.
  virtual Result<void> FeedWhole(std::string_view& bytes);
  // What of it was kept.
  virtual const std::string& kept() const { return answer_->body.text(); }
  // The event that ends an answer came, or [DONE] and something that makes it one.
  virtual bool ProperlyEnded() const = 0;
  // A stream that had everything may fail in a way that no longer matters.
  virtual bool MayEndWith(const Error&) const { return true; }
  // There were events, but not the one that ends an answer. odd: the first that was skipped, if
  // any.
  virtual Error NoEnd(std::string_view odd, const openai::Attempt& attempt) const;
  // Adds to the error of a stream that was cut.
  virtual void DescribeCut(Error&) const {}
  virtual void SendStarted(v1::GatewayInfo gateway) = 0;
  // The last message, and what was held back until then.
  virtual void SendCompleted() = 0;

  // --- For it ---
  // A message goes out. Output: the caller is not given another attempt's answer after it.
  void Send(google::protobuf::Message& message, bool output);
  // The end has come but for the transfer's, which is given a moment.
  void AwaitEnd();
  // Within this time something comes, or the stream ends as it stands.
  void AwaitUntil(Duration wait);
  bool awaits() const { return end_timer_.pending(); }
  // Keep-alives and marks of an end, in the forms of which there is no end.
  void SkipEvent(std::string_view data);
  void Stop(std::optional<Error> error);
  void StopUnreadable(const Error& error);
  // The same for an event; the last of a transfer may have been cut in the middle, which is no
  // fault of its text.
  void StopUnreadableEvent(const Error& error);
  bool stopped() const { return stopped_; }
  bool done() const { return answer_->done; }
  bool transfer_ended() const { return answer_->at_end; }
  // What the data says as an error, in any of the providers' ways.
  std::optional<Error> ErrorIn(const http::SseParser::Event& event) const;
  WallTime WallNow() const { return runtime_.timers.clock().WallNow(); }
  StreamHeartbeat& heartbeat() { return heartbeat_; }

  // Nothing more is expected: the timer of AwaitUntil ran out.
  virtual void OnAwaited();

  // --- For a kind whose answer may come otherwise, too ---
  void OnHead(int, const http::Headers& headers) override { answer_->front.OnHead(headers); }
  bool OnBody(std::string_view bytes) override;
  void OnEnd(std::optional<Error> error) override;
  // The answer has come to its proper end.
  void Complete();

 private:
  using Form = StreamFront::Form;

  void ForgetAnswer() final;
  void OnAttemptFailed(const Error& error) override;
  bool TakeOfWhole(std::string_view bytes);
  void TakeEvents();
  void TakeOnePiece(const openai::Attempt& attempt);
  void StopTimers();

  // What came of the attempt in hand.
  struct Answer {
    Answer(size_t event_bytes, LongEvents events)
        : events(event_bytes, events == LongEvents::kInPieces) {}

    http::SseParser events;
    StreamFront front;
    std::string odd;        // the first event that was skipped
    openai::JsonBody body;  // of an answer in one piece
    size_t fed = 0;         // of bytes that come again since not all of them were
    int64_t events_seen = 0;
    bool in_pieces = false;  // some of the event in hand has come
    bool at_end = false;
    bool done = false;  // [DONE] came
  };

  const LongEvents long_events_;
  std::optional<Answer> answer_;
  StreamHeartbeat heartbeat_;
  Timer end_timer_;
  Timer more_timer_;        // more is taken in a later turn of the loop
  bool held_back_ = false;  // by a caller who reads slowly
  bool started_ = false;
  bool stopped_ = false;  // no more is taken of the attempt in hand
};

}  // namespace inferwire::endpoints
