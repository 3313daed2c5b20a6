#include "endpoints/typed/speech_stream.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/text.h"
#include "codec/decode.h"
#include "codec/utf8.h"
#include "endpoints/shared/event_stream.h"
#include "endpoints/shared/owned_operation.h"
#include "endpoints/typed/answer_hooks.h"
#include "endpoints/typed/typed_plan.h"
#include "openai/error.h"

namespace inferwire::endpoints {
namespace {

constexpr size_t kLongestPiece = 64 * 1024;

// Of the formats that are not called like their type.
std::string TypeOf(const std::string& format) {
  return "audio/" + (format.empty() || format == "mp3" ? "mpeg" : format);
}

class SpeechStream final : public EventStream {
 public:
  SpeechStream(ModelPlan plan, std::string type_of_events, const upstream::Runtime& runtime,
               const gateway::CallContext& context, gateway::Operation::Observer& observer)
      : EventStream(std::move(plan), std::nullopt, StreamHeartbeat::Send{}, runtime, context,
                    observer),
        type_of_events_(std::move(type_of_events)) {}

 private:
  void SendValidated() override {
    v1::SpeakResponse message;
    FillGateway(*message.mutable_completed()->mutable_gateway());
    observer_.OnMessage(message);
  }

  void ForgetEvents() override {
    is_bytes_ = has_end_ = false;
    size_ = 0;
  }

  void OnHead(int status, const http::Headers& headers) override {
    EventStream::OnHead(status, headers);
    const std::string type = Lower(headers.Get("content-type"));
    is_bytes_ = !type.starts_with("text/") && type.find("json") == std::string::npos;
    content_type_ =
        is_bytes_ ? codec::ReplaceInvalidUtf8(headers.Get("content-type")) : type_of_events_;
    // A body that ends with its connection may as well have been cut.
    is_framed_ = headers.Has("content-length") ||
                 Lower(headers.Get("transfer-encoding")).find("chunked") != std::string::npos;
  }

  bool OnBody(std::string_view bytes) override {
    if (!is_bytes_) return EventStream::OnBody(bytes);
    if (observer_.Full()) return false;
    SendSound(bytes);
    return true;
  }

  void OnEnd(std::optional<Error> error) override {
    if (!is_bytes_) return EventStream::OnEnd(std::move(error));
    if (error) return Stop(std::move(error));
    if (!is_framed_) {
      return Stop(openai::Truncated("nothing says that the sound came to its end",
                                    upstream_call_.attempt()));
    }
    if (size_ == 0) return Stop(NoSound());
    Complete();
  }

  void TakeEvent(const http::SseParser::Event& event, std::string_view data) override {
    if (auto error = ErrorIn(event)) {
      bill_.SeeRefusal();
      return Stop(std::move(error));
    }
    v1::SpeechEvent read;
    if (auto decoded = codec::FromJson(data, read, runtime_.limits.json); !decoded) {
      return StopUnreadableEvent(decoded.error());
    }
    if (read.type() == "speech.audio.delta") {
      if (!read.has_audio()) {
        return Stop(openai::Protocol("an event's audio is no base64", upstream_call_.attempt()));
      }
      return SendSound(read.audio());
    }
    if (read.type() != "speech.audio.done") return;
    if (read.has_usage()) bill_.SeeJson(data);
    if (size_ == 0) return Stop(NoSound());
    has_end_ = true;
    AwaitEnd();
  }

  // Neither sound nor an error.
  bool TakeWhole(const std::string&) override { return false; }

  bool ProperlyEnded() const override { return has_end_; }

  void SendSound(std::string_view bytes) {
    while (!bytes.empty() && !stopped()) {
      const std::string_view piece = bytes.substr(0, kLongestPiece);
      v1::SpeakResponse message;
      message.set_audio(piece.data(), piece.size());
      size_ += static_cast<int64_t>(piece.size());
      bytes.remove_prefix(piece.size());
      Send(message, /*output=*/true);
    }
  }

  void SendStarted(v1::GatewayInfo gateway) override {
    v1::SpeakResponse message;
    message.mutable_started()->set_content_type(content_type_);
    message.mutable_started()->mutable_gateway()->Swap(&gateway);
    observer_.OnMessage(message);
  }

  void SendCompleted() override {
    v1::SpeakResponse message;
    v1::SpeakCompleted& completed = *message.mutable_completed();
    completed.set_size_bytes(size_);
    if (bill_.usage()) *completed.mutable_usage() = *bill_.usage();
    FillGatewayAtEnd(*completed.mutable_gateway());
    observer_.OnMessage(message);
  }

  Error NoSound() const { return openai::Protocol("it has no sound", upstream_call_.attempt()); }

  const std::string type_of_events_;
  std::string content_type_;
  bool is_bytes_ = false;   // else events, or an error
  bool is_framed_ = false;  // the bytes have an end
  bool has_end_ = false;    // the events have
  int64_t size_ = 0;
};

}  // namespace

rpc::Begun NewSpeechStream(const TypedMethod& method, v1::SpeakRequest& request,
                           const upstream::Runtime& runtime, const gateway::CallContext& context,
                           gateway::Operation::Observer& observer) {
  if (request.options().include_raw_response()) {
    return InvalidField("options.include_raw_response", "is for unary calls only");
  }
  auto plan = PlanTyped(method, request, runtime, context);
  if (!plan) return plan.error();
  plan->request.accept = "*/*";
  plan->request.receive_bytes = http::kReceiveBytes;
  std::string type = TypeOf(request.params().response_format());
  openai::OwnedCall owned = std::move(plan->owned);
  return OnlyForOwner(std::move(owned), runtime, context, observer,
                      [&](gateway::Operation::Observer& to) -> rpc::Begun {
                        return rpc::Begun(std::make_unique<SpeechStream>(
                            std::move(*plan), std::move(type), runtime, context, to));
                      });
}

}  // namespace inferwire::endpoints
