#include "endpoints/typed/text_stream.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "codec/decode.h"
#include "endpoints/shared/event_stream.h"
#include "endpoints/shared/owned_operation.h"
#include "endpoints/shared/stream_end.h"
#include "endpoints/typed/stream_wishes.h"
#include "endpoints/typed/text_merger.h"
#include "endpoints/typed/typed_plan.h"
#include "openai/error.h"
#include "openai/usage_reader.h"

namespace inferwire::endpoints {
namespace {

struct Options {
  std::optional<Duration> heartbeat;
  bool accumulate = false;
  size_t choices = 1;  // that were asked for
};

class TextStream final : public EventStream {
 public:
  TextStream(ModelPlan plan, const Options& options, const upstream::Runtime& runtime,
             const gateway::CallContext& context, gateway::Operation::Observer& observer)
      : EventStream(std::move(plan), options.heartbeat,
                    StreamHeartbeat::As<v1::StreamCompleteTextResponse>, runtime, context,
                    observer),
        options_(options) {
    TextStream::ForgetEvents();
  }

 private:
  void SendValidated() override {
    v1::StreamCompleteTextResponse message;
    FillGateway(*message.mutable_completed()->mutable_gateway());
    observer_.OnMessage(message);
  }

  void ForgetEvents() override {
    // The bounds of an answer in one piece.
    const size_t most = std::min(runtime_.limits.body_bytes, runtime_.limits.json.max_string_bytes);
    merger_.emplace(options_.accumulate, most);
  }

  void TakeEvent(const http::SseParser::Event& event, std::string_view data) override {
    if (auto error = ErrorIn(event)) {
      bill_.SeeRefusal();
      return Stop(std::move(error));
    }
    if (data.front() != '{') return SkipEvent(data);
    v1::StreamCompleteTextResponse message;
    codec::DecodeStats stats;
    auto decoded = codec::FromJson(data, *message.mutable_chunk(), runtime_.limits.json, &stats);
    if (!decoded) {
      return merger_->finished() ? SkipEvent(data) : StopUnreadableEvent(decoded.error());
    }
    Take(message, stats, data);
    if (!stopped() && EveryChoiceFinished(progress()) && !awaits()) {
      AwaitUntil(upstream_call_.request().upstream->options().after_finish);
    }
  }

  bool TakeWhole(const std::string& json) override {
    v1::StreamCompleteTextResponse message;
    codec::DecodeStats stats;
    auto decoded = codec::FromJson(json, *message.mutable_chunk(), runtime_.limits.json, &stats);
    if (!decoded) {
      StopUnreadable(decoded.error());
      return false;
    }
    Take(message, stats, json);
    return merger_->choices() > 0;
  }

  void Take(v1::StreamCompleteTextResponse& message, const codec::DecodeStats& stats,
            std::string_view json) {
    const v1::TextCompletion& chunk = message.chunk();
    if (stats.unknown_members > 0) operation_metrics_.UnknownFields(stats.unknown_members);
    if (auto added = merger_->Add(chunk); !added) {
      return Stop(openai::TooLarge(added.error().message, upstream_call_.attempt()));
    }
    if (chunk.has_usage()) bill_.SeeJson(json);
    size_t bytes = 0;
    for (const v1::TextChoice& choice : chunk.choices()) bytes += choice.text().size();
    if (bytes > 0) bill_.CountOutput(bytes);
    Send(message, bytes > 0);
  }

  StreamProgress progress() const {
    return {.wanted_choices = options_.choices,
            .choices = merger_->choices(),
            .finished = merger_->finished(),
            .began = output_began_,
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

  void SendStarted(v1::GatewayInfo gateway) override {
    v1::StreamCompleteTextResponse message;
    message.mutable_started()->mutable_gateway()->Swap(&gateway);
    observer_.OnMessage(message);
  }

  void SendCompleted() override {
    v1::StreamCompleteTextResponse message;
    v1::StreamCompleteTextCompleted& completed = *message.mutable_completed();
    if (bill_.usage()) *completed.mutable_usage() = *bill_.usage();
    FillGatewayAtEnd(*completed.mutable_gateway());
    if (options_.accumulate) {
      *completed.mutable_completion() = merger_->Take();
      if (bill_.usage()) *completed.mutable_completion()->mutable_usage() = *bill_.usage();
    }
    observer_.OnMessage(message);
  }

  const Options options_;
  std::optional<TextMerger> merger_;
};

}  // namespace

rpc::Begun NewTextStream(const TypedMethod& method, v1::StreamCompleteTextRequest& request,
                         const upstream::Runtime& runtime, const gateway::CallContext& context,
                         gateway::Operation::Observer& observer) {
  Options options;
  auto heartbeat = HeartbeatOf(request);
  if (!heartbeat) return heartbeat.error();
  options.heartbeat = *heartbeat;
  options.accumulate = request.accumulate();
  options.choices = static_cast<size_t>(std::max(request.params().n(), 1));
  auto plan = PlanTyped(method, request, runtime, context);
  if (!plan) return plan.error();
  plan->request.keeps_answer = options.accumulate;
  openai::OwnedCall owned = std::move(plan->owned);
  return OnlyForOwner(std::move(owned), runtime, context, observer,
                      [&](gateway::Operation::Observer& to) -> rpc::Begun {
                        return rpc::Begun(std::make_unique<TextStream>(std::move(*plan), options,
                                                                       runtime, context, to));
                      });
}

}  // namespace inferwire::endpoints
