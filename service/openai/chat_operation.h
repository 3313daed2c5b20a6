// What both kinds of chat operation share: the exchange, the report, and the metrics of its end.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "inferwire/v1/common.pb.h"
#include "openai/bill.h"
#include "openai/chat.h"
#include "openai/exchange.h"
#include "openai/operation.h"

namespace inferwire::openai {

class ChatOperation : public Operation, protected Exchange::Client {
 public:
  ChatOperation(ChatPlan plan, const Runtime& runtime, const CallContext& context, Sink& sink);
  ~ChatOperation() override;

  void Start() final;
  void Abandon(v1::ErrorReason reason) override;
  const Report& report() const final { return report_; }

 protected:
  // The answer to validate_only: only what the gateway found out.
  virtual void SendValidated() = 0;

  // Ends the operation: stops the exchange, records, tells the sink.
  void End(std::optional<Error> error);
  void FillGateway(v1::GatewayInfo& info) const;
  // The same with the answer's cost: for its last message.
  void FillGatewayAtEnd(v1::GatewayInfo& info);

  const Runtime& runtime_;
  Sink& sink_;
  Report report_;
  OperationMetrics& operation_metrics_;
  ModelMetrics& metrics_;
  Exchange exchange_;
  const bool include_raw_response_;
  Bill bill_;
  bool output_began_ = false;

 private:
  void RecordEnd(std::string_view error_type);

  const bool validate_only_;
  SteadyTime started_;
  bool running_ = false;
};

}  // namespace inferwire::openai
