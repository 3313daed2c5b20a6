#include "upstream/shadow_call.h"

#include <utility>

#include "base/text.h"
#include "codec/json_gate.h"
#include "openai/end_mark.h"
#include "openai/error.h"

namespace inferwire::upstream {

using telemetry::ShadowOutcome;

ShadowCall::ShadowCall(const Runtime& runtime, const ShadowPlan& plan, UpstreamRequest request,
                       std::string_view request_id, gateway::MemoryBudget* memory,
                       std::optional<ShadowBooking> booking, std::function<void()> on_end)
    : runtime_(runtime),
      shadow_(*plan.shadow),
      destination_(plan.destination),
      booking_(std::move(booking)),
      on_end_(std::move(on_end)),
      memory_(memory),
      events_(runtime.limits.event_bytes),
      call_(runtime, std::move(request), stats_, *this) {
  // To be told apart from the call itself in the provider's records.
  stats_.request_id = std::string(request_id) + "-shadow";
  memory_.Set(gateway::CallMemory::kRequest, call_.body_bytes());
}

ShadowCall::~ShadowCall() {
  if (!over_) End(ShadowOutcome::kCancelled);
}

void ShadowCall::Stop(ShadowOutcome outcome) {
  if (over_) return;
  call_.Cancel();
  End(outcome);
}

void ShadowCall::OnHead(int, const http::Headers& headers) {
  is_stream_ = http::IsEventStream(headers.Get("content-type"));
}

bool ShadowCall::OnBody(std::string_view bytes) {
  // It does not wait for better times: others wait for its memory.
  if (memory_.MustWait()) {
    Stop(ShadowOutcome::kMemory);
  } else if (is_stream_) {
    call_.MarkOutput();
    events_.Feed(bytes);
    TakeEvents();
  } else {
    whole_ += bytes;
    memory_.Set(gateway::CallMemory::kAnswer, whole_.size());
  }
  return true;
}

void ShadowCall::TakeEvents() {
  http::SseParser::Event event;
  for (;;) {
    switch (events_.Next(event)) {
      case http::SseParser::Status::kNeedMore:
        return;
      case http::SseParser::Status::kTooLong:
        return Stop(ShadowOutcome::kFailed);
      case http::SseParser::Status::kEvent:
        TakeEvent(event);
    }
  }
}

// Of most events nothing is needed.
void ShadowCall::TakeEvent(const http::SseParser::Event& event) {
  const std::string_view data = Trim(event.data);
  if (openai::IsEndMark(event.event, data)) return;
  ++output_events_;
  const auto says = [&](std::string_view name) {
    return data.find(name) != std::string_view::npos;
  };
  if (!says("\"usage\"") && !says("\"error\"") && event.event != "error") return;
  failed_ = failed_ || event.event == "error";
  if (!codec::CheckJson(data, runtime_.limits.json)) return;
  usage_.SeeJson(data);
  failed_ = failed_ || openai::FromBody(data, call_.headers(), call_.attempt(),
                                        runtime_.timers.clock().WallNow());
}

std::optional<Error> ShadowCall::ErrorOfWhole() {
  if (auto readable = codec::CheckJson(whole_, runtime_.limits.json); !readable) {
    return openai::Protocol(readable.error().message, call_.attempt());
  }
  usage_.SeeJson(whole_);
  return openai::FromBody(whole_, call_.headers(), call_.attempt(),
                          runtime_.timers.clock().WallNow());
}

void ShadowCall::OnEnd(std::optional<Error> error) {
  if (over_) return;
  if (!error && is_stream_) {
    events_.End();
    TakeEvents();
    if (over_) return;
  } else if (!error) {
    error = ErrorOfWhole();
    if (error) call_.TryAgain(*error);  // it is not: the place is to hear of it
  }
  const bool good = !error && !failed_;
  End(good                   ? ShadowOutcome::kAnswered
      : stats_.attempts == 0 ? ShadowOutcome::kNoPlace
                             : ShadowOutcome::kFailed);
}

// Reported, or as far as it came: the request by its bytes, the output by its events.
ShadowBooking::Work ShadowCall::WorkDone(std::optional<int64_t> picousd) {
  constexpr int64_t kBytesPerToken = 4;
  ShadowBooking::Work work{.attempts = stats_.attempts,
                           .source = ledger::Source::kNone,
                           .tokens = usage_.reading().tokens,
                           .picousd = picousd};
  const bool refused = stats_.http_status >= 400;
  if (usage_.reported()) {
    work.source = ledger::Source::kProvider;
  } else if (stats_.reached_upstream && !refused) {
    work.source = ledger::Source::kEstimated;
    work.tokens.input = static_cast<int64_t>(call_.body_bytes()) / kBytesPerToken;
    work.tokens.output =
        is_stream_ ? output_events_ : static_cast<int64_t>(whole_.size()) / kBytesPerToken;
    work.picousd = catalogue::Price(destination_.model_info.get(), work.tokens, {}).total;
  }
  return work;
}

void ShadowCall::End(ShadowOutcome outcome) {
  over_ = true;
  --*shadow_.in_flight;
  memory_.Set(gateway::CallMemory::kRequest, 0);
  memory_.Set(gateway::CallMemory::kAnswer, 0);
  if (shadow_.metrics || booking_) {
    const catalogue::AskedModel asked{destination_.model_info.get(), destination_.model,
                                      destination_.upstream->name()};
    const catalogue::Charge charge =
        openai::PriceAnswer(usage_, destination_.catalogue.get(), asked);
    if (shadow_.metrics) {
      if (charge.total) shadow_.metrics->Cost(*charge.total);
      shadow_.metrics->Ended(outcome);
    }
    if (booking_) booking_->End(outcome, WorkDone(charge.total));
  }
  on_end_();
}

}  // namespace inferwire::upstream
