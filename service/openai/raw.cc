#include "openai/raw.h"

#include <algorithm>
#include <string>
#include <utility>

#include "http/sse.h"
#include "openai/body_ends.h"
#include "openai/error.h"
#include "openai/large_body.h"
#include "openai/owned_operation.h"
#include "openai/raw_operation.h"
#include "openai/raw_plan.h"
#include "openai/words.h"

namespace inferwire::openai {
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
    AppendBody(bytes, exchange_.request().max_bytes, body);
    exchange_.HideKey(body, before - std::min(before, exchange_.key_echo().reach()));
    return true;
  }

  void OnEnd(std::optional<Error> error) override {
    if (!error) SendEnd();
    End(std::move(error));
  }

  void SendEnd() override {
    SeeUsage(response_.body());
    FillGatewayAtEnd(response_.body(), *response_.mutable_gateway());
    sink_.OnMessage(response_);
  }

  v1::InvokeResponse response_;
};

class RawStream final : public RawOperation {
 public:
  RawStream(RawPlan plan, const Runtime& runtime, const CallContext& context, Sink& sink)
      : RawOperation(std::move(plan), runtime, context, sink),
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
    sink_.OnMessage(message);
    exchange_.MarkOutput();
  }

  bool OnBody(std::string_view bytes) override {
    if (sink_.Full()) return false;
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
    exchange_.HideKey(part);
    const size_t open = exchange_.key_echo().OpenEnd(part);
    held_back_ = part.substr(part.size() - open);
    part.resize(part.size() - open);
    if (!part.empty()) sink_.OnMessage(message_);
  }

  void SendHeldBack() {
    if (held_back_.empty()) return;
    message_.set_body_part(std::exchange(held_back_, {}));
    sink_.OnMessage(message_);
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
        return End(TooLarge("an event is longer than allowed", exchange_.attempt()));
      }
      v1::ServerSentEvent& to = *message_.mutable_event();
      to.set_event(Shown(event.event));
      to.set_id(Shown(event.id));
      to.set_data(event.data.data(), event.data.size());
      exchange_.HideKey(*to.mutable_data());
      ++report_.events;
      CountOutput();
      SeeUsage(to.data());
      sink_.OnMessage(message_);
    }
  }

  void SendEnd() override {
    v1::StreamInvokeResponse message;
    if (keeps_ends_) SeeUsage(ends_.Text());
    FillGatewayAtEnd(ends_.front(), *message.mutable_completed()->mutable_gateway());
    sink_.OnMessage(message);
  }

  http::SseParser events_;
  v1::StreamInvokeResponse message_;
  std::string held_back_;
  BodyEnds ends_;  // of what comes in parts
  bool is_event_stream_ = false;
  bool keeps_ends_ = false;
};

template <class RawKind>
Result<std::unique_ptr<Operation>> New(v1::HttpCall& call, const v1::CallOptions& options,
                                       bool stream, const Runtime& runtime,
                                       const CallContext& context, Operation::Sink& sink) {
  auto plan = PlanRaw(call, options, stream, runtime, context);
  if (!plan) return plan.error();
  OwnedCall owned = std::move(plan->owned);
  if (plan->validate_only) owned.creates.reset();
  return OnlyForOwner(std::move(owned), runtime, context, sink,
                      [&](Operation::Sink& to) -> Result<std::unique_ptr<Operation>> {
                        return std::unique_ptr<Operation>(
                            std::make_unique<RawKind>(std::move(*plan), runtime, context, to));
                      });
}

}  // namespace

Result<std::unique_ptr<Operation>> NewRawCall(v1::HttpCall& call, const v1::CallOptions& options,
                                              const Runtime& runtime, const CallContext& context,
                                              Operation::Sink& sink) {
  return New<RawCall>(call, options, false, runtime, context, sink);
}

Result<std::unique_ptr<Operation>> NewRawStream(v1::HttpCall& call, const v1::CallOptions& options,
                                                const Runtime& runtime, const CallContext& context,
                                                Operation::Sink& sink) {
  return New<RawStream>(call, options, true, runtime, context, sink);
}

}  // namespace inferwire::openai
