// One streamed chat completion.
#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "base/text.h"
#include "codec/decode.h"
#include "endpoints/chat/chat.h"
#include "endpoints/chat/chat_operation.h"
#include "endpoints/chat/stream_end.h"
#include "endpoints/chat/stream_front.h"
#include "endpoints/chat/stream_heartbeat.h"
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

class ChatStream final : public ChatOperation {
 public:
  ChatStream(ChatPlan plan, StreamPlan stream, const upstream::Runtime& runtime,
             const gateway::CallContext& context, gateway::Operation::Observer& observer)
      : ChatOperation(std::move(plan), runtime, context, observer),
        wanted_choices_(stream.choices),
        events_(runtime.limits.event_bytes),
        // The bounds of an answer in one piece.
        merger_({stream.accumulate,
                 std::min(runtime.limits.body_bytes, runtime.limits.json.max_string_bytes)}),
        accumulate_(stream.accumulate),
        heartbeat_(runtime.timers, stream.heartbeat, observer),
        end_timer_(runtime.timers, [this] { OnNoEnd(); }) {}

  void Resume() override { upstream_call_.Resume(); }

 private:
  using Form = StreamFront::Form;

  void SendValidated() override {
    v1::StreamCompleteResponse message;
    FillGateway(*message.mutable_completed()->mutable_gateway());
    observer_.OnMessage(message);
  }

  void OnHead(int, const http::Headers& headers) override { front_.OnHead(headers); }

  bool OnBody(std::string_view bytes) override {
    held_back_ = observer_.Full();
    if (held_back_) return false;
    if (done_) return true;
    if (front_.form() == Form::kUnknown && front_.See(bytes) == Form::kUnknown) return true;
    if (front_.form() == Form::kOnePiece) {
      auto good = body_.Append(bytes, runtime_.limits.body_bytes, runtime_.limits.json);
      if (!good) StopUnreadable(good.error());
      return true;
    }
    events_.Feed(bytes);
    TakeEvents();
    if (events_seen_ == 0) front_.Keep(bytes);
    return true;
  }

  void OnEnd(std::optional<Error> error) override {
    if (!error) {
      at_end_ = true;
      events_.End();
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
    if (front_.form() == Form::kOnePiece) return TakeWholeAnswer();
    const openai::Attempt attempt = upstream_call_.attempt();
    Stop(events_seen_ == 0 ? front_.NoStream(headers, attempt, WallNow())
                           : NoEnd(progress(), odd_, attempt));
  }

  StreamProgress progress() const {
    return {.wanted_choices = wanted_choices_,
            .choices = merger_.choices(),
            .finished = merger_.finished(),
            .began = merger_.began(),
            .done = done_,
            .transfer_ended = at_end_};
  }

  // Upstream neither ends nor goes on.
  void OnNoEnd() {
    if (!done_ && held_back_) return WaitForTheEnd();  // there is more, and the caller is slow
    if (!done_) operation_metrics_.TranslationError("response", "no_end");
    OnEnd(std::nullopt);
  }

  void WaitForTheEnd() {
    end_timer_.Set(runtime_.timers.Now() +
                   upstream_call_.request().upstream->options().after_finish);
  }

  void TakeEvents() {
    http::SseParser::Event event;
    while (!stopped_) {
      switch (events_.Next(event)) {
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
    ++events_seen_;
    if (done_) return;
    const std::string_view data = Trim(event.data);
    if (openai::IsEndMark(event.event, data)) {
      done_ = true;
      end_timer_.Set(runtime_.timers.Now() + kEndAfterDone);
      return;
    }
    if (data.empty()) return;
    std::optional<Error> error = ErrorIn(event);
    if (error) bill_.SeeRefusal();
    if (!error && data.front() != '{') return SkipEvent(data);
    v1::ChatCompletionChunk& chunk = *runtime_.chunk_message.mutable_chunk();
    codec::DecodeStats stats;
    const auto decoded =
        codec::FromJson(event.data, chunk, runtime_.limits.json, &stats, openai::PiecesOfAChunk());
    // What stands beside an error still counts.
    if (error && (!decoded || !openai::SaysAnything(chunk))) return Stop(std::move(error));
    if (!decoded) return TakeUnreadable(data, decoded.error());
    if (chunk.choices().empty() && !chunk.has_usage()) {
      if (chunk.ByteSizeLong() == 0) return SkipEvent(data);
      if (!merger_.finished()) error = HollowError(data);
      if (error) {
        bill_.SeeRefusal();
        return Stop(std::move(error));
      }
    }
    const bool failed = error.has_value();
    TakeChunk(chunk, stats);
    LetGo(event.data.size());
    // Made once more: now output has reached the caller.
    if (failed && !stopped_) Stop(ErrorIn(event));
  }

  // Keep-alives and marks of an end, in the forms of which there is no end.
  void SkipEvent(std::string_view data) {
    operation_metrics_.TranslationError("response", "odd_event");
    if (odd_.empty()) odd_ = data.substr(0, kMaxOdd);
  }

  void TakeUnreadable(std::string_view data, const Error& error) {
    if (at_end_) return;  // cut in the middle, as its missing empty line says
    if (merger_.finished()) return SkipEvent(data);
    StopUnreadable(error);
  }

  void TakeChunk(v1::ChatCompletionChunk& chunk, const codec::DecodeStats& stats) {
    if (stats.unknown_members > 0) {
      operation_metrics_.UnknownFields(stats.unknown_members);
    }
    if (auto merged = merger_.Add(chunk); !merged) {
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
    if (auto error = openai::FromBody(body_.text(), upstream_call_.headers(),
                                      upstream_call_.attempt(), WallNow())) {
      bill_.SeeRefusal(body_.text());
      return Stop(std::move(error));
    }
    // It is judged as what it is, not as a stream.
    const openai::AnswerFacts facts{upstream_call_.headers(), upstream_call_.attempt(), WallNow()};
    if (auto failed = openai::FaultOfAnswer(body_.text(), runtime_.limits.json, facts);
        failed && failed->reason != v1::ERROR_REASON_RESPONSE_TOO_LARGE) {
      return Stop(std::move(failed));
    }
    v1::ChatCompletionChunk& chunk = *runtime_.chunk_message.mutable_chunk();
    codec::DecodeStats stats;
    auto decoded = openai::ChunkFromCompletion(body_.text(), chunk, runtime_.limits.json, stats);
    if (!decoded && decoded.error().reason == v1::ERROR_REASON_RESPONSE_TOO_LARGE) {
      return StopUnreadable(decoded.error());
    }
    if (!decoded) return Stop(NotAnAnswer(decoded.error().message));
    TakeChunk(chunk, stats);
    LetGo(body_.text().size());
    if (stopped_) return;
    Complete();
  }

  Error NotAnAnswer(std::string_view what) const {
    return openai::NoAnswer(body_.text(), what, upstream_call_.headers(), upstream_call_.attempt(),
                            WallNow());
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
      metrics_.FirstChunk(*stats_.first_byte);
    } else if (output_began_) {
      metrics_.NextChunk(now - heartbeat_.last_sent());
    }
    upstream_call_.MarkOutput();
    heartbeat_.Sent(now);
    ++stats_.events;
    observer_.OnMessage(runtime_.chunk_message);
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
    if (merger_.Flush(*runtime_.chunk_message.mutable_chunk())) SendChunk();
    if (!started_) SendStarted();
    v1::StreamCompleteResponse message;
    v1::StreamCompleted& completed = *message.mutable_completed();
    if (bill_.usage()) *completed.mutable_usage() = *bill_.usage();
    FillGatewayAtEnd(*completed.mutable_gateway());
    if (accumulate_) *completed.mutable_completion() = merger_.TakeCompletion(bill_.usage());
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

  const size_t wanted_choices_;
  http::SseParser events_;
  openai::ChunkMerger merger_;
  const bool accumulate_;
  StreamHeartbeat heartbeat_;
  Timer end_timer_;
  StreamFront front_;
  std::string odd_;        // the first event that was none of ours
  openai::JsonBody body_;  // of an answer in one piece
  int64_t events_seen_ = 0;
  bool at_end_ = false;
  bool held_back_ = false;  // by a caller who reads slowly
  bool started_ = false;
  bool done_ = false;
  bool stopped_ = false;
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
