#include "endpoints/typed/response_events.h"

#include <utility>

#include "codec/decode.h"
#include "codec/encode.h"
#include "endpoints/shared/answer_fields.h"
#include "endpoints/typed/answer_hooks.h"
#include "openai/error.h"

namespace inferwire::endpoints {
namespace {

// How long response.failed may come after an error event.
constexpr std::chrono::seconds kFailedAfterError{1};

// By the event's name: some servers leave the status out.
v1::ResponseStatus StatusOf(const v1::ResponseEvent& event) {
  if (event.response().status() != v1::RESPONSE_STATUS_UNSPECIFIED)
    return event.response().status();
  if (event.type() == "response.completed") return v1::RESPONSE_STATUS_COMPLETED;
  if (event.type() == "response.incomplete") return v1::RESPONSE_STATUS_INCOMPLETE;
  if (event.type() == "response.failed") return v1::RESPONSE_STATUS_FAILED;
  if (event.type() == "response.cancelled") return v1::RESPONSE_STATUS_CANCELLED;
  return v1::RESPONSE_STATUS_UNSPECIFIED;
}

// As an answer would say it that is nothing but an error.
std::string ErrorBodyOf(const v1::Response& response) {
  std::string body = "{\"error\":";
  if (!codec::AppendJson(response.error(), body)) return "{\"error\":{}}";
  return body + "}";
}

bool IsLast(std::string_view type) {
  return type == "response.completed" || type == "response.incomplete" ||
         type == "response.failed" || type == "response.cancelled";
}

}  // namespace

void ResponseEvents::SendValidated() {
  v1::StreamResponseResponse message;
  FillGateway(*message.mutable_completed()->mutable_gateway());
  observer_.OnMessage(message);
}

void ResponseEvents::SendStarted(v1::GatewayInfo gateway) {
  v1::StreamResponseResponse message;
  message.mutable_started()->mutable_gateway()->Swap(&gateway);
  observer_.OnMessage(message);
}

void ResponseEvents::TakeEvent(const http::SseParser::Event& event, std::string_view data) {
  if (seen_.ended) return;
  if (data.front() != '{') return SkipEvent(data);
  v1::StreamResponseResponse message;
  v1::ResponseEvent& read = *message.mutable_response_event();
  codec::DecodeStats stats;
  if (auto decoded = codec::FromJson(data, read, runtime_.limits.json, &stats); !decoded) {
    return StopUnreadableEvent(decoded.error());
  }
  if (read.type().empty()) read.set_type(std::string(event.event));
  if (stats.unknown_members > 0) operation_metrics_.UnknownFields(stats.unknown_members);
  if (read.type() == "error" || (read.type().empty() && ErrorIn(event))) {
    bill_.SeeRefusal();
    seen_.failed =
        openai::FromErrorEvent(data, upstream_call_.headers(), upstream_call_.attempt(), WallNow());
    return AwaitUntil(kFailedAfterError);
  }
  if (read.type() == "keepalive") return heartbeat().SendNow(runtime_.timers.Now());
  if (read.has_sequence_number()) {
    if (options_.after && read.sequence_number() <= *options_.after) return;
    seen_.last = read.sequence_number();
  }
  const bool last = read.has_response() && TakeResponse(read, data);
  const std::string type = read.type();
  LeaveOutKnown(read);
  SendEvent(message, type);
  if (!last || stopped()) return;
  seen_.ended = true;
  if (seen_.failed) return Stop(std::move(seen_.failed));
  AwaitEnd();
}

bool ResponseEvents::TakeResponse(v1::ResponseEvent& event, std::string_view data) {
  v1::Response& response = *event.mutable_response();
  if (!response.id().empty()) stats_.made_id = seen_.response_id = response.id();
  seen_.background = seen_.background || response.background();
  if (!IsLast(event.type())) return false;
  seen_.status = StatusOf(event);
  bill_.SeeJson(data);
  FillUsage(response);
  FillOutputText(response);
  if (response.has_usage()) {
    seen_.usage = response.usage();
    seen_.has_usage = true;
  }
  if (seen_.status == v1::RESPONSE_STATUS_FAILED && !options_.reads) {
    std::optional<Error> said = std::move(seen_.failed);
    if (!said && response.has_error()) {
      said = openai::FromErrorEvent(ErrorBodyOf(response), upstream_call_.headers(),
                                    upstream_call_.attempt(), WallNow());
    }
    seen_.failed = ResponseFailed(response, std::move(said));
  }
  return true;
}

void ResponseEvents::LeaveOutKnown(v1::ResponseEvent& event) {
  const auto leave_out = [](bool has, const std::string& id, std::string& known, auto clear) {
    if (!has) return;
    if (id == known) {
      clear();
    } else {
      known = id;
    }
  };
  leave_out(event.has_item_id(), event.item_id(), seen_.item_id, [&] { event.clear_item_id(); });
  leave_out(event.has_response_id(), event.response_id(), seen_.event_response_id,
            [&] { event.clear_response_id(); });
}

void ResponseEvents::SendEvent(v1::StreamResponseResponse& message, std::string_view type) {
  const bool output = type.ends_with(".delta") || type.ends_with(".partial_image");
  if (output) bill_.CountOutput(message.response_event().delta().size());
  Send(message, output);
}

bool ResponseEvents::TakeWhole(const std::string& json) {
  v1::StreamResponseResponse message;
  v1::ResponseEvent& event = *message.mutable_response_event();
  codec::DecodeStats stats;
  auto decoded = codec::FromJson(json, *event.mutable_response(), runtime_.limits.json, &stats);
  if (!decoded) {
    StopUnreadable(decoded.error());
    return false;
  }
  if (event.response().id().empty() && event.response().output().empty()) return false;
  const v1::ResponseStatus status = event.response().status();
  event.set_type(status == v1::RESPONSE_STATUS_FAILED       ? "response.failed"
                 : status == v1::RESPONSE_STATUS_INCOMPLETE ? "response.incomplete"
                                                            : "response.completed");
  TakeResponse(event, json);
  SendEvent(message, event.type());
  seen_.ended = true;
  if (seen_.failed) Stop(std::move(seen_.failed));
  return true;
}

// What it takes to go on: another call, or this one by itself (response_stream.cc).
void ResponseEvents::DescribeCut(Error& error) const {
  if (seen_.response_id.empty()) return;
  error.metadata["response_id"] = seen_.response_id;
  if (seen_.last) error.metadata["last_sequence_number"] = std::to_string(*seen_.last);
  error.metadata["resumable"] = seen_.background ? "true" : "false";
}

// The error event's response.failed did not come.
void ResponseEvents::OnAwaited() {
  if (!seen_.failed) return EventStream::OnAwaited();
  if (!seen_.response_id.empty()) seen_.failed->metadata["response_id"] = seen_.response_id;
  Stop(std::exchange(seen_.failed, std::nullopt));
}

void ResponseEvents::SendCompleted() {
  v1::StreamResponseResponse message;
  v1::ResponseStreamCompleted& completed = *message.mutable_completed();
  completed.set_response_id(seen_.response_id);
  completed.set_status(seen_.status);
  if (seen_.has_usage) *completed.mutable_usage() = seen_.usage;
  FillGatewayAtEnd(*completed.mutable_gateway());
  observer_.OnMessage(message);
}

}  // namespace inferwire::endpoints
