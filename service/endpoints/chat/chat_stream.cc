// One streamed chat completion.
#include <google/protobuf/arena.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "codec/decode.h"
#include "endpoints/chat/chat.h"
#include "endpoints/chat/stream_options.h"
#include "endpoints/shared/event_stream.h"
#include "endpoints/shared/owned_operation.h"
#include "endpoints/shared/stream_end.h"
#include "openai/chunk_merger.h"
#include "openai/whole_answer.h"

namespace inferwire::endpoints {
namespace {

class ChatStream final : public EventStream {
 public:
  ChatStream(ChatPlan plan, StreamPlan stream, const upstream::Runtime& runtime,
             const gateway::CallContext& context, gateway::Operation::Observer& observer)
      : EventStream(std::move(plan), stream.heartbeat,
                    StreamHeartbeat::As<v1::StreamCompleteResponse>, runtime, context, observer),
        wanted_choices_(stream.choices),
        accumulate_(stream.accumulate) {
    ForgetEvents();
  }

 private:
  void SendValidated() override {
    v1::StreamCompleteResponse message;
    FillGateway(*message.mutable_completed()->mutable_gateway());
    observer_.OnMessage(message);
  }

  void ForgetEvents() override {
    // The bounds of an answer in one piece.
    const size_t most = std::min(runtime_.limits.body_bytes, runtime_.limits.json.max_string_bytes);
    merger_.emplace(openai::ChunkMerger::Options{accumulate_, most});
  }

  StreamProgress progress() const {
    return {.wanted_choices = wanted_choices_,
            .choices = merger_->choices(),
            .finished = merger_->finished(),
            .began = merger_->began(),
            .done = done(),
            .transfer_ended = transfer_ended()};
  }

  bool MayEndWith(const Error& error) const override { return IsAfterTheEnd(progress(), error); }

  bool ProperlyEnded() const override {
    return endpoints::ProperlyEnded(
        progress(), upstream_call_.headers(),
        upstream_call_.request().upstream->options().dialect->needs_finish_reason);
  }

  Error NoEnd(std::string_view odd, const openai::Attempt& attempt) const override {
    return endpoints::NoEnd(progress(), odd, attempt);
  }

  void TakeEvent(const http::SseParser::Event& event, std::string_view data) override {
    std::optional<Error> error = ErrorIn(event);
    if (error) bill_.SeeRefusal();
    if (!error && data.front() != '{') return SkipEvent(data);
    v1::ChatCompletionChunk& chunk = NewChunk(event.data.size());
    codec::DecodeStats stats;
    const auto decoded =
        codec::FromJson(event.data, chunk, runtime_.limits.json, &stats, openai::PiecesOfAChunk());
    // What stands beside an error still counts.
    if (error && (!decoded || !openai::SaysAnything(chunk))) return Stop(std::move(error));
    if (!decoded) {
      return merger_->finished() ? SkipEvent(data) : StopUnreadableEvent(decoded.error());
    }
    if (chunk.choices().empty() && !chunk.has_usage()) {
      if (chunk.ByteSizeLong() == 0) return SkipEvent(data);
      if (!merger_->finished()) error = HollowError(data);
      if (error) {
        bill_.SeeRefusal();
        return Stop(std::move(error));
      }
    }
    const bool failed = error.has_value();
    TakeChunk(chunk, stats);
    large_.reset();
    // Made once more: now output has reached the caller.
    if (failed && !stopped()) Stop(ErrorIn(event));
  }

  void TakeChunk(v1::ChatCompletionChunk& chunk, const codec::DecodeStats& stats) {
    if (stats.unknown_members > 0) {
      operation_metrics_.UnknownFields(stats.unknown_members);
    }
    if (auto merged = merger_->Add(chunk); !merged) {
      return Stop(openai::TooLarge(merged.error().message, upstream_call_.attempt()));
    }
    bill_.CountOutput(chunk);
    bill_.See(chunk);
    SendChunk();
    if (EveryChoiceFinished(progress()) && !awaits()) {
      AwaitUntil(upstream_call_.request().upstream->options().after_finish);
    }
  }

  std::optional<Error> HollowError(std::string_view data) const {
    return openai::FromHollow(data, upstream_call_.headers(), upstream_call_.attempt(), WallNow());
  }

  bool TakeWhole(const std::string& json) override {
    // It is judged as what it is, not as a stream.
    const openai::AnswerFacts facts{upstream_call_.headers(), upstream_call_.attempt(), WallNow()};
    if (auto failed = openai::FaultOfAnswer(json, runtime_.limits.json, facts);
        failed && failed->reason != v1::ERROR_REASON_RESPONSE_TOO_LARGE) {
      Stop(std::move(failed));
      return false;
    }
    v1::ChatCompletionChunk& chunk = NewChunk(json.size());
    codec::DecodeStats stats;
    auto decoded = openai::ChunkFromCompletion(json, chunk, runtime_.limits.json, stats);
    if (!decoded && decoded.error().reason == v1::ERROR_REASON_RESPONSE_TOO_LARGE) {
      StopUnreadable(decoded.error());
      return false;
    }
    if (!decoded) {
      Stop(
          openai::NoAnswer(json, decoded.error().message, facts.headers, facts.attempt, facts.now));
      return false;
    }
    TakeChunk(chunk, stats);
    large_.reset();
    return true;
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

  void SendChunk() { Send(*message_, output_began_ || merger_->began()); }

  void SendStarted(v1::GatewayInfo gateway) override {
    v1::StreamCompleteResponse started;
    started.mutable_started()->mutable_gateway()->Swap(&gateway);
    observer_.OnMessage(started);
  }

  void SendCompleted() override {
    if (merger_->Flush(NewChunk(0))) SendChunk();
    v1::StreamCompleteResponse message;
    v1::StreamCompleted& completed = *message.mutable_completed();
    if (bill_.usage()) *completed.mutable_usage() = *bill_.usage();
    FillGatewayAtEnd(*completed.mutable_gateway());
    if (accumulate_) *completed.mutable_completion() = merger_->TakeCompletion(bill_.usage());
    observer_.OnMessage(message);
  }

  const size_t wanted_choices_;
  const bool accumulate_;
  std::optional<openai::ChunkMerger> merger_;
  // The chunk in hand: the loop's message, or a large one.
  v1::StreamCompleteResponse* message_ = nullptr;
  std::unique_ptr<google::protobuf::Arena> large_;
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
