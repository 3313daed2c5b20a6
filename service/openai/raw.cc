#include "openai/raw.h"

#include <string>
#include <utility>

#include "codec/encode.h"
#include "codec/utf8.h"
#include "http/sse.h"
#include "openai/call_options.h"
#include "openai/error.h"
#include "openai/exchange.h"
#include "openai/gateway_info.h"
#include "openai/large_body.h"
#include "openai/owned_operation.h"
#include "openai/path_segment.h"

namespace llmgate::openai {
namespace {

struct RawPlan {
  Exchange::Request request;
  OwnedCall owned;
  bool validate_only = false;
  std::string client_request_id;
};

std::string PathAndQuery(const v1::HttpCall& call) {
  std::string url = call.path();
  char separator = '?';
  for (const v1::QueryParameter& parameter : call.query()) {
    url += std::exchange(separator, '&');
    AppendPercentEncoded(parameter.name(), url);
    url += '=';
    AppendPercentEncoded(parameter.value(), url);
  }
  return url;
}

Error NotAllowed(const v1::HttpCall& call) {
  Error error;
  error.code = Code::kPermissionDenied;
  error.reason = v1::ERROR_REASON_PATH_NOT_ALLOWED;
  error.origin = Origin::kCaller;
  error.message = "call.path: this method and path are not on the gateway's allow-list";
  error.resource = Error::Resource{"path", Scrub(call.method() + " " + call.path(), 128)};
  return error;
}

// What has an owner. A list shows everybody's, so there is none here.
Result<OwnedCall> OwnedBy(const v1::HttpCall& call, const std::string& upstream) {
  OwnedCall owned = OwnedInPath(call.method(), call.path(), upstream);
  if (owned.lists) {
    Error error = NotAllowed(call);
    error.message =
        "call.path: a list shows what is other callers'; ListFiles and ListBatches have the "
        "caller's own";
    return error;
  }
  // A form has no members that name things.
  if (call.content_type().starts_with("multipart/")) return owned;
  auto named = OwnedInJson(call.body(), upstream);
  if (!named) return named.error();
  for (OwnedThing& thing : *named) owned.uses.push_back(std::move(thing));
  return owned;
}

Result<RawPlan> PlanRaw(v1::HttpCall& call, const v1::CallOptions& options, bool stream,
                        const Runtime& runtime, const CallContext& context) {
  auto checked = CheckOptions(options);
  if (!checked) return checked.error();
  if (auto known = codec::RefuseUnknownFields(call); !known) return known.error();
  if (call.method() != "GET" && call.method() != "POST" && call.method() != "DELETE") {
    return InvalidField("call.method", "must be GET, POST or DELETE");
  }
  if (call.path().empty()) return InvalidField("call.path", "is required");
  if (call.path().find_first_of("?#") != std::string::npos) {
    return InvalidField("call.path", "must not have a query or fragment; use call.query");
  }
  if (!http::IsSafeHeaderValue(call.content_type())) {
    return InvalidField("call.content_type", "must not have control characters");
  }
  if (call.method() != "POST" && !call.body().empty()) {
    return InvalidField("call.body", "only POST has a body");
  }
  if (options.include_raw_response()) {
    return InvalidField("options.include_raw_response", "the answer is raw already");
  }
  if (!runtime.routes.raw_allowed()(call.method(), call.path())) return NotAllowed(call);
  auto upstream = runtime.routes.ByName(call.upstream());
  if (!upstream) return upstream.error();

  RawPlan plan;
  if (runtime.ownership) {
    auto owned = OwnedBy(call, (*upstream)->name());
    if (!owned) return owned.error();
    plan.owned = std::move(*owned);
  }
  plan.request.upstream = *upstream;
  plan.request.method = call.method();
  plan.request.path = PathAndQuery(call);
  if (!call.content_type().empty()) plan.request.content_type = call.content_type();
  plan.request.accept = stream ? "text/event-stream, */*" : "*/*";
  plan.request.body = std::move(*call.mutable_body());
  plan.request.raw = true;
  plan.request.use = Use::kRaw;
  plan.request.max_bytes = stream ? runtime.limits.stream_bytes : runtime.limits.body_bytes;
  plan.request.deadline = context.deadline;
  plan.request.trace = context.trace;
  plan.request.memory = context.memory;
  plan.request.keeps_answer = !stream;
  plan.request.attempt_timeout = checked->attempt_timeout;
  plan.request.max_retries = checked->max_retries.value_or((*upstream)->options().max_retries);
  plan.validate_only = checked->validate_only;
  plan.client_request_id = std::move(checked->client_request_id);
  return plan;
}

class RawOperation : public Operation, protected Exchange::Client {
 public:
  RawOperation(RawPlan plan, const Runtime& runtime, const CallContext& context, Sink& sink)
      : runtime_(runtime),
        sink_(sink),
        exchange_(runtime, std::move(plan.request), report_, *this),
        validate_only_(plan.validate_only) {
    report_.request_id = context.request_id;
    report_.client_request_id = std::move(plan.client_request_id);
  }

  void Start() final {
    if (!validate_only_) return exchange_.Start();
    SendEnd();
    End(std::nullopt);
  }
  void Resume() final { exchange_.Resume(); }
  const Report& report() const final { return report_; }

 protected:
  virtual void SendEnd() = 0;

  void End(std::optional<Error> error) {
    exchange_.Cancel();
    ended_ = true;
    report_.finished = !error;
    sink_.OnEnd(std::move(error));
  }

  void FillGateway(v1::GatewayInfo& info) const {
    FillGatewayInfo(report_, exchange_.rate_limits(), info);
  }

  const Runtime& runtime_;
  Sink& sink_;
  Report report_;
  Exchange exchange_;
  bool ended_ = false;

 private:
  const bool validate_only_;
};

class RawCall final : public RawOperation {
 public:
  using RawOperation::RawOperation;

 private:
  void OnHead(int status, const http::Headers& headers) override {
    response_.set_http_status(status);
    response_.set_content_type(codec::ReplaceInvalidUtf8(headers.Get("content-type")));
    response_.clear_body();
  }

  bool OnBody(std::string_view bytes) override {
    AppendBody(bytes, exchange_.request().max_bytes, *response_.mutable_body());
    return true;
  }

  void OnEnd(std::optional<Error> error) override {
    if (!error) SendEnd();
    End(std::move(error));
  }

  void SendEnd() override {
    FillGateway(*response_.mutable_gateway());
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
    is_event_stream_ = headers.Get("content-type").starts_with("text/event-stream");
    v1::StreamInvokeResponse message;
    message.mutable_started()->set_http_status(status);
    message.mutable_started()->set_content_type(
        codec::ReplaceInvalidUtf8(headers.Get("content-type")));
    FillGateway(*message.mutable_started()->mutable_gateway());
    sink_.OnMessage(message);
    exchange_.MarkOutput();
  }

  bool OnBody(std::string_view bytes) override {
    if (sink_.Full()) return false;
    if (is_event_stream_) {
      events_.Feed(bytes);
      TakeEvents();
    } else {
      message_.set_body_part(bytes.data(), bytes.size());
      sink_.OnMessage(message_);
    }
    return true;
  }

  void OnEnd(std::optional<Error> error) override {
    if (!error && is_event_stream_) {
      events_.End();
      TakeEvents();
      if (ended_) return;
    }
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
      to.set_event(codec::ReplaceInvalidUtf8(event.event));
      to.set_id(codec::ReplaceInvalidUtf8(event.id));
      to.set_data(event.data.data(), event.data.size());
      ++report_.events;
      sink_.OnMessage(message_);
    }
  }

  void SendEnd() override {
    v1::StreamInvokeResponse message;
    FillGateway(*message.mutable_completed()->mutable_gateway());
    sink_.OnMessage(message);
  }

  http::SseParser events_;
  v1::StreamInvokeResponse message_;
  bool is_event_stream_ = false;
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

}  // namespace llmgate::openai
