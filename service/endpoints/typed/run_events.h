// The events of a run's stream, as its upstream sends them: read by their names, and handed on in
// order until the run has ended or needs its caller. An operation; its messages are
// v1::StreamRunResponse.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "endpoints/shared/event_stream.h"
#include "inferwire/v1/assistants_service.pb.h"

namespace inferwire::endpoints {

class RunEvents final : public EventStream {
 public:
  RunEvents(ModelPlan plan, std::optional<Duration> heartbeat, const upstream::Runtime& runtime,
            const gateway::CallContext& context, gateway::Operation::Observer& observer)
      : EventStream(std::move(plan), heartbeat, StreamHeartbeat::As<v1::StreamRunResponse>, runtime,
                    context, observer) {}

 private:
  void SendValidated() override;
  void ForgetEvents() override { seen_ = {}; }
  void TakeEvent(const http::SseParser::Event& event, std::string_view data) override;
  bool TakeWhole(const std::string& json) override;
  bool ProperlyEnded() const override;
  void DescribeCut(Error& error) const override;
  void SendStarted(v1::GatewayInfo gateway) override;
  void SendCompleted() override;

  // False: the stream has stopped.
  bool Read(std::string_view json, v1::RunEvent& event);
  void TakeRun(const v1::AssistantRun& run, std::string_view json);
  Error RunFailed() const;

  // What came of the attempt in hand.
  struct Seen {
    v1::AssistantRun run;  // as it is
    std::string thread_id;
    bool ended = false;
  };

  Seen seen_;
};

}  // namespace inferwire::endpoints
