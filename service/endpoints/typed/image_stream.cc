#include "endpoints/typed/image_stream.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "endpoints/shared/answer_fields.h"
#include "endpoints/shared/event_stream.h"
#include "endpoints/shared/owned_operation.h"
#include "endpoints/typed/image_reader.h"
#include "endpoints/typed/stream_wishes.h"
#include "endpoints/typed/typed_plan.h"
#include "openai/error.h"

namespace inferwire::endpoints {
namespace {

// Response: of which RPC the events are; both have the same.
template <class Response>
class ImageStream final : public EventStream, private ImageReader::Hearer {
 public:
  ImageStream(ModelPlan plan, const ImageStreamOptions& options, const upstream::Runtime& runtime,
              const gateway::CallContext& context, gateway::Operation::Observer& observer)
      : EventStream(std::move(plan), options.heartbeat, StreamHeartbeat::As<Response>, runtime,
                    context, observer, LongEvents::kInPieces),
        options_(options) {
    ImageStream::ForgetEvents();
  }

 private:
  void SendValidated() override {
    Response message;
    FillGateway(*message.mutable_completed()->mutable_gateway());
    observer_.OnMessage(message);
  }

  void ForgetEvents() override {
    reader_.emplace(runtime_.limits.json, static_cast<ImageReader::Hearer&>(*this));
    completed_events_ = 0;
  }

  // --- ImageReader::Hearer ---
  void OnPart(v1::ImagePart&& part) override {
    Response message;
    message.mutable_part()->Swap(&part);
    Send(message, /*output=*/true);
  }
  bool Full() override { return observer_.Full(); }
  void OnUnknownMembers(int count) override {
    if (count > 0) operation_metrics_.UnknownFields(count);
  }

  // --- Events ---
  void TakePiece(const http::SseParser::Event& event) override {
    if (auto fed = reader_->FeedEvent(event.event, event.data); !fed) StopUnreadable(fed.error());
  }

  void TakeEvent(const http::SseParser::Event& event, std::string_view data) override {
    if (!reader_->in_event() && data.front() != '{') {
      return SkipEvent(data);
    }
    if (auto fed = reader_->FeedEvent(event.event, data); !fed) {
      return StopUnreadable(fed.error());
    }
    auto ended = reader_->EndEvent();
    if (!ended) return StopUnreadable(ended.error());
    if (ended->kind == ImageReader::Kind::kOther) return TakeOther({event.event, {}, ended->json});
    if (ended->kind == ImageReader::Kind::kPreview) return;
    bill_.SeeJson(ended->json);
    if (++completed_events_ >= options_.images) AwaitEnd();
  }

  void TakeOther(const http::SseParser::Event& event) {
    auto error = ErrorIn(event);
    if (!error) return SkipEvent(event.data);
    bill_.SeeRefusal();
    Stop(std::move(error));
  }

  // --- An answer in one piece ---
  Result<void> FeedWhole(std::string_view& bytes) override { return reader_->FeedWhole(bytes); }
  const std::string& kept() const override { return reader_->rest(); }

  // json: all but the images.
  bool TakeWhole(const std::string& json) override {
    auto whole = reader_->EndWhole();
    if (!whole) {
      StopUnreadable(whole.error());
      return false;
    }
    if (!*whole) {
      Error cut = openai::Truncated("the answer stopped before its end", upstream_call_.attempt());
      DescribeCut(cut);
      Stop(std::move(cut));
      return false;
    }
    bill_.SeeJson(json);
    return reader_->images() > 0;
  }

  bool ProperlyEnded() const override {
    return completed_events_ >= options_.images || (done() && completed_events_ > 0);
  }

  void DescribeCut(Error& error) const override {
    error.metadata["count"] = std::to_string(reader_->images());
  }

  void SendStarted(v1::GatewayInfo gateway) override {
    Response message;
    message.mutable_started()->mutable_gateway()->Swap(&gateway);
    observer_.OnMessage(message);
  }

  void SendCompleted() override {
    Response message;
    v1::ImageStreamCompleted& completed = *message.mutable_completed();
    completed.mutable_result()->Swap(&reader_->result());
    FillUsage(*completed.mutable_result());
    FillGatewayAtEnd(*completed.mutable_gateway());
    observer_.OnMessage(message);
  }

  const ImageStreamOptions options_;
  std::optional<ImageReader> reader_;
  int completed_events_ = 0;
};

template <class Response>
rpc::Begun Make(ModelPlan plan, const ImageStreamOptions& options, const upstream::Runtime& runtime,
                const gateway::CallContext& context, gateway::Operation::Observer& observer) {
  openai::OwnedCall owned = std::move(plan.owned);
  return OnlyForOwner(std::move(owned), runtime, context, observer,
                      [&](gateway::Operation::Observer& to) -> rpc::Begun {
                        return rpc::Begun(std::make_unique<ImageStream<Response>>(
                            std::move(plan), options, runtime, context, to));
                      });
}

}  // namespace

rpc::Begun NewImageStream(const TypedMethod& method, v1::StreamGenerateImagesRequest& request,
                          const upstream::Runtime& runtime, const gateway::CallContext& context,
                          gateway::Operation::Observer& observer) {
  ImageStreamOptions options;
  auto heartbeat = HeartbeatOf(request);
  if (!heartbeat) return heartbeat.error();
  options.heartbeat = *heartbeat;
  options.images = std::max(request.params().n(), 1);
  auto plan = PlanTyped(method, request, runtime, context);
  if (!plan) return plan.error();
  return Make<v1::StreamGenerateImagesResponse>(std::move(*plan), options, runtime, context,
                                                observer);
}

rpc::Begun MakeEditStream(ModelPlan plan, const ImageStreamOptions& options,
                          const upstream::Runtime& runtime, const gateway::CallContext& context,
                          gateway::Operation::Observer& observer) {
  return Make<v1::StreamEditImagesResponse>(std::move(plan), options, runtime, context, observer);
}

}  // namespace inferwire::endpoints
