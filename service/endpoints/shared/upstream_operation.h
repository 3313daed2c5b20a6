// An operation that is one request to an upstream. What becomes of the answer is up to its kind.
#pragma once

#include <optional>

#include "gateway/operation.h"
#include "inferwire/v1/common.pb.h"
#include "openai/whole_answer.h"
#include "upstream/runtime.h"
#include "upstream/upstream_call.h"

namespace inferwire::endpoints {

class UpstreamOperation : public gateway::Operation, protected upstream::UpstreamCall::Observer {
 public:
  UpstreamOperation(upstream::UpstreamCall::Request request, const upstream::Runtime& runtime,
                    const gateway::CallContext& context, gateway::Operation::Observer& observer);

  void Start() override { upstream_call_.Start(); }
  void Resume() override { upstream_call_.Resume(); }
  const gateway::CallStats& stats() const final { return stats_; }

 protected:
  // Stops the upstream call and tells the observer; without effect after the first.
  void End(std::optional<Error> error);

  // What the gateway did so far.
  void FillGateway(v1::GatewayInfo& info);
  // For the judgement of an answer.
  openai::AnswerFacts Facts() const;

  const upstream::Runtime& runtime_;
  gateway::Operation::Observer& observer_;
  gateway::CallStats stats_;
  upstream::UpstreamCall upstream_call_;
  bool ended_ = false;
};

}  // namespace inferwire::endpoints
