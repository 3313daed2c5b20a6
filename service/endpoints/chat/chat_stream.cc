// One streamed chat completion.
#include <google/protobuf/arena.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/text.h"
#include "codec/decode.h"
#include "endpoints/chat/chat.h"
#include "endpoints/chat/stream_end.h"
#include "endpoints/shared/stream_front.h"
#include "endpoints/shared/stream_heartbeat.h"
#include "endpoints/chat/stream_options.h"
#include "endpoints/shared/owned_operation.h"
#include "http/sse.h"
#include "openai/chunk_merger.h"
#include "openai/end_mark.h"
#include "openai/json_body.h"
#include "openai/whole_answer.h"

namespace inferwire::endpoints {
namespace {

// How long an upstream may go on after [DONE], or not end its answer. Usually the end is on the
// way, and the connection can be used again.
constexpr std::chrono::seconds kEndAfterDone{1};
// Of an event that was skipped, for the error of a stream that then ends without an answer.
constexpr size_t kMaxOdd = 200;

class ChatStream final : public ModelOperation {
 public:
  ChatStream(ChatPlan plan, StreamPlan stream, const upstream::Runtime& runtime,
             const gateway::CallContext& context, gateway::Operation::Observer& observer)
      : ModelOperation(std::move(plan), runtime, context, observer),
        wanted_choices_(stream.choices),
        accumulate_(stream.accumulate),
        heartbeat_(runtime.timers, stream.heartbeat, observer,
                   StreamHeartbeat::As<v1::StreamCompleteResponse>),
        end_timer_(runtime.timers, [this] { OnNoEnd(); }) {
    ForgetAnswer();
  }

  void Resume() override { upstream_call_.Resume(); }

 private:
  using Form = StreamFront::Form;

  void SendValidated() override {
    v1::StreamCompleteResponse message;
    FillGateway(*message.mutable_completed()->mutable_gateway());
    observer_.OnMessage(message);
  }

  void ForgetAnswer() final {
    // The bounds of an answer in one piece.
    const size_t most = std::min(runtime_.limits.body_bytes, runtime_.limits.json.max_string_bytes);
    answer_.emplace(runtime_.limits.event_bytes, openai::ChunkMerger::Options{accumulate_, most});
    stopped_ = held_back_ = false;
  }

  // Its timers are not those of the attempt that follows.
  void OnAttemptFailed(const Error& error) override {
    heartbeat_.Stop();
    end_timer_.Cancel();
    ModelOperation::OnAttemptFailed(error);
  }

  void OnHead(int, const http::Headers& headers) override { answer_->front.OnHead(headers); }

  bool OnBody(std::string_view bytes) override {
    held_back_ = observer_.Full();
    if (held_back_) return false;
    if (answer_->done) return true;
    if (answer_->front.form() == Form::kUnknown && answer_->front.See(bytes) == Form::kUnknown)
      return true;
    if (answer_->front.form() == Form::kOnePiece) {
      auto good = answer_->body.Append(bytes, runtime_.limits.body_bytes, runtime_.limits.json);
      if (!good) StopUnreadable(good.error());
      return true;
    }
    answer_->events.Feed(bytes);
    TakeEvents();
    if (answer_->events_seen == 0) answer_->front.Keep(bytes);
    return true;
  }

  void OnEnd(std::optional<Error> error) override {
    if (!error) {
      answer_->at_end = true;
      answer_->events.End();
      TakeEvents();
      if (stopped_) return;
    } else if (!IsAfterTheEnd(progress(), *error)) {
      return Stop(std::move(error));
    }
    const http::Headers& headers = upstream_call_.headers();
    const upstream::UpstreamOptions& upstream = upstream_call_.request().upstream->options();
    if (ProperlyEnded(progress(), headers, upstream.dialect->needs_finish_reason)) {
      return Complete();
    }
    if (error) return Stop(std::move(error));
    if (answer_->front.form() == Form::kOnePiece) return TakeWholeAnswer();
    const openai::Attempt attempt = upstream_call_.attempt();
    Stop(answer_->events_seen == 0 ? answer_->front.NoStream(headers, attempt, WallNow())
                                   : NoEnd(progress(), answer_->odd, attempt));
  }

  StreamProgress progress() const {
    return {.wanted_choices = wanted_choices_,
            .choices = answer_->merger.choices(),
            .finished = answer_->merger.finished(),
            .began = answer_->merger.began(),
            .done = answer_->done,
            .transfer_ended = answer_->at_end};
  }

  // Upstream neither ends nor goes on.
  void OnNoEnd() {
    if (!answer_->done && held_back_)
      return WaitForTheEnd();  // there is more, and the caller is slow
    if (!answer_->done) operation_metrics_.TranslationError("response", "no_end");
    OnEnd(std::nullopt);
  }

  void WaitForTheEnd() {
    end_timer_.Set(runtime_.timers.Now() +
                   upstream_call_.request().upstream->options().after_finish);
  }

  void TakeEvents() {
    http::SseParser::Event event;
    while (!stopped_) {
      switch (answer_->events.Next(event)) {
        case http::SseParser::Status::kNeedMore:
          return;
        case http::SseParser::Status::kTooLong:
          return Stop(
              openai::TooLarge("an event is longer than allowed", upstream_call_.attempt()));
        case http::SseParser::Status::kEvent:
          TakeEvent(event);
      }
    }
  }

  void TakeEvent(const http::SseParser::Event& event) {
    ++answer_->events_seen;
    if (answer_->done) return;
    const std::string_view data = Trim(event.data);
    if (openai::IsEndMark(event.event, data)) {
      answer_->done = true;
      end_timer_.Set(runtime_.timers.Now() + kEndAfterDone);
      return;
    }
    if (data.empty()) return;
    std::optional<Error> error = ErrorIn(event);
    if (error) bill_.SeeRefusal();
    if (!error && data.front() != '{') return SkipEvent(data);
    v1::ChatCompletionChunk& chunk = NewChunk(event.data.size());
    codec::DecodeStats stats;
    const auto decoded =
        codec::FromJson(event.data, chunk, runtime_.limits.json, &stats, openai::PiecesOfAChunk());
    // What stands beside an error still counts.
    if (error && (!decoded || !openai::SaysAnything(chunk))) return Stop(std::move(error));
    if (!decoded) return TakeUnreadable(data, decoded.error());
    if (chunk.choices().empty() && !chunk.has_usage()) {
      if (chunk.ByteSizeLong() == 0) return SkipEvent(data);
      if (!answer_->merger.finished()) error = HollowError(data);
      if (error) {
        bill_.SeeRefusal();
        return Stop(std::move(error));
      }
    }
    const bool failed = error.has_value();
    TakeChunk(chunk, stats);
    large_.reset();
    // Made once more: now output has reached the caller.
    if (failed && !stopped_) Stop(ErrorIn(event));
  }

  // Keep-alives and marks of an end, in the forms of which there is no end.
  void SkipEvent(std::string_view data) {
    operation_metrics_.TranslationError("response", "odd_event");
    if (answer_->odd.empty()) answer_->odd = data.substr(0, kMaxOdd);
  }

  void TakeUnreadable(std::string_view data, const Error& error) {
    if (answer_->at_end) return;  // cut in the middle, as its missing empty line says
    if (answer_->merger.finished()) return SkipEvent(data);
    StopUnreadable(error);
  }

  void TakeChunk(v1::ChatCompletionChunk& chunk, const codec::DecodeStats& stats) {
    if (stats.unknown_members > 0) {
      operation_metrics_.UnknownFields(stats.unknown_members);
    }
    if (auto merged = answer_->merger.Add(chunk); !merged) {
      return Stop(openai::TooLarge(merged.error().message, upstream_call_.attempt()));
    }
    bill_.CountOutput(chunk);
    bill_.See(chunk);
    SendChunk();
    if (EveryChoiceFinished(progress()) && !end_timer_.pending()) WaitForTheEnd();
  }

  void StopUnreadable(const Error& error) {
    const bool too_large = error.reason == v1::ERROR_REASON_RESPONSE_TOO_LARGE;
    operation_metrics_.TranslationError("response", too_large ? "too_large" : "not_json");
    Stop(too_large ? openai::TooLarge(error.message, upstream_call_.attempt())
                   : openai::Protocol(error.message, upstream_call_.attempt()));
  }

  std::optional<Error> HollowError(std::string_view data) const {
    return openai::FromHollow(data, upstream_call_.headers(), upstream_call_.attempt(), WallNow());
  }

  WallTime WallNow() const { return runtime_.timers.clock().WallNow(); }

  std::optional<Error> ErrorIn(const http::SseParser::Event& event) const {
    const WallTime now = WallNow();
    if (event.event == "error") {
      return openai::FromErrorEvent(event.data, upstream_call_.headers(), upstream_call_.attempt(),
                                    now);
    }
    // Most events need no parsing to see that they are none.
    if (event.data.find("\"error\"") == std::string_view::npos) return std::nullopt;
    return openai::FromBody(event.data, upstream_call_.headers(), upstream_call_.attempt(), now);
  }

  void TakeWholeAnswer() {
    if (auto error = openai::FromBody(answer_->body.text(), upstream_call_.headers(),
                                      upstream_call_.attempt(), WallNow())) {
      bill_.SeeRefusal(answer_->body.text());
      return Stop(std::move(error));
    }
    // It is judged as what it is, not as a stream.
    const openai::AnswerFacts facts{upstream_call_.headers(), upstream_call_.attempt(), WallNow()};
    if (auto failed = openai::FaultOfAnswer(answer_->body.text(), runtime_.limits.json, facts);
        failed && failed->reason != v1::ERROR_REASON_RESPONSE_TOO_LARGE) {
      return Stop(std::move(failed));
    }
    v1::ChatCompletionChunk& chunk = NewChunk(answer_->body.text().size());
    codec::DecodeStats stats;
    auto decoded =
        openai::ChunkFromCompletion(answer_->body.text(), chunk, runtime_.limits.json, stats);
    if (!decoded && decoded.error().reason == v1::ERROR_REASON_RESPONSE_TOO_LARGE) {
      return StopUnreadable(decoded.error());
    }
    if (!decoded) return Stop(NotAnAnswer(decoded.error().message));
    TakeChunk(chunk, stats);
    large_.reset();
    if (stopped_) return;
    Complete();
  }

  Error NotAnAnswer(std::string_view what) const {
    return openai::NoAnswer(answer_->body.text(), what, upstream_call_.headers(),
                            upstream_call_.attempt(), WallNow());
  }

  // Where a chunk of so many bytes of JSON is made. The loop's message serves other streams after
  // this one and keeps no large chunk's memory: one is made on its own, and given back as a whole.
  v1::ChatCompletionChunk& NewChunk(size_t bytes) {
    constexpr size_t kMostKept = 64 * 1024;
    message_ = &runtime_.chunk_message;
    large_.reset();
    if (bytes > kMostKept) {
      google::protobuf::ArenaOptions options;
      options.start_block_size = options.max_block_size = 16 * kMostKept;
      large_ = std::make_unique<google::protobuf::Arena>(options);
      message_ = google::protobuf::Arena::CreateMessage<v1::StreamCompleteResponse>(large_.get());
    }
    return *message_->mutable_chunk();
  }

  void SendChunk() {
    const SteadyTime now = runtime_.timers.Now();
    if (!started_) SendStarted();
    if (!output_began_ && answer_->merger.began()) {
      output_began_ = true;
      metrics_->FirstChunk(*stats_.first_byte);
    } else if (output_began_) {
      metrics_->NextChunk(now - heartbeat_.last_sent());
    }
    upstream_call_.MarkOutput();
    heartbeat_.Sent(now);
    ++stats_.events;
    observer_.OnMessage(*message_);
  }

  // Only now, with something from upstream in hand: a stream that failed before can be retried.
  void SendStarted() {
    started_ = true;
    v1::StreamCompleteResponse started;
    FillGateway(*started.mutable_started()->mutable_gateway());
    observer_.OnMessage(started);
  }

  void Complete() {
    heartbeat_.Stop();
    end_timer_.Cancel();
    if (answer_->merger.Flush(NewChunk(0))) SendChunk();
    if (!started_) SendStarted();
    v1::StreamCompleteResponse message;
    v1::StreamCompleted& completed = *message.mutable_completed();
    if (bill_.usage()) *completed.mutable_usage() = *bill_.usage();
    FillGatewayAtEnd(*completed.mutable_gateway());
    if (accumulate_)
      *completed.mutable_completion() = answer_->merger.TakeCompletion(bill_.usage());
    observer_.OnMessage(message);
    stopped_ = true;
    End(std::nullopt);
  }

  void Stop(std::optional<Error> error) {
    heartbeat_.Stop();
    end_timer_.Cancel();
    stopped_ = true;
    End(std::move(error));
  }

  // What came of the attempt in hand.
  struct Answer {
    Answer(size_t event_bytes, const openai::ChunkMerger::Options& options)
        : events(event_bytes), merger(options) {}

    http::SseParser events;
    openai::ChunkMerger merger;
    StreamFront front;
    std::string odd;        // the first event that was none of ours
    openai::JsonBody body;  // of an answer in one piece
    int64_t events_seen = 0;
    bool at_end = false;
    bool done = false;
  };

  const size_t wanted_choices_;
  const bool accumulate_;
  std::optional<Answer> answer_;
  StreamHeartbeat heartbeat_;
  Timer end_timer_;
  bool held_back_ = false;  // by a caller who reads slowly
  bool started_ = false;
  // The chunk in hand: the loop's message, or a large one.
  v1::StreamCompleteResponse* message_ = nullptr;
  std::unique_ptr<google::protobuf::Arena> large_;
  bool stopped_ = false;  // no more is taken of the attempt in hand
};

}  // namespace

Result<std::unique_ptr<gateway::Operation>> NewChatStream(v1::ChatCompletionParams& params,
                                                          const v1::CallOptions& options,
                                                          const v1::StreamOptions& stream,
                                                          const upstream::Runtime& runtime,
                                                          const gateway::CallContext& context,
                                                          gateway::Operation::Observer& observer) {
  auto stream_plan = CheckStreamOptions(stream);
  if (!stream_plan) return stream_plan.error();
  if (options.include_raw_response()) {
    return InvalidField("options.include_raw_response", "is for unary calls only");
  }
  auto plan = PlanChat(params, options, /*stream=*/true, runtime, context);
  if (!plan) return plan.error();
  plan->request.keeps_answer = stream_plan->accumulate;
  stream_plan->choices = plan->choices;
  return OnlyForOwner(
      plan->owned, runtime, context, observer,
      [&](gateway::Operation::Observer& to) -> Result<std::unique_ptr<gateway::Operation>> {
        return std::unique_ptr<gateway::Operation>(
            std::make_unique<ChatStream>(std::move(*plan), *stream_plan, runtime, context, to));
      });
}

}  // namespace inferwire::endpoints
