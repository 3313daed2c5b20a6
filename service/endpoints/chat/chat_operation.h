// What both kinds of chat operation share: the upstream call, the stats, and the metrics of its
// end.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "endpoints/chat/chat.h"
#include "endpoints/shared/bill.h"
#include "gateway/operation.h"
#include "inferwire/v1/common.pb.h"
#include "upstream/runtime.h"
#include "upstream/upstream_call.h"

namespace inferwire::endpoints {

class ChatOperation : public gateway::Operation, protected upstream::UpstreamCall::Client {
 public:
  ChatOperation(ChatPlan plan, const upstream::Runtime& runtime,
                const gateway::CallContext& context, Sink& sink);
  ~ChatOperation() override;

  void Start() final;
  void Abandon(v1::ErrorReason reason) override;
  const gateway::CallStats& stats() const final { return stats_; }

 protected:
  // The answer to validate_only: only what the gateway found out.
  virtual void SendValidated() = 0;

  // Ends the operation: stops the upstream call, records, tells the sink.
  void End(std::optional<Error> error);
  void FillGateway(v1::GatewayInfo& info) const;
  // The same with the answer's cost: for its last message.
  void FillGatewayAtEnd(v1::GatewayInfo& info);

  const upstream::Runtime& runtime_;
  Sink& sink_;
  gateway::CallStats stats_;
  telemetry::OperationMetrics& operation_metrics_;
  telemetry::ModelMetrics& metrics_;
  upstream::UpstreamCall upstream_call_;
  const bool include_raw_response_;
  Bill bill_;
  bool output_began_ = false;

 private:
  void RecordEnd(std::string_view error_type);

  const bool validate_only_;
  SteadyTime started_;
  bool running_ = false;
};

}  // namespace inferwire::endpoints
