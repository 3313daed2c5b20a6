#include "endpoints/typed/embed_stream.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "codec/decode.h"
#include "endpoints/shared/answer_fields.h"
#include "endpoints/shared/event_stream.h"
#include "endpoints/shared/owned_operation.h"
#include "endpoints/typed/answer_feed.h"
#include "endpoints/typed/typed_plan.h"
#include "openai/error.h"
#include "openai/error_table.h"

namespace inferwire::endpoints {
namespace {

// Unset: in a form that has no field.
std::optional<size_t> InputsOf(const v1::EmbeddingParams& params) {
  const int inputs = params.input_size() + params.token_input_size();
  if (inputs == 0) return std::nullopt;
  return static_cast<size_t>(inputs);
}

class EmbedStream final : public EventStream {
 public:
  // inputs: unset if it is not known how many there are.
  EmbedStream(ModelPlan plan, std::optional<size_t> inputs, const upstream::Runtime& runtime,
              const gateway::CallContext& context, gateway::Operation::Observer& observer)
      : EventStream(std::move(plan), /*heartbeat=*/std::nullopt, /*beat=*/nullptr, runtime, context,
                    observer),
        inputs_(inputs) {
    EmbedStream::ForgetEvents();
  }

 private:
  class Embeddings final : public AnswerFeed {
   public:
    explicit Embeddings(EmbedStream& stream) : AnswerFeed(kListOfEmbeddings), stream_(stream) {}

   private:
    Result<void> Take(std::string_view json) override { return stream_.Take(json); }
    bool Pauses() override { return stream_.observer_.Full(); }

    EmbedStream& stream_;
  };

  void SendValidated() override {
    v1::StreamEmbedResponse message;
    FillGateway(*message.mutable_completed()->mutable_gateway());
    observer_.OnMessage(message);
  }

  void ForgetEvents() override {
    feed_.emplace(*this);
    count_ = 0;
    result_.Clear();
  }

  void TakeEvent(const http::SseParser::Event& event, std::string_view) override {
    if (auto error = ErrorIn(event)) return Stop(std::move(error));
    Stop(openai::Protocol("it answers with events, which nothing asked for",
                          upstream_call_.attempt()));
  }

  Result<void> FeedWhole(std::string_view& bytes) override { return feed_->Feed(bytes); }
  const std::string& kept() const override { return feed_->rest(); }

  Result<void> Take(std::string_view json) {
    if (inputs_ && count_ == *inputs_) {
      return StopMiscounted("it has more embeddings than the " + std::to_string(count_) +
                            " inputs");
    }
    v1::StreamEmbedResponse message;
    codec::DecodeStats stats;
    auto decoded =
        codec::FromJson(json, *message.mutable_embedding(), runtime_.limits.json, &stats);
    if (!decoded) return decoded;
    if (stats.unknown_members > 0) operation_metrics_.UnknownFields(stats.unknown_members);
    ++count_;
    Send(message, /*output=*/true);
    return {};
  }

  // A whole answer that is not the one to the request, whatever of it was sent on: nothing was cut.
  Error StopMiscounted(const std::string& what) {
    Error error = openai::Protocol(what, upstream_call_.attempt());
    error.reason = v1::ERROR_REASON_UPSTREAM_PROTOCOL;
    error.code = openai::CodeOf(error.reason);
    DescribeCut(error);
    Stop(error);
    return error;
  }

  // json: all but the embeddings.
  bool TakeWhole(const std::string& json) override {
    if (!feed_->whole()) {
      Error cut = openai::Truncated("the answer stopped before its end", upstream_call_.attempt());
      DescribeCut(cut);
      Stop(std::move(cut));
      return false;
    }
    if (auto decoded = codec::FromJson(json, result_, runtime_.limits.json); !decoded) {
      StopUnreadable(decoded.error());
      return false;
    }
    if (count_ == 0 && json.find("\"data\"") == std::string::npos) return false;
    if (inputs_ && count_ < *inputs_) {
      (void)StopMiscounted("it has " + std::to_string(count_) + " embeddings of " +
                           std::to_string(*inputs_) + " inputs");
      return false;
    }
    FillUsage(result_);
    bill_.SeeJson(json);
    return true;
  }

  // There is no end but that of the whole.
  bool ProperlyEnded() const override { return false; }

  void DescribeCut(Error& error) const override {
    error.metadata["count"] = std::to_string(count_);
  }

  void SendStarted(v1::GatewayInfo gateway) override {
    v1::StreamEmbedResponse message;
    message.mutable_started()->mutable_gateway()->Swap(&gateway);
    observer_.OnMessage(message);
  }

  void SendCompleted() override {
    v1::StreamEmbedResponse message;
    v1::StreamEmbedCompleted& completed = *message.mutable_completed();
    completed.set_count(static_cast<int32_t>(count_));
    completed.mutable_result()->Swap(&result_);
    FillGatewayAtEnd(*completed.mutable_gateway());
    observer_.OnMessage(message);
  }

  const std::optional<size_t> inputs_;
  std::optional<Embeddings> feed_;
  size_t count_ = 0;
  v1::EmbeddingResult result_;
};

}  // namespace

rpc::Begun NewEmbedStream(const TypedMethod& method, v1::StreamEmbedRequest& request,
                          const upstream::Runtime& runtime, const gateway::CallContext& context,
                          gateway::Operation::Observer& observer) {
  if (request.options().include_raw_response()) {
    return InvalidField("options.include_raw_response", "is for unary calls only");
  }
  const std::optional<size_t> inputs = InputsOf(request.params());
  auto plan = PlanTyped(method, request, runtime, context);
  if (!plan) return plan.error();
  openai::OwnedCall owned = std::move(plan->owned);
  return OnlyForOwner(std::move(owned), runtime, context, observer,
                      [&](gateway::Operation::Observer& to) -> rpc::Begun {
                        return rpc::Begun(std::make_unique<EmbedStream>(std::move(*plan), inputs,
                                                                        runtime, context, to));
                      });
}

}  // namespace inferwire::endpoints
