#include "endpoints/typed/transcript_stream.h"

#include <memory>
#include <string>
#include <utility>

#include "codec/decode.h"
#include "endpoints/shared/answer_fields.h"
#include "endpoints/shared/event_stream.h"
#include "endpoints/shared/owned_operation.h"
#include "endpoints/typed/typed_plan.h"

namespace inferwire::endpoints {
namespace {

constexpr std::string_view kDone = "transcript.text.done";

class TranscriptStream final : public EventStream {
 public:
  TranscriptStream(ModelPlan plan, std::optional<Duration> heartbeat,
                   const upstream::Runtime& runtime, const gateway::CallContext& context,
                   gateway::Operation::Observer& observer)
      : EventStream(std::move(plan), heartbeat, StreamHeartbeat::As<v1::StreamTranscribeResponse>,
                    runtime, context, observer) {}

 private:
  void SendValidated() override {
    v1::StreamTranscribeResponse message;
    FillGateway(*message.mutable_completed()->mutable_gateway());
    observer_.OnMessage(message);
  }

  void ForgetEvents() override { done_.Clear(); }

  void TakeEvent(const http::SseParser::Event& event, std::string_view data) override {
    if (auto error = ErrorIn(event)) {
      bill_.SeeRefusal();
      return Stop(std::move(error));
    }
    if (data.front() != '{') {
      return SkipEvent(data);
    }
    v1::StreamTranscribeResponse message;
    v1::TranscriptionEvent& read = *message.mutable_transcription_event();
    if (auto decoded = Read(data, read); !decoded) return StopUnreadableEvent(decoded.error());
    if (read.type().empty()) read.set_type(std::string(event.event));
    if (read.has_usage()) bill_.SeeJson(data);
    FillUsage(read);
    if (!read.delta().empty()) bill_.CountOutput(read.delta().size());
    const bool last = read.type() == kDone;
    if (last) done_ = read;
    Send(message, !read.delta().empty() || !read.text().empty());
    if (last) AwaitEnd();
  }

  // A model that does not stream.
  bool TakeWhole(const std::string& json) override {
    v1::Transcription whole;
    if (auto decoded = Read(json, whole); !decoded) {
      StopUnreadable(decoded.error());
      return false;
    }
    // What has none is no transcription.
    if (whole.text().empty() && json.find("\"text\"") == std::string::npos) return false;
    bill_.SeeJson(json);
    FillUsage(whole);
    v1::StreamTranscribeResponse message;
    v1::TranscriptionEvent& made = *message.mutable_transcription_event();
    made.set_type(kDone.data(), kDone.size());
    made.set_text(std::move(*whole.mutable_text()));
    made.mutable_logprobs()->Swap(whole.mutable_logprobs());
    if (whole.has_usage()) made.mutable_usage()->Swap(whole.mutable_usage());
    made.mutable_extra()->swap(*whole.mutable_extra());
    done_ = made;
    Send(message, /*output=*/true);
    return true;
  }

  Result<void> Read(std::string_view json, google::protobuf::Message& message) {
    codec::DecodeStats stats;
    auto decoded = codec::FromJson(json, message, runtime_.limits.json, &stats);
    if (stats.unknown_members > 0) operation_metrics_.UnknownFields(stats.unknown_members);
    return decoded;
  }

  bool ProperlyEnded() const override { return !done_.type().empty(); }

  void SendStarted(v1::GatewayInfo gateway) override {
    v1::StreamTranscribeResponse message;
    message.mutable_started()->mutable_gateway()->Swap(&gateway);
    observer_.OnMessage(message);
  }

  void SendCompleted() override {
    v1::StreamTranscribeResponse message;
    v1::StreamTranscribeCompleted& completed = *message.mutable_completed();
    completed.set_text(std::move(*done_.mutable_text()));
    if (bill_.usage()) {
      *completed.mutable_usage() = *bill_.usage();
    } else if (done_.has_usage()) {  // no tokens
      completed.mutable_usage()->Swap(done_.mutable_usage());
    }
    FillGatewayAtEnd(*completed.mutable_gateway());
    observer_.OnMessage(message);
  }

  v1::TranscriptionEvent done_;  // without a type: it has not come
};

}  // namespace

rpc::Begun MakeTranscriptStream(ModelPlan plan, std::optional<Duration> heartbeat,
                                const upstream::Runtime& runtime,
                                const gateway::CallContext& context,
                                gateway::Operation::Observer& observer) {
  openai::OwnedCall owned = std::move(plan.owned);
  return OnlyForOwner(std::move(owned), runtime, context, observer,
                      [&](gateway::Operation::Observer& to) -> rpc::Begun {
                        return rpc::Begun(std::make_unique<TranscriptStream>(
                            std::move(plan), heartbeat, runtime, context, to));
                      });
}

}  // namespace inferwire::endpoints
