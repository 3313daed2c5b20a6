// One streamed chat completion.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "base/text.h"
#include "codec/decode.h"
#include "codec/encode.h"
#include "http/sse.h"
#include "openai/call_options.h"
#include "openai/chat.h"
#include "openai/chat_operation.h"
#include "openai/chunk_merger.h"
#include "openai/whole_answer.h"

namespace llmgate::openai {
namespace {

constexpr std::string_view kDone = "[DONE]";

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
        merger_({stream.accumulate, runtime.limits.stream_bytes}),
        accumulate_(stream.accumulate),
        heartbeat_(stream.heartbeat),
        heartbeat_timer_(runtime.timers, [this] { SendHeartbeat(); }) {}

  void Resume() override { exchange_.Resume(); }

 private:
  enum class Form { kUnknown, kEvents, kOnePiece };

  void SendValidated() override {
    v1::StreamCompleteResponse message;
    FillGateway(*message.mutable_completed()->mutable_gateway());
    sink_.OnMessage(message);
  }

  void OnHead(int, const http::Headers&) override {}

  bool OnBody(std::string_view bytes) override {
    if (sink_.Full()) return false;
    if (auto fits = Count(bytes.size(), runtime_.limits.stream_bytes); !fits) {
      Stop(std::move(fits.error()));
      return true;
    }
    if (form_ == Form::kUnknown && !SeeForm(bytes)) return true;
    if (form_ == Form::kOnePiece) {
      body_ += bytes;
      return true;
    }
    events_.Feed(bytes);
    TakeEvents();
    return true;
  }

  // A server that does not stream, or that reports a failure with status 200, answers in one piece.
  // Only the body tells: JSON comes as text/plain, octet-stream and even text/event-stream too, and
  // no event begins with a brace. Blank bytes keep connections alive and belong to neither form;
  // they are taken off. False if there are only those.
  bool SeeForm(std::string_view& bytes) {
    bytes.remove_prefix(std::min(bytes.find_first_not_of(" \t\r\n"), bytes.size()));
    if (bytes.empty()) return false;
    form_ = bytes.front() == '{' ? Form::kOnePiece : Form::kEvents;
    return true;
  }

  void OnEnd(std::optional<Error> error) override {
    if (!error) {
      events_.End();
      TakeEvents();
      if (stopped_) return;
    }
    if (ProperlyEnded()) return Complete();
    if (error) return Stop(std::move(error));
    if (form_ == Form::kOnePiece) return TakeWholeAnswer();
    Stop(events_seen_ == 0 ? Protocol("the answer is not an event stream", exchange_.attempt())
                           : Truncated("the stream stopped", exchange_.attempt()));
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
      return;
    }
    if (done_ || event.data.empty()) return;
    const bool failed = ErrorIn(event).has_value();
    v1::ChatCompletionChunk& chunk = *message_.mutable_chunk();
    codec::DecodeStats stats;
    const auto decoded = codec::FromJson(event.data, chunk, runtime_.limits.json, &stats);
    // What stands beside an error still counts.
    if (failed && (!decoded || chunk.choices().empty())) return Stop(ErrorIn(event));
    if (!decoded) {
      operation_metrics_.TranslationError("response", "not_json");
      return Stop(Protocol(decoded.error().message, exchange_.attempt()));
    }
    TakeChunk(chunk, stats);
    if (failed && !stopped_) Stop(ErrorIn(event));
  }

  void TakeChunk(v1::ChatCompletionChunk& chunk, const codec::DecodeStats& stats) {
    if (stats.unknown_members > 0) {
      operation_metrics_.UnknownFields(stats.unknown_members);
    }
    if (auto merged = merger_.Add(chunk); !merged) return Stop(std::move(merged.error()));
    if (chunk.has_usage()) SeeUsage(chunk.usage());
    SendChunk();
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
    if (auto error = FromBody(body_, exchange_.headers(), exchange_.attempt(),
                              runtime_.timers.clock().WallNow())) {
      return Stop(std::move(error));
    }
    v1::ChatCompletionChunk& chunk = *message_.mutable_chunk();
    codec::DecodeStats stats;
    if (auto decoded = ChunkFromCompletion(body_, chunk, runtime_.limits.json, stats); !decoded) {
      operation_metrics_.TranslationError("response", "not_json");
      return Stop(Protocol(decoded.error().message, exchange_.attempt()));
    }
    TakeChunk(chunk, stats);
    if (!stopped_) Complete();
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
    sink_.OnMessage(message_);
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

  void Complete() {
    heartbeat_timer_.Cancel();
    if (!started_) SendStarted();
    v1::StreamCompleteResponse message;
    v1::StreamCompleted& completed = *message.mutable_completed();
    if (merger_.usage()) *completed.mutable_usage() = *merger_.usage();
    FillGateway(*completed.mutable_gateway());
    if (accumulate_) *completed.mutable_completion() = merger_.TakeCompletion();
    sink_.OnMessage(message);
    stopped_ = true;
    End(std::nullopt);
  }

  void Stop(std::optional<Error> error) {
    heartbeat_timer_.Cancel();
    stopped_ = true;
    End(std::move(error));
  }

  http::SseParser events_;
  ChunkMerger merger_;
  const bool accumulate_;
  const std::optional<Duration> heartbeat_;
  Timer heartbeat_timer_;
  v1::StreamCompleteResponse message_;  // reused: a chunk costs no allocation in the long run
  SteadyTime last_sent_;
  std::string body_;  // of an answer in one piece
  int64_t events_seen_ = 0;
  Form form_ = Form::kUnknown;
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
  return std::unique_ptr<Operation>(std::make_unique<ChatStream>(
      std::move(*plan), std::move(*stream_plan), runtime, context, sink));
}

}  // namespace llmgate::openai
