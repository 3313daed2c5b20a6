#include "endpoints/raw/raw.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/text.h"
#include "endpoints/raw/body_ends.h"
#include "endpoints/raw/raw_operation.h"
#include "endpoints/raw/raw_plan.h"
#include "endpoints/shared/owned_operation.h"
#include "http/sse.h"
#include "openai/error.h"
#include "openai/large_body.h"

namespace inferwire::endpoints {
namespace {

class RawCall final : public RawOperation {
 public:
  using RawOperation::RawOperation;

 private:
  void OnHead(int status, const http::Headers& headers) override {
    FillHead(status, headers, response_);
    response_.clear_body();
  }

  bool OnBody(std::string_view bytes) override {
    std::string& body = *response_.mutable_body();
    const size_t before = body.size();
    openai::AppendBody(bytes, upstream_call_.request().max_bytes, body);
    upstream_call_.HideKey(body, before - std::min(before, upstream_call_.key_echo().reach()));
    return true;
  }

  void OnEnd(std::optional<Error> error) override {
    if (!error) SendEnd();
    End(std::move(error));
  }

  void SendEnd() override {
    SeeUsage(response_.body());
    FillGatewayAtEnd(response_.body(), *response_.mutable_gateway());
    observer_.OnMessage(response_);
  }

  v1::InvokeResponse response_;
};

class RawStream final : public RawOperation {
 public:
  RawStream(RawPlan plan, const upstream::Runtime& runtime, const gateway::CallContext& context,
            gateway::Operation::Observer& observer)
      : RawOperation(std::move(plan), runtime, context, observer),
        events_(runtime.limits.event_bytes) {}

 private:
  void OnHead(int status, const http::Headers& headers) override {
    const std::string_view type = headers.Get("content-type");
    is_event_stream_ = http::IsEventStream(type);
    keeps_ends_ = status >= 400 || (has_bill() && Lower(type).find("json") != std::string::npos);
    v1::StreamInvokeResponse message;
    FillHead(status, headers, *message.mutable_started());
    FillGateway(*message.mutable_started()->mutable_gateway());
    FillRetryAfter({}, *message.mutable_started()->mutable_gateway());
    observer_.OnMessage(message);
    upstream_call_.MarkOutput();
  }

  bool OnBody(std::string_view bytes) override {
    if (observer_.Full()) return false;
    if (is_event_stream_) {
      events_.Feed(bytes);
      TakeEvents();
    } else {
      TakePart(bytes);
    }
    return true;
  }

  // A key may be split between two parts: its possible beginning waits for the next.
  void TakePart(std::string_view bytes) {
    if (keeps_ends_) ends_.Add(bytes);
    std::string& part = *message_.mutable_body_part();
    part = std::exchange(held_back_, {});
    part += bytes;
    upstream_call_.HideKey(part);
    const size_t open = upstream_call_.key_echo().OpenEnd(part);
    held_back_ = part.substr(part.size() - open);
    part.resize(part.size() - open);
    if (!part.empty()) observer_.OnMessage(message_);
  }

  void SendHeldBack() {
    if (held_back_.empty()) return;
    message_.set_body_part(std::exchange(held_back_, {}));
    observer_.OnMessage(message_);
  }

  void OnEnd(std::optional<Error> error) override {
    if (!error && is_event_stream_) {
      events_.End();
      TakeEvents();
      if (ended_) return;
    }
    SendHeldBack();
    if (!error) SendEnd();
    End(std::move(error));
  }

  void TakeEvents() {
    http::SseParser::Event event;
    for (;;) {
      const auto status = events_.Next(event);
      if (status == http::SseParser::Status::kNeedMore) return;
      if (status == http::SseParser::Status::kTooLong) {
        return End(openai::TooLarge("an event is longer than allowed", upstream_call_.attempt()));
      }
      v1::ServerSentEvent& to = *message_.mutable_event();
      to.set_event(Shown(event.event));
      to.set_id(Shown(event.id));
      to.set_data(event.data.data(), event.data.size());
      upstream_call_.HideKey(*to.mutable_data());
      ++stats_.events;
      CountOutput();
      SeeUsage(to.data());
      observer_.OnMessage(message_);
    }
  }

  void SendEnd() override {
    v1::StreamInvokeResponse message;
    if (keeps_ends_) SeeUsage(ends_.Text());
    FillGatewayAtEnd(ends_.front(), *message.mutable_completed()->mutable_gateway());
    observer_.OnMessage(message);
  }

  http::SseParser events_;
  v1::StreamInvokeResponse message_;
  std::string held_back_;
  BodyEnds ends_;  // of what comes in parts
  bool is_event_stream_ = false;
  bool keeps_ends_ = false;
};

template <class RawKind>
Result<std::unique_ptr<gateway::Operation>> New(v1::HttpCall& call, const v1::CallOptions& options,
                                                bool stream, const upstream::Runtime& runtime,
                                                const gateway::CallContext& context,
                                                gateway::Operation::Observer& observer) {
  auto plan = PlanRaw(call, options, stream, runtime, context);
  if (!plan) return plan.error();
  openai::OwnedCall owned = std::move(plan->owned);
  if (plan->validate_only) owned.creates.reset();
  return OnlyForOwner(
      std::move(owned), runtime, context, observer,
      [&](gateway::Operation::Observer& to) -> Result<std::unique_ptr<gateway::Operation>> {
        return std::unique_ptr<gateway::Operation>(
            std::make_unique<RawKind>(std::move(*plan), runtime, context, to));
      });
}

}  // namespace

Result<std::unique_ptr<gateway::Operation>> NewRawCall(v1::HttpCall& call,
                                                       const v1::CallOptions& options,
                                                       const upstream::Runtime& runtime,
                                                       const gateway::CallContext& context,
                                                       gateway::Operation::Observer& observer) {
  return New<RawCall>(call, options, false, runtime, context, observer);
}

Result<std::unique_ptr<gateway::Operation>> NewRawStream(v1::HttpCall& call,
                                                         const v1::CallOptions& options,
                                                         const upstream::Runtime& runtime,
                                                         const gateway::CallContext& context,
                                                         gateway::Operation::Observer& observer) {
  return New<RawStream>(call, options, true, runtime, context, observer);
}

}  // namespace inferwire::endpoints
