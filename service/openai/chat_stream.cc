// One streamed chat completion.
#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "base/text.h"
#include "codec/decode.h"
#include "codec/encode.h"
#include "codec/utf8.h"
#include "http/sse.h"
#include "openai/call_options.h"
#include "openai/chat.h"
#include "openai/chat_operation.h"
#include "openai/chunk_merger.h"
#include "openai/error_body.h"
#include "openai/json_body.h"
#include "openai/owned_operation.h"
#include "openai/whole_answer.h"
#include "openai/words.h"

namespace llmgate::openai {
namespace {

constexpr std::string_view kDone = "[DONE]";
// How long an upstream may go on after [DONE], or not end its answer. Usually the end is on the
// way, and the connection can be used again.
constexpr std::chrono::seconds kEndAfterDone{1};
// What JSON and pages begin with, and no event stream.
constexpr std::string_view kDocumentStarts = "{[<\"";

struct StreamPlan {
  bool accumulate = false;
  std::optional<Duration> heartbeat;
};

class ChatStream final : public ChatOperation {
 public:
  ChatStream(ChatPlan plan, StreamPlan stream, const Runtime& runtime, const CallContext& context,
             Sink& sink)
      : ChatOperation(std::move(plan), runtime, context, sink),
        events_(runtime.limits.event_bytes),
        // The bounds of an answer in one piece.
        merger_({stream.accumulate,
                 std::min(runtime.limits.body_bytes, runtime.limits.json.max_string_bytes)}),
        accumulate_(stream.accumulate),
        heartbeat_(stream.heartbeat),
        heartbeat_timer_(runtime.timers, [this] { SendHeartbeat(); }),
        end_timer_(runtime.timers, [this] { OnEnd(std::nullopt); }) {}

  void Resume() override { exchange_.Resume(); }

 private:
  enum class Form { kUnknown, kEvents, kOnePiece };

  void SendValidated() override {
    v1::StreamCompleteResponse message;
    FillGateway(*message.mutable_completed()->mutable_gateway());
    sink_.OnMessage(message);
  }

  void OnHead(int, const http::Headers& headers) override {
    named_events_ = Lower(headers.Get("content-type")).starts_with("text/event-stream");
  }

  bool OnBody(std::string_view bytes) override {
    if (sink_.Full()) return false;
    if (done_) return true;
    if (form_ == Form::kUnknown && !SeeForm(bytes)) return true;
    if (form_ == Form::kOnePiece) {
      auto good = body_.Append(bytes, runtime_.limits.body_bytes, runtime_.limits.json);
      if (!good) Stop(Unreadable(good.error()));
      return true;
    }
    events_.Feed(bytes);
    TakeEvents();
    if (events_seen_ == 0) KeepFront(bytes);
    return true;
  }

  // A server that does not stream, or that reports a failure with status 200, answers in one piece.
  // Only the body tells: JSON comes as text/plain, octet-stream and even text/event-stream too, and
  // no event begins with a brace. Blank bytes keep connections alive and belong to neither form;
  // they are taken off. False if there are only those.
  bool SeeForm(std::string_view& bytes) {
    bytes = codec::WithoutByteOrderMark(bytes);
    bytes.remove_prefix(std::min(bytes.find_first_not_of(" \t\r\n"), bytes.size()));
    if (bytes.empty()) return false;
    form_ = bytes.front() == '{' ? Form::kOnePiece : Form::kEvents;
    return true;
  }

  void OnEnd(std::optional<Error> error) override {
    if (!error) {
      at_end_ = true;
      events_.End();
      TakeEvents();
      if (stopped_) return;
    }
    if (ProperlyEnded()) return Complete();
    if (error) return Stop(std::move(error));
    if (form_ == Form::kOnePiece) return TakeWholeAnswer();
    Stop(events_seen_ == 0 ? NoStream() : Truncated("the stream stopped", exchange_.attempt()));
  }

  // For what is neither JSON nor events: an error text, a page.
  void KeepFront(std::string_view bytes) {
    front_ += bytes.substr(0, kMaxErrorBody + 1 - front_.size());
  }

  void TakeEvents() {
    http::SseParser::Event event;
    while (!stopped_) {
      switch (events_.Next(event)) {
        case http::SseParser::Status::kNeedMore:
          return;
        case http::SseParser::Status::kTooLong:
          return Stop(Protocol("an event is longer than allowed", exchange_.attempt()));
        case http::SseParser::Status::kEvent:
          TakeEvent(event);
      }
    }
  }

  void TakeEvent(const http::SseParser::Event& event) {
    ++events_seen_;
    if (Trim(event.data) == kDone) {
      done_ = true;
      end_timer_.Set(runtime_.timers.Now() + kEndAfterDone);
      return;
    }
    if (done_ || event.data.empty()) return;
    const bool failed = ErrorIn(event).has_value();
    v1::ChatCompletionChunk& chunk = *runtime_.chunk_message.mutable_chunk();
    codec::DecodeStats stats;
    const auto decoded = codec::FromJson(event.data, chunk, runtime_.limits.json, &stats);
    // What stands beside an error still counts.
    if (failed && (!decoded || !SaysAnything(chunk))) return Stop(ErrorIn(event));
    if (!decoded) {
      if (at_end_) return;  // cut in the middle, as its missing empty line says
      return Stop(Unreadable(decoded.error()));
    }
    TakeChunk(chunk, stats);
    LetGo(event.data.size());
    if (failed && !stopped_) Stop(ErrorIn(event));
  }

  void TakeChunk(v1::ChatCompletionChunk& chunk, const codec::DecodeStats& stats) {
    if (stats.unknown_members > 0) {
      operation_metrics_.UnknownFields(stats.unknown_members);
    }
    if (auto merged = merger_.Add(chunk); !merged) {
      return Stop(TooLarge(merged.error().message, exchange_.attempt()));
    }
    SeeUsage(chunk);
    SendChunk();
  }

  Error Unreadable(const Error& fault) {
    operation_metrics_.TranslationError("response", "not_json");
    return Protocol(fault.message, exchange_.attempt());
  }

  std::optional<Error> ErrorIn(const http::SseParser::Event& event) const {
    const WallTime now = runtime_.timers.clock().WallNow();
    if (event.event == "error") {
      return FromErrorEvent(event.data, exchange_.headers(), exchange_.attempt(), now);
    }
    // Most events need no parsing to see that they are none.
    if (event.data.find("\"error\"") == std::string_view::npos) return std::nullopt;
    return FromBody(event.data, exchange_.headers(), exchange_.attempt(), now);
  }

  void TakeWholeAnswer() {
    if (auto error = FromBody(body_.text(), exchange_.headers(), exchange_.attempt(),
                              runtime_.timers.clock().WallNow())) {
      return Stop(std::move(error));
    }
    v1::ChatCompletionChunk& chunk = *runtime_.chunk_message.mutable_chunk();
    codec::DecodeStats stats;
    if (auto decoded = ChunkFromCompletion(body_.text(), chunk, runtime_.limits.json, stats);
        !decoded) {
      return Stop(Unreadable(decoded.error()));
    }
    TakeChunk(chunk, stats);
    LetGo(body_.text().size());
    if (!stopped_) Complete();
  }

  // The message serves other streams after this one: it keeps no large chunk's memory.
  void LetGo(size_t bytes) {
    constexpr size_t kMostKept = 64 * 1024;
    if (bytes > kMostKept) v1::StreamCompleteResponse().Swap(&runtime_.chunk_message);
  }

  void SendChunk() {
    const SteadyTime now = runtime_.timers.Now();
    if (!started_) SendStarted();
    if (!output_began_ && merger_.began()) {
      output_began_ = true;
      metrics_.FirstChunk(*report_.first_byte);
    } else if (output_began_) {
      metrics_.NextChunk(now - last_sent_);
    }
    exchange_.MarkOutput();
    last_sent_ = now;
    ++report_.events;
    sink_.OnMessage(runtime_.chunk_message);
    if (heartbeat_ && !heartbeat_timer_.pending()) heartbeat_timer_.Set(now + *heartbeat_);
  }

  // Only now, with something from upstream in hand: a stream that failed before can be retried.
  void SendStarted() {
    started_ = true;
    v1::StreamCompleteResponse started;
    FillGateway(*started.mutable_started()->mutable_gateway());
    sink_.OnMessage(started);
  }

  void SendHeartbeat() {
    const SteadyTime now = runtime_.timers.Now();
    if (now - last_sent_ >= *heartbeat_ && !sink_.Full()) {
      v1::StreamCompleteResponse beat;
      const auto wall = runtime_.timers.clock().WallNow().time_since_epoch();
      beat.mutable_heartbeat()->mutable_time()->set_seconds(
          std::chrono::duration_cast<std::chrono::seconds>(wall).count());
      last_sent_ = now;
      sink_.OnMessage(beat);
    }
    heartbeat_timer_.Set(std::max(now, last_sent_) + *heartbeat_);
  }

  // [DONE] alone proves nothing where finish reasons are the rule: a proxy in between may have
  // added it to a stream that was cut.
  bool ProperlyEnded() const {
    if (merger_.finished()) return true;
    return done_ && (!merger_.began() ||
                     !exchange_.request().upstream->options().dialect->needs_finish_reason);
  }

  Error NoStream() const {
    auto error = FromBody(front_, exchange_.headers(), exchange_.attempt(),
                          runtime_.timers.clock().WallNow());
    if (error) return *std::move(error);
    const std::string_view front = Trim(codec::WithoutByteOrderMark(front_));
    const bool document = front.find_first_of(kDocumentStarts) == 0;
    if (named_events_ && !document) {
      return Truncated("the stream stopped before its first event", exchange_.attempt());
    }
    return Protocol("it is not an event stream", exchange_.attempt());
  }

  void Complete() {
    heartbeat_timer_.Cancel();
    end_timer_.Cancel();
    if (!started_) SendStarted();
    v1::StreamCompleteResponse message;
    v1::StreamCompleted& completed = *message.mutable_completed();
    if (usage()) *completed.mutable_usage() = *usage();
    FillGatewayAtEnd(*completed.mutable_gateway());
    if (accumulate_) *completed.mutable_completion() = merger_.TakeCompletion(usage());
    sink_.OnMessage(message);
    stopped_ = true;
    End(std::nullopt);
  }

  void Stop(std::optional<Error> error) {
    heartbeat_timer_.Cancel();
    end_timer_.Cancel();
    stopped_ = true;
    End(std::move(error));
  }

  http::SseParser events_;
  ChunkMerger merger_;
  const bool accumulate_;
  const std::optional<Duration> heartbeat_;
  Timer heartbeat_timer_, end_timer_;
  SteadyTime last_sent_;
  std::string front_;  // what came before the first event
  JsonBody body_;      // of an answer in one piece
  int64_t events_seen_ = 0;
  Form form_ = Form::kUnknown;
  bool named_events_ = false;  // by the content type
  bool at_end_ = false;
  bool started_ = false;
  bool done_ = false;
  bool stopped_ = false;
};

Result<StreamPlan> CheckStreamOptions(const v1::StreamOptions& options) {
  StreamPlan plan;
  if (auto known = codec::RefuseUnknownFields(options); !known) {
    return InvalidField("stream", known.error().message, v1::ERROR_REASON_UNKNOWN_PROTO_FIELD);
  }
  plan.accumulate = options.accumulate();
  if (options.has_heartbeat_interval()) {
    auto interval = CheckDuration(options.heartbeat_interval(), "stream.heartbeat_interval");
    if (!interval) return interval.error();
    if (*interval < std::chrono::seconds(1)) {
      return InvalidField("stream.heartbeat_interval", "must be at least 1 s");
    }
    plan.heartbeat = *interval;
  }
  return plan;
}

}  // namespace

Result<std::unique_ptr<Operation>> NewChatStream(v1::ChatCompletionParams& params,
                                                 const v1::CallOptions& options,
                                                 const v1::StreamOptions& stream,
                                                 const Runtime& runtime, const CallContext& context,
                                                 Operation::Sink& sink) {
  auto stream_plan = CheckStreamOptions(stream);
  if (!stream_plan) return stream_plan.error();
  if (options.include_raw_response()) {
    return InvalidField("options.include_raw_response", "is for unary calls only");
  }
  auto plan = PlanChat(params, options, /*stream=*/true, runtime, context);
  if (!plan) return plan.error();
  plan->request.keeps_answer = stream_plan->accumulate;
  return OnlyForOwner(plan->owned, runtime, context, sink,
                      [&](Operation::Sink& to) -> Result<std::unique_ptr<Operation>> {
                        return std::unique_ptr<Operation>(std::make_unique<ChatStream>(
                            std::move(*plan), std::move(*stream_plan), runtime, context, to));
                      });
}

}  // namespace llmgate::openai
