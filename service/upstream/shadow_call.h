// One call to a route's shadow, from its request to the end of its answer.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/memory_budget.h"
#include "http/sse.h"
#include "openai/answer_usage.h"
#include "telemetry/shadow_metrics.h"
#include "upstream/shadow.h"
#include "upstream/shadow_booking.h"
#include "upstream/upstream_call.h"

namespace inferwire::upstream {

class ShadowCall final : private UpstreamCall::Observer {
 public:
  // It has been counted among those in flight, and ends that. on_end is called once, and does not
  // destroy it.
  ShadowCall(const Runtime& runtime, const ShadowPlan& plan, UpstreamRequest request,
             std::string_view request_id, gateway::MemoryBudget* memory,
             std::optional<ShadowBooking> booking, std::function<void()> on_end);
  // What runs is cancelled.
  ~ShadowCall() override;

  void Start() { call_.Start(); }
  // Gives it up. Without effect once it is over.
  void Stop(telemetry::ShadowOutcome outcome);
  bool over() const { return over_; }

 private:
  void OnHead(int status, const http::Headers& headers) override;
  bool OnBody(std::string_view bytes) override;
  void OnEnd(std::optional<Error> error) override;

  void TakeEvents();
  void TakeEvent(const http::SseParser::Event& event);
  std::optional<Error> ErrorOfWhole();
  ShadowBooking::Work WorkDone(std::optional<int64_t> picousd);
  void End(telemetry::ShadowOutcome outcome);

  const Runtime& runtime_;
  const Shadow& shadow_;
  const Destination destination_;
  std::optional<ShadowBooking> booking_;  // until it has ended; none: it is not booked
  const std::function<void()> on_end_;
  gateway::CallMemory memory_;
  gateway::CallStats stats_;
  openai::AnswerUsage usage_;
  http::SseParser events_;
  std::string whole_;  // of an answer in one piece
  int64_t output_events_ = 0;
  bool is_stream_ = false;
  bool failed_ = false;  // the stream says so
  bool over_ = false;
  UpstreamCall call_;
};

}  // namespace inferwire::upstream
