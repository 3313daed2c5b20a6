// The events of one response's stream, as its upstream sends them: read, made smaller, and handed
// on in order until the response has ended. An operation; its messages are
// v1::StreamResponseResponse.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "endpoints/shared/event_stream.h"
#include "inferwire/v1/responses_service.pb.h"

namespace inferwire::endpoints {

class ResponseEvents final : public EventStream {
 public:
  struct Options {
    std::optional<Duration> heartbeat;
    // A response that failed is what was asked for, not the call's failure: it is only read.
    bool reads = false;
    // Events up to this one are known already.
    std::optional<int64_t> after;
  };

  ResponseEvents(ModelPlan plan, Options options, const upstream::Runtime& runtime,
                 const gateway::CallContext& context, gateway::Operation::Observer& observer)
      : EventStream(std::move(plan), options.heartbeat,
                    StreamHeartbeat::As<v1::StreamResponseResponse>, runtime, context, observer),
        options_(options) {}

 private:
  void SendValidated() override;
  void ForgetEvents() override { seen_ = {}; }
  void TakeEvent(const http::SseParser::Event& event, std::string_view data) override;
  bool TakeWhole(const std::string& json) override;
  bool ProperlyEnded() const override { return seen_.ended && !seen_.failed; }
  void DescribeCut(Error& error) const override;
  void SendStarted(v1::GatewayInfo gateway) override;
  void SendCompleted() override;
  void OnAwaited() override;

  // Takes what is in it for the end; true: it is the last event of its response.
  bool TakeResponse(v1::ResponseEvent& event, std::string_view data);
  // What upstream repeats in every event stands in the first one only.
  void LeaveOutKnown(v1::ResponseEvent& event);
  void SendEvent(v1::StreamResponseResponse& message, std::string_view type);

  // What came of the attempt in hand.
  struct Seen {
    std::string response_id, item_id, event_response_id;
    std::optional<int64_t> last;  // sequence_number
    v1::ResponseStatus status = v1::RESPONSE_STATUS_UNSPECIFIED;
    bool background = false;
    bool ended = false;           // its last event came
    std::optional<Error> failed;  // an error event came, or the response says that it failed
    v1::Usage usage;
    bool has_usage = false;
  };

  const Options options_;
  Seen seen_;
};

}  // namespace inferwire::endpoints
