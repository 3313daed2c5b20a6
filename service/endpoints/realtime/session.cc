#include "endpoints/realtime/session.h"

#include <google/protobuf/util/time_util.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "codec/encode.h"
#include "endpoints/realtime/client_event.h"
#include "endpoints/realtime/server_event.h"
#include "endpoints/realtime/session_end.h"
#include "endpoints/realtime/session_plan.h"
#include "endpoints/realtime/session_usage.h"
#include "endpoints/shared/stream_heartbeat.h"
#include "gateway/gateway_info.h"
#include "http/ws_frames.h"
#include "openai/error_table.h"
#include "telemetry/operation_metrics.h"
#include "telemetry/realtime_metrics.h"
#include "upstream/upstream_call.h"

namespace inferwire::endpoints {
namespace {

using google::protobuf::util::TimeUtil;
using telemetry::RealtimeMetrics;

constexpr std::string_view kRealtime = "realtime";
// Of the caller's events before upstream has taken the session.
constexpr size_t kMostEarlyBytes = 256 * 1024;
// Upstream's answer to our goodbye.
constexpr std::chrono::seconds kGoodbye{2};
// How long before its end a caller hears of it.
constexpr std::chrono::seconds kNotice{60};

class RealtimeSession final : public gateway::ClientStream,
                              private upstream::UpstreamCall::Observer,
                              private upstream::SocketUser {
 public:
  RealtimeSession(const upstream::Runtime& runtime, const gateway::CallContext& context,
                  gateway::ClientStream::Observer& observer)
      : runtime_(runtime),
        context_(context),
        observer_(observer),
        metrics_(runtime.metrics.realtime),
        operation_metrics_(runtime.metrics.operations.With(kRealtime)),
        began_(runtime.timers.Now()),
        goodbye_timer_(runtime.timers, [this] { OnNoGoodbye(); }),
        notice_timer_(runtime.timers, [this] { OnNotice(); }) {
    stats_.operation = kRealtime;
    stats_.request_id = context.request_id;
    stats_.queued_for = context.queued_for;
    stats_.admitted = context.admitted;
    metrics_.Began();
  }
  ~RealtimeSession() override {
    RealtimeSession::Abandon(v1::ERROR_REASON_CANCELLED);
    metrics_.Ended(close_code_, runtime_.timers.Now() - began_);
  }

  void Start() override {}
  void Resume() override {
    if (open_ && !over_) upstream_call_->Resume();
  }
  const gateway::CallStats& stats() const override { return stats_; }

  bool HasRoom() override {
    if (over_ || goodbye_said_) return true;  // what comes is dropped
    if (!open_) return early_bytes_ < kMostEarlyBytes;
    http::WebSocket* const socket = upstream_call_->socket();
    return socket == nullptr || socket->HasRoom();
  }

  void Take(google::protobuf::Message& message) override {
    if (over_ || goodbye_said_) return;
    auto taken = TakeMessage(static_cast<v1::ConnectRequest&>(message));
    if (!taken) End(std::move(taken.error()));
  }

  // Upstream may still be at work: who wants to hear the rest waits for it before.
  void EndOfInput() override {
    half_closed_ = true;
    if (open_ && !over_) SayGoodbye();
  }

  void Announce(std::string_view reason, SteadyTime end) override {
    if (!open_ || over_) return;
    notice_timer_.Cancel();
    notice_reason_ = reason;
    notice_end_ = end;
    OnNotice();
  }

  void Abandon(v1::ErrorReason reason) override {
    if (std::exchange(over_, true)) return;
    StopTimers();
    if (!upstream_call_) return;
    if (open_) close_code_ = CloseCodeOf(reason);
    upstream_call_->SayAtCancel(CloseCodeOf(reason));
    upstream_call_->Cancel();
    RecordEnd(ReasonName(reason));
  }

 private:
  Result<void> TakeMessage(v1::ConnectRequest& message) {
    if (auto known = codec::RefuseUnknownFields(message); !known) return known;
    if (!upstream_call_) return TakeStart(message);
    auto json = ClientEventJson(message, runtime_.limits.json);
    if (!json) return std::move(json.error());
    if (message.has_audio())
      metrics_.Audio(RealtimeMetrics::Direction::kUp, message.audio().size());
    if (message.event().has_audio()) {
      metrics_.Audio(RealtimeMetrics::Direction::kUp, message.event().audio().size());
    }
    Send(std::move(*json));
    return {};
  }

  Result<void> TakeStart(const v1::ConnectRequest& message) {
    if (!message.has_start()) return InvalidField("start", "must be the first message");
    auto plan = PlanSession(message.start(), runtime_, context_);
    if (!plan) return std::move(plan.error());
    stats_.client_request_id = std::move(plan->client_request_id);
    raw_events_ = plan->raw_events;
    heartbeat_.emplace(runtime_.timers, plan->heartbeat, observer_,
                       &StreamHeartbeat::As<v1::ConnectResponse>);
    if (!plan->session_update.empty()) Send(std::move(plan->session_update));
    model_info_ = std::move(plan->model_info);
    catalogue_ = std::move(plan->catalogue);
    plan->request.socket = this;
    upstream::UpstreamCall::Observer& observer = *this;
    upstream_call_.emplace(runtime_, std::move(plan->request), stats_, observer);
    upstream_call_->Start();
    return {};
  }

  void Send(std::string json) {
    if (!open_) {
      early_bytes_ += json.size();
      early_.push_back(std::move(json));
      return;
    }
    ++stats_.events;
    metrics_.Event(RealtimeMetrics::Direction::kUp);
    if (http::WebSocket* const socket = upstream_call_->socket()) socket->Send(json);
  }

  // --- upstream::UpstreamCall::Observer ---
  void OnNewAttempt(const upstream::Destination& to) override {
    if (!to.catalogue) return;
    model_info_ = to.model_info;
    catalogue_ = to.catalogue;
  }

  // The session is taken: from here on nothing is repeated.
  void OnHead(int, const http::Headers&) override {
    open_ = true;
    close_code_ = http::close_code::kCut;  // unless it ends otherwise
    upstream_call_->MarkOutput();
    model_metrics_ = &runtime_.metrics.models.With(kRealtime, stats_.upstream, stats_.model);
    usage_.emplace(*model_metrics_, model_info_, catalogue_, stats_);
    FillGateway(*message_.mutable_started()->mutable_gateway());
    Say();
    NoticeAt(context_.deadline, "DEADLINE");
    for (std::string& event : std::exchange(early_, {})) Send(std::move(event));
    early_bytes_ = 0;
    if (half_closed_) return SayGoodbye();
    observer_.OnRoom();
  }

  bool OnBody(std::string_view) override { return true; }

  void OnEnd(std::optional<Error> error) override {
    if (over_) return;
    if (error) return End(std::move(error));
    Complete();
  }

  // --- upstream::SocketUser ---
  bool OnMessage(std::string_view text) override {
    metrics_.Event(RealtimeMetrics::Direction::kDown);
    const ReadEvent read =
        ReadServerEvent(text, raw_events_, runtime_.limits.json, message_, raw_event_);
    operation_metrics_.UnknownFields(read.unknown_members);
    if (!read.is_json) operation_metrics_.TranslationError("response", "not_json");
    const v1::RealtimeServerEvent& event = raw_events_ ? raw_event_ : message_.server_event();
    if (read.is_json) See(read.kind, event, text);
    if (over_) return true;
    ++stats_.events;
    Say();
    return !observer_.Full();
  }

  void OnRoom() override { observer_.OnRoom(); }

  std::optional<Error> JudgeEnd(const http::WebSocketEnd& end) override {
    close_code_ = end.code;
    if (goodbye_said_) return std::nullopt;
    return ErrorOfEnd(end, last_error_, upstream_call_->attempt());
  }

  void See(EventKind kind, const v1::RealtimeServerEvent& event, std::string_view text) {
    switch (kind) {
      case EventKind::kSessionCreated:
        if (event.session().has_expires_at()) {
          NoticeAtWall(TimeUtil::TimestampToSeconds(event.session().expires_at()));
        }
        break;
      case EventKind::kResponseCreated:
        response_since_ = runtime_.timers.Now();
        response_has_output_ = false;
        break;
      case EventKind::kResponseDone:
        ++responses_;
        response_since_.reset();
        if (!usage_->Add(text))
          operation_metrics_.Missing(telemetry::UsageMissing::kUpstreamOmitted);
        break;
      case EventKind::kTranscribed:
        usage_->Add(text);
        break;
      case EventKind::kError:
        last_error_ = event.error().code();
        break;
      case EventKind::kOther:
        if (event.has_audio()) {
          metrics_.Audio(RealtimeMetrics::Direction::kDown, event.audio().size());
        }
        SeeOutput(event);
        break;
    }
  }

  void SeeOutput(const v1::RealtimeServerEvent& event) {
    if (!response_since_ || response_has_output_) return;
    if (!event.has_audio() && !event.has_delta()) return;
    response_has_output_ = true;
    model_metrics_->FirstChunk(runtime_.timers.Now() - *response_since_);
  }

  // --- Notices of an end to come; only of the first that is set, and of a sooner one ---
  void NoticeAt(SteadyTime end, std::string_view reason) {
    const SteadyTime now = runtime_.timers.Now();
    if (end - now <= kNotice || end == SteadyTime::max()) return;
    if (notice_timer_.pending() && notice_end_ <= end) return;
    notice_end_ = end;
    notice_reason_ = reason;
    notice_timer_.Set(end - kNotice);
  }

  void NoticeAtWall(int64_t seconds) {
    const WallTime wall = runtime_.timers.clock().WallNow();
    const Duration left = std::chrono::seconds(seconds) -
                          std::chrono::duration_cast<Duration>(wall.time_since_epoch());
    if (left > std::chrono::hours(24)) return;
    NoticeAt(runtime_.timers.Now() + left, "SESSION_LIMIT");
  }

  void OnNotice() {
    if (over_ || goodbye_said_) return;
    const Duration left = notice_end_ - runtime_.timers.Now();
    const WallTime end =
        runtime_.timers.clock().WallNow() + std::chrono::duration_cast<WallTime::duration>(left);
    v1::RealtimeGoingAway& notice = *message_.mutable_going_away();
    notice.set_reason(std::string(notice_reason_));
    *notice.mutable_end_time() = TimeUtil::MicrosecondsToTimestamp(
        std::chrono::duration_cast<std::chrono::microseconds>(end.time_since_epoch()).count());
    Say();
  }

  // --- The end ---
  void SayGoodbye() {
    if (std::exchange(goodbye_said_, true)) return;
    close_code_ = 1000;
    goodbye_timer_.Set(runtime_.timers.Now() + kGoodbye);
    if (http::WebSocket* const socket = upstream_call_->socket()) socket->Close(1000, "");
    // What a slow reader has not taken yet is not waited for.
    upstream_call_->Resume();
  }

  void OnNoGoodbye() {
    if (over_) return;
    upstream_call_->Cancel();
    Complete();
  }

  void Complete() {
    v1::RealtimeCompleted& completed = *message_.mutable_completed();
    *completed.mutable_usage() = usage_->usage();
    completed.set_responses(responses_);
    *completed.mutable_duration() =
        TimeUtil::NanosecondsToDuration((runtime_.timers.Now() - began_).count());
    FillGateway(*completed.mutable_gateway());
    *completed.mutable_gateway()->mutable_cost() = usage_->cost();
    Say();
    End(std::nullopt);
  }

  void End(std::optional<Error> error) {
    if (std::exchange(over_, true)) return;
    StopTimers();
    if (upstream_call_) upstream_call_->Cancel();
    stats_.finished = !error;
    if (error) gateway::AddRoute(stats_, *error);
    RecordEnd(error ? ReasonName(error->reason) : std::string_view());
    observer_.OnEnd(std::move(error));
  }

  // What a response came to that had no end is known to nobody.
  void RecordEnd(std::string_view error_type) {
    if (!model_metrics_) return;
    model_metrics_->Ended(runtime_.timers.Now() - began_, error_type);
    if (response_since_) operation_metrics_.Missing(telemetry::UsageMissing::kTruncated);
  }

  void StopTimers() {
    goodbye_timer_.Cancel();
    notice_timer_.Cancel();
    if (heartbeat_) heartbeat_->Stop();
  }

  void FillGateway(v1::GatewayInfo& info) {
    gateway::FillGatewayInfo(stats_, upstream_call_->rate_limits(), info);
  }

  void Say() {
    if (heartbeat_) heartbeat_->Sent(runtime_.timers.Now());
    observer_.OnMessage(message_);
  }

  const upstream::Runtime& runtime_;
  const gateway::CallContext context_;
  gateway::ClientStream::Observer& observer_;
  RealtimeMetrics& metrics_;
  telemetry::OperationMetrics& operation_metrics_;
  telemetry::ModelMetrics* model_metrics_ = nullptr;  // from its opening on
  const SteadyTime began_;
  gateway::CallStats stats_;
  catalogue::ModelRef model_info_;
  std::shared_ptr<const catalogue::Catalogue> catalogue_;
  std::optional<SessionUsage> usage_;
  std::optional<StreamHeartbeat> heartbeat_;
  std::vector<std::string> early_;  // events that came before upstream had taken the session
  size_t early_bytes_ = 0;
  v1::ConnectResponse message_;        // the one in hand
  v1::RealtimeServerEvent raw_event_;  // the same, of a caller who gets JSON
  Timer goodbye_timer_, notice_timer_;
  SteadyTime notice_end_{};
  std::string_view notice_reason_;
  std::string last_error_;  // its code
  std::optional<SteadyTime> response_since_;
  int64_t responses_ = 0;
  uint16_t close_code_ = 0;  // none, until it is open
  bool raw_events_ = false, response_has_output_ = false;
  bool open_ = false, half_closed_ = false, goodbye_said_ = false, over_ = false;
  std::optional<upstream::UpstreamCall> upstream_call_;  // goes first: it speaks to all of this
};

Error TooManySessions() {
  Error error = openai::ErrorOf(v1::ERROR_REASON_GATEWAY_OVERLOADED,
                                "there are as many realtime sessions as there may be");
  error.safe_to_retry = true;
  error.retry_after = std::chrono::seconds(1);
  return error;
}

}  // namespace

Result<std::unique_ptr<gateway::ClientStream>> NewRealtimeSession(
    const upstream::Runtime& runtime, const gateway::CallContext& context,
    gateway::ClientStream::Observer& observer) {
  if (runtime.metrics.realtime.sessions() >= runtime.limits.realtime_sessions) {
    runtime.metrics.realtime.Refused();
    return TooManySessions();
  }
  return std::unique_ptr<gateway::ClientStream>(
      std::make_unique<RealtimeSession>(runtime, context, observer));
}

}  // namespace inferwire::endpoints
