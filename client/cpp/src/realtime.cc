#include "inferwire/client/realtime.h"

#include <grpcpp/support/sync_stream.h>

#include <chrono>
#include <mutex>
#include <string>
#include <utility>

#include "client_state.h"
#include "inferwire/v1/realtime_service.grpc.pb.h"
#include "status.h"

namespace inferwire::client {
namespace {

// Longer than any provider's session: the gateway and the provider end it before.
constexpr std::chrono::hours kTimeout{2};

CallDefaults ForSessions(CallDefaults defaults) {
  defaults.timeout = kTimeout;
  return defaults;
}

}  // namespace

std::string_view TextOf(const v1::ConnectResponse& event) {
  const std::string& type = event.server_event().type();
  const bool text =
      type == "response.output_text.delta" || type == "response.output_audio_transcript.delta";
  return text ? std::string_view(event.server_event().delta()) : std::string_view();
}

class RealtimeSession::Impl {
 public:
  Impl(const std::shared_ptr<grpc::Channel>& channel, const CallDefaults& defaults,
       const CallOptions& options)
      : call_(ForSessions(defaults), options),
        stub_(channel),
        stream_(stub_.Connect(&call_.context())) {}
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  ~Impl() {
    if (over_) return;
    call_.Cancel();
    // gRPC wants every call finished; a cancelled one ends at once.
    for (v1::ConnectResponse rest; stream_->Read(&rest);) {
    }
    (void)stream_->Finish();
  }

  bool Write(const v1::ConnectRequest& message) {
    std::lock_guard lock(sending_);
    return !ended_ && stream_->Write(message);
  }

  void End() {
    std::lock_guard lock(sending_);
    if (!std::exchange(ended_, true)) stream_->WritesDone();
  }

  bool Next(v1::ConnectResponse& event) {
    while (!over_ && stream_->Read(&event)) {
      switch (event.event_case()) {
        case v1::ConnectResponse::kStarted:
          started_ = event.started();
          break;
        case v1::ConnectResponse::kCompleted:
          completed_ = event.completed();
          break;
        case v1::ConnectResponse::kServerEvent:
        case v1::ConnectResponse::kGoingAway:
        case v1::ConnectResponse::kRawJson:
          return true;
        case v1::ConnectResponse::kHeartbeat:
        case v1::ConnectResponse::EVENT_NOT_SET:
          break;  // the latter is a newer server's
      }
    }
    if (over_) return false;
    over_ = true;
    {
      std::lock_guard lock(sending_);
      ended_ = true;
    }
    status_ = ToResult(stream_->Finish());
    if (status_.ok() && !completed_) status_ = Truncated();
    return false;
  }

  void Cancel() { call_.Cancel(); }
  const Result<void>& status() const { return status_; }
  const std::optional<v1::UpstreamStarted>& started() const { return started_; }
  const std::optional<v1::RealtimeCompleted>& completed() const { return completed_; }

 private:
  Call call_;
  v1::RealtimeService::Stub stub_;
  const std::unique_ptr<grpc::ClientReaderWriter<v1::ConnectRequest, v1::ConnectResponse>> stream_;
  std::mutex sending_;
  bool ended_ = false;  // guarded by sending_
  bool over_ = false;
  Result<void> status_;
  std::optional<v1::UpstreamStarted> started_;
  std::optional<v1::RealtimeCompleted> completed_;
};

RealtimeSession::RealtimeSession(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
RealtimeSession::RealtimeSession(RealtimeSession&&) noexcept = default;
RealtimeSession& RealtimeSession::operator=(RealtimeSession&&) noexcept = default;
RealtimeSession::~RealtimeSession() = default;

bool RealtimeSession::Send(const v1::RealtimeClientEvent& event) {
  v1::ConnectRequest message;
  *message.mutable_event() = event;
  return impl_->Write(message);
}

bool RealtimeSession::SendAudio(std::string_view audio) {
  v1::ConnectRequest message;
  message.set_audio(audio.data(), audio.size());
  return impl_->Write(message);
}

bool RealtimeSession::SendJson(std::string_view event) {
  v1::ConnectRequest message;
  message.set_raw_json(event.data(), event.size());
  return impl_->Write(message);
}

bool RealtimeSession::Say(std::string_view text) {
  v1::RealtimeClientEvent said, wish;
  said.set_type("conversation.item.create");
  v1::ResponseItem& item = *said.mutable_item();
  item.set_type("message");
  item.set_role("user");
  v1::ResponseContent& content = *item.add_content_parts();
  content.set_type("input_text");
  content.set_text(text.data(), text.size());
  wish.set_type("response.create");
  return Send(said) && Send(wish);
}

void RealtimeSession::End() { impl_->End(); }
bool RealtimeSession::Next(v1::ConnectResponse& event) { return impl_->Next(event); }
Result<void> RealtimeSession::status() const { return impl_->status(); }
void RealtimeSession::Cancel() { impl_->Cancel(); }
const std::optional<v1::UpstreamStarted>& RealtimeSession::started() const {
  return impl_->started();
}
const std::optional<v1::RealtimeCompleted>& RealtimeSession::completed() const {
  return impl_->completed();
}

RealtimeSession Client::Realtime(const v1::RealtimeStart& start, const CallOptions& options) {
  auto impl = std::make_unique<RealtimeSession::Impl>(state_->channel, state_->defaults, options);
  v1::ConnectRequest message;
  *message.mutable_start() = start;
  impl->Write(message);
  return RealtimeSession(std::move(impl));
}

RealtimeSession Client::Realtime(std::string_view model, const CallOptions& options) {
  v1::RealtimeStart start;
  start.set_model(model.data(), model.size());
  return Realtime(start, options);
}

}  // namespace inferwire::client
