// WatchFineTuningJob: a job at each of its changes, and its events in between.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "endpoints/typed/polling_stream.h"
#include "endpoints/typed/typed_method.h"
#include "inferwire/v1/fine_tuning_service.pb.h"

namespace inferwire::endpoints {

class FineTuningWatch final : public PollingStream {
 public:
  // The questions' methods.
  struct Methods {
    const TypedMethod &job, &events;
  };

  FineTuningWatch(const v1::WatchFineTuningJobRequest& request, Methods methods, Pace pace,
                  const upstream::Runtime& runtime, const gateway::CallContext& context,
                  gateway::Operation::Observer& observer);

 private:
  rpc::Begun Ask(gateway::Operation::Observer& to) override;
  Next TakeAnswer(Message& answer) override;
  void ForgetRound() override;

  Next TakeEvents(v1::ListFineTuningEventsResponse& page);
  // All of the round is known: what is new goes out, the job last.
  Next EndRound();

  const Methods methods_;
  v1::GetFineTuningJobRequest job_request_;
  v1::ListFineTuningEventsRequest events_request_;

  // Of the round in hand.
  std::unique_ptr<v1::WatchFineTuningJobResponse> job_;  // null: it is the next question
  std::vector<std::unique_ptr<v1::WatchFineTuningJobResponse>> events_;  // the youngest first
  int pages_ = 0;

  // That the caller knows.
  std::string last_event_, last_job_;
};

}  // namespace inferwire::endpoints
