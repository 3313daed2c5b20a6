// An operation that is answered here, without an upstream: with one message, or an error.
#pragma once

#include <google/protobuf/message.h>

#include <optional>
#include <utility>

#include "gateway/operation.h"

namespace inferwire::endpoints {

class OneAnswer : public gateway::Operation {
 public:
  OneAnswer(const gateway::CallContext& context, Sink& sink) : sink_(sink) {
    stats_.request_id = context.request_id;
  }

  void Resume() final {}
  const gateway::CallStats& stats() const final { return stats_; }

 protected:
  // One of them, once.
  void Answer(google::protobuf::Message& message) {
    stats_.finished = true;
    sink_.OnMessage(message);
    sink_.OnEnd(std::nullopt);
  }
  void Fail(Error error) { sink_.OnEnd(std::move(error)); }

  gateway::CallStats stats_;

 private:
  Sink& sink_;
};

}  // namespace inferwire::endpoints
