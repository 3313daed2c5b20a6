// An operation that is answered here, without an upstream: with one message, or an error.
#pragma once

#include <google/protobuf/message.h>

#include <optional>
#include <utility>

#include "base/result.h"
#include "gateway/operation.h"

namespace inferwire::endpoints {

class OneAnswer : public gateway::Operation {
 public:
  OneAnswer(const gateway::CallContext& context, gateway::Operation::Observer& observer)
      : observer_(observer) {
    stats_.request_id = context.request_id;
    stats_.queued_for = context.queued_for;
  }

  void Resume() final {}
  const gateway::CallStats& stats() const final { return stats_; }

 protected:
  // One of them, once.
  void Answer(google::protobuf::Message& message) {
    stats_.finished = true;
    observer_.OnMessage(message);
    observer_.OnEnd(std::nullopt);
  }
  void Fail(Error error) { observer_.OnEnd(std::move(error)); }
  template <class Response>
  void AnswerWith(Result<Response> response) {
    if (!response) return Fail(std::move(response.error()));
    Answer(*response);
  }

  gateway::CallStats stats_;

 private:
  gateway::Operation::Observer& observer_;
};

}  // namespace inferwire::endpoints
